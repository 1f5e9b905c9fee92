"""The lives of a handful of sessions, from the first word to the end, on one town."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.sessions import SessionStatus
from bot.services.sessions import ImportedSession, SessionsService
from storage import tables
from tests.crash.candidates import CANDIDATES, Applying
from tests.crash.teams import TEAMS, Asking
from tests.crash.town import Town
from tests.integration.program.stage import who

PARTICIPANTS = (
    "employee-ottawa", "employee-gatineau", "employee-montreal", "employee-vancouver",
    "manager-vancouver", "employee-winnipeg", "employee-regina", "employee-st-johns",
)  # fmt: skip
LEADS = (
    ("facilitator-union-ottawa", "facilitator-employer-gatineau"),
    ("facilitator-union-kanata", "facilitator-employer-ottawa"),
    ("facilitator-union-gatineau", "facilitator-employer-orleans"),
)
OFFERINGS = ("mental-health", "anti-racism", "grounding-ourselves")
COORDINATOR = "coordinator-employer-ncr"
TORONTO = ZoneInfo("America/Toronto")
# Its reminders cross the change of clocks; teams meet on the same day, and are reminded with it.
FIRST_DAY = datetime(2027, 3, 16, 10, tzinfo=TORONTO)
TOGETHER = timedelta(minutes=25)  # what falls due so soon after is done in one go
HELD = {SessionStatus.HELD, SessionStatus.CLOSED}
S = tables.sessions.c


class Story:
    """So many sessions of the calendar and so many requests, all at the same time."""

    def __init__(
        self,
        town: Town,
        *,
        sessions: int,
        people: int,
        requests: int = 0,
        candidates: int = 0,
        days: bool = False,
    ) -> None:
        self.town = town
        self.people = PARTICIPANTS[:people]
        self.days = days
        self.wanted = sessions
        self.teams = TEAMS[:requests]
        self.candidates = CANDIDATES[:candidates]
        self.sessions: list[str] = []
        # A coordinator fills in one form after the other.
        self._desks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def begin(self) -> None:
        """People meet the bot; the calendar is imported."""
        asking = {key for team in self.teams for key in (team.requester, team.counterpart)}
        applying = {key for one in self.candidates for key in (one.key, one.manager, one.reference)}
        both = (*self.teams, *self.candidates)
        steering = {COORDINATOR, *(one.coordinator for one in both)}
        leading = {key for pair in LEADS[: self.wanted] for key in pair}
        everybody = {*self.people, *asking, *applying, *steering, *leading}
        await self.town.install(*sorted(everybody))
        service = SessionsService(self.town.desk)
        for number in range(self.wanted):
            await service.import_many([_imported(number)])
        self.sessions = await self._imported_ids()

    async def live(self) -> None:
        """Everybody does what they do, side by side; then the days pass."""
        await asyncio.gather(
            *(self._session(number, one) for number, one in enumerate(self.sessions)),
            *(
                Asking(self.town, team, self._desks[team.coordinator]).live(number)
                for number, team in enumerate(self.teams)
            ),
            *(
                Applying(self.town, one, self._desks[one.coordinator]).live(number)
                for number, one in enumerate(self.candidates)
            ),
        )
        await self.town.settled()
        await self.town.look()
        if self.days:
            await self._days_pass()

    # ------------------------------------------------------------------ a session

    async def _session(self, number: int, session_id: str) -> None:
        """A crowd joins, some leave; it is held, moved, or cancelled."""
        town = self.town
        crowd = self.people if number % 2 else self.people[::-1]
        await asyncio.gather(*(town.join(key, session_id) for key in crowd))
        await town.look(settled=False)
        await town.until(self._is(session_id, {SessionStatus.BOOKED}), "it is not booked")
        await asyncio.gather(*(town.leave(key, session_id) for key in crowd[1:3]))
        if number % 3 == 1:
            await self._reschedule(session_id)
        elif number % 3 == 2:
            await self._cancel(session_id)
        else:
            await town.join(crowd[1], session_id)

    async def _reschedule(self, session_id: str) -> None:
        moved = self.town.some(select(S.version).where(S.session_id == session_id, S.version > 1))
        await self._steer(session_id, "session.reschedule", {"time": "10:30"}, moved)
        self.town.ended_at[f"{session_id}:v1"] = self.town.stage.clock.now()

    async def _cancel(self, session_id: str) -> None:
        await self._steer(
            session_id,
            "session.cancel",
            {"reason": "No."},
            self._is(session_id, {SessionStatus.CANCELLED}),
        )
        self.town.ended_at[session_id] = self.town.stage.clock.now()

    async def _steer(
        self,
        session_id: str,
        verb: str,
        answers: dict[str, str],
        done: Callable[[], Awaitable[Any]],
    ) -> None:
        async with self._desks[COORDINATOR]:

            async def opening() -> None:
                await self.town.press(COORDINATOR, verb, id=session_id)

            await self.town.fill(COORDINATOR, verb.replace(".", "_"), opening, answers, done)

    # ------------------------------------------------------------------ time

    async def _days_pass(self) -> None:
        """From one thing that falls due to the next, until every session is over."""
        town = self.town
        while True:
            await town.settled()
            ahead = await town.rows(
                select(S.ends_at).where(S.status.not_in([*HELD, SessionStatus.CANCELLED]))
            )
            if not ahead:
                return
            due = await town.next_due()
            over = max(row[0] for row in ahead) + timedelta(seconds=5)
            if town.stage.clock.now() >= over:
                await asyncio.sleep(0.1)  # the upkeep has its own pace
            await town.hop(min(due + TOGETHER, over) if due else over)

    def _is(self, session_id: str, statuses: set[SessionStatus]) -> Callable[[], Awaitable[bool]]:
        return self.town.some(
            select(S.status).where(S.session_id == session_id, S.status.in_(statuses))
        )

    async def _imported_ids(self) -> list[str]:
        return [row[0] for row in await self.town.rows(select(S.session_id).order_by(S.starts_at))]


def _imported(number: int) -> ImportedSession:
    """On one of the days after the first, each with its own pair and topic."""
    day, place = divmod(number, len(LEADS))
    starts = FIRST_DAY + timedelta(days=day, minutes=10 * place)
    union, employer = (who(key).id for key in LEADS[number % len(LEADS)])
    return ImportedSession(
        offering=OFFERINGS[number % len(OFFERINGS)],
        starts_at=starts.astimezone(UTC),
        zone="America/Toronto",
        language="en",
        region="national-capital",
        organization="2229",
        visibility=Visibility.OPEN,
        leads={Side.UNION: union, Side.EMPLOYER: employer},
    )
