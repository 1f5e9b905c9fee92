"""The lives of a handful of sessions, from the first word to the end, on one town."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.domain.people import Side
from bot.domain.requests import RequestStatus, Visibility
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.services.sessions import ImportedSession, SessionsService
from storage import tables
from tests.crash.town import Town
from tests.integration.program.stage import PEOPLE, who

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
FIRST_DAY = datetime(2027, 3, 10, 10, tzinfo=TORONTO)  # its reminders cross the change of clocks
TOGETHER = timedelta(minutes=25)  # what falls due so soon after is done in one go
HELD = {SessionStatus.HELD, SessionStatus.CLOSED}
S, R, A = tables.sessions.c, tables.requests.c, tables.assignments.c


@dataclass(frozen=True)
class Team:
    """Who asks, with whom, where."""

    requester: str
    counterpart: str
    coordinator: str
    region: str
    name: str
    day: str = "2027-03-18"


TEAMS = (
    Team("manager-ottawa", "union-ottawa", COORDINATOR, "national-capital", "West wing"),
    Team(
        "manager-montreal",
        "union-quebec",
        "coordinator-employer-quebec",
        "quebec",
        "Aile est",
        "2027-03-19",
    ),
    Team(
        "manager-halifax",
        "union-halifax",
        "coordinator-employer-atlantic",
        "atlantic",
        "Sea",
        "2027-03-22",
    ),
)


class Story:
    """So many sessions of the calendar and so many requests, all at the same time."""

    def __init__(
        self, town: Town, *, sessions: int, requests: int, people: int, days: bool
    ) -> None:
        self.town = town
        self.people = PARTICIPANTS[:people]
        self.days = days
        self.wanted = sessions
        self.teams = TEAMS[:requests]
        self.sessions: list[str] = []
        self._desk_work = asyncio.Lock()  # a coordinator fills in one form after the other

    async def begin(self) -> None:
        """People meet the bot; the calendar is imported."""
        asking = {key for team in self.teams for key in (team.requester, team.counterpart)}
        steering = {COORDINATOR, *(team.coordinator for team in self.teams)}
        leading = {key for pair in LEADS for key in pair}
        await self.town.install(*self.people, *sorted(asking | steering | leading))
        service = SessionsService(self.town.desk)
        for number in range(self.wanted):
            await service.import_many([_imported(number)])
        self.sessions = await self._imported_ids()

    async def live(self) -> None:
        """Everybody does what they do, side by side; then the days pass."""
        await asyncio.gather(
            *(self._session(number, one) for number, one in enumerate(self.sessions)),
            *(self._request(number, team) for number, team in enumerate(self.teams)),
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
        async def moved() -> bool:
            return bool(
                await self.town.rows(
                    select(S.version).where(S.session_id == session_id, S.version > 1)
                )
            )

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
        async with self._desk_work:

            async def opening() -> None:
                await self.town.press(COORDINATOR, verb, id=session_id)

            await self.town.fill(COORDINATOR, opening, answers, done)

    # ------------------------------------------------------------------ a request

    async def _request(self, number: int, team: Team) -> None:
        """Asked for, agreed, approved with a pair, accepted, booked; the second is withdrawn."""
        town = self.town
        request_id = await self._ask(team)
        agreed = self._asked_is(request_id, *_BEYOND_AGREED)
        await town.insist(team.counterpart, "request.agree", agreed, id=request_id)
        await self._approve(team, request_id)
        await self._accept(request_id)
        scheduled = self._asked_is(request_id, RequestStatus.SCHEDULED)
        await town.until(scheduled, "it is not scheduled")
        if number % 2:
            withdrawn = self._asked_is(request_id, RequestStatus.WITHDRAWN)

            async def opening() -> None:
                await town.press(team.requester, "request.withdraw", id=request_id)

            await town.fill(team.requester, opening, {"reason": "Later."}, withdrawn)
            session_id = (await town.rows(select(S.session_id).where(S.request_id == request_id)))[
                0
            ][0]
            town.ended_at[session_id] = town.stage.clock.now()

    async def _ask(self, team: Team) -> str:
        answers = {
            "offering": "mental-health", "organization": "2229", "region": team.region,
            "team": team.name, "side": "employer", "counterpart": who(team.counterpart).id,
            "participants": "3", "date1": team.day, "time1": "13:00",
        }  # fmt: skip

        async def sent() -> str | None:
            found = await self.town.rows(select(R.request_id).where(R.team == team.name))
            return found[0][0] if found else None

        async def opening() -> None:
            await self.town.say(team.requester, "request")

        return await self.town.fill(team.requester, opening, answers, sent)

    async def _approve(self, team: Team, request_id: str) -> None:
        approved = self._asked_is(request_id, RequestStatus.APPROVED, RequestStatus.SCHEDULED)

        async def opening() -> None:
            await self.town.press(team.coordinator, "triage.approve", id=request_id)

        lock = self._desk_work if team.coordinator == COORDINATOR else asyncio.Lock()
        async with lock:
            await self.town.fill(team.coordinator, opening, {}, approved)

    async def _accept(self, request_id: str) -> None:
        query = (
            select(A.assignment_id, A.person_id, A.side)
            .join(tables.sessions, S.session_id == A.session_id)
            .where(S.request_id == request_id, A.status == AssignmentStatus.OFFERED)
        )
        for assignment_id, person_id, _ in await self.town.rows(query):
            (key,) = [p.key for p in PEOPLE.everyone if p.id == person_id]
            await self.town.install(key)

            async def accepted(assignment_id: str = assignment_id) -> bool:
                asked = select(A.status).where(A.assignment_id == assignment_id)
                return (await self.town.rows(asked))[0][0] is AssignmentStatus.ACCEPTED

            await self.town.insist(key, "assignment.accept", accepted, id=assignment_id)

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
            await town.hop(min(due + TOGETHER, over) if due else over)

    def _is(self, session_id: str, statuses: set[SessionStatus]) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            found = await self.town.rows(select(S.status).where(S.session_id == session_id))
            return found[0][0] in statuses

        return holds

    def _asked_is(self, request_id: str, *statuses: RequestStatus) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            found = await self.town.rows(select(R.status).where(R.request_id == request_id))
            return found[0][0] in statuses

        return holds

    async def _imported_ids(self) -> list[str]:
        return [row[0] for row in await self.town.rows(select(S.session_id).order_by(S.starts_at))]


_BEYOND_AGREED = (
    RequestStatus.AGREED,
    RequestStatus.IN_REVIEW,
    RequestStatus.APPROVED,
    RequestStatus.SCHEDULED,
)


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
