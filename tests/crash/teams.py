"""Teams that ask for a conversation: agreed, approved, staffed whatever facilitators say, booked.

Two of them meet at one time, so that the best of one are sometimes taken by the other: whoever
leads elsewhere then declines, and the coordinator, or the bot by itself, asks somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.sessions import AssignmentStatus
from storage import tables
from tests.crash.town import Town
from tests.integration.program.stage import PEOPLE, who

S, R, A = tables.sessions.c, tables.requests.c, tables.assignments.c
O = tables.rounds.c  # noqa: E741
_BEYOND_AGREED = (
    RequestStatus.AGREED,
    RequestStatus.IN_REVIEW,
    RequestStatus.APPROVED,
    RequestStatus.SCHEDULED,
)


@dataclass(frozen=True)
class Team:
    """Who asks, with whom, where."""

    requester: str
    counterpart: str
    coordinator: str
    region: str
    name: str
    day: str = "2027-03-16"


TEAMS = (
    Team("manager-ottawa", "union-ottawa", "coordinator-employer-ncr", "national-capital", "West"),
    Team(
        "manager-montreal",
        "union-quebec",
        "coordinator-employer-quebec",
        "quebec",
        "Est",
        "2027-03-19",
    ),
    Team("manager-halifax", "union-halifax", "coordinator-employer-atlantic", "atlantic", "Sea"),
)


class Asking:
    """One request's life. `desk` is held by whoever fills in a form of its coordinator's."""

    def __init__(self, town: Town, team: Team, desk: asyncio.Lock) -> None:
        self.town = town
        self.team = team
        self._desk = desk

    async def live(self, number: int) -> None:
        """One of the first withdraws; for the second the bot asks in order, until the team
        withdraws; the third meets when the first does.
        """
        town, team = self.town, self.team
        request_id = await self._ask()
        agreed = self._is(request_id, *_BEYOND_AGREED)
        await town.insist(team.counterpart, "request.agree", agreed, id=request_id)
        await self._approve(request_id)
        if number % 3 == 1:
            await self._have_the_bot_ask(request_id)
        await self._staffed(request_id)
        scheduled = self._is(request_id, RequestStatus.SCHEDULED)
        await town.until(scheduled, "it is not scheduled")
        if number % 3 == 0:
            await self._one_withdraws(request_id)
            await self._staffed(request_id)
        elif number % 3 == 1:
            await self._withdraw(request_id)

    async def _ask(self) -> str:
        team = self.team
        answers = {
            "offering": "mental-health", "organization": "2229", "region": team.region,
            "team": team.name, "side": "employer", "counterpart": who(team.counterpart).id,
            "participants": "3", "date1": team.day, "time1": "10:00",
        }  # fmt: skip

        async def sent() -> str | None:
            found = await self.town.rows(select(R.request_id).where(R.team == team.name))
            return found[0][0] if found else None

        async def opening() -> None:
            await self.town.say(team.requester, "request")

        return await self.town.fill(team.requester, "request", opening, answers, sent)

    async def _approve(self, request_id: str) -> None:
        approved = self._is(request_id, RequestStatus.APPROVED, RequestStatus.SCHEDULED)
        await self._steer("triage.approve", request_id, approved)

    async def _steer(self, verb: str, request_id: str, done: Callable[[], Awaitable[Any]]) -> None:
        coordinator = self.team.coordinator

        async def opening() -> None:
            if not await done():
                await self.town.stage.invoke(
                    coordinator, self.town.stage.last(coordinator).id, verb, {"id": request_id}
                )

        async with self._desk:
            await self.town.fill(coordinator, verb.replace(".", "_"), opening, {}, done)

    async def _have_the_bot_ask(self, request_id: str) -> None:
        """Round by round; the first who is asked for the union says no."""
        town = self.town
        begun = town.some(
            select(O.session_id)
            .join(tables.sessions, S.session_id == O.session_id)
            .where(S.request_id == request_id)
        )
        await town.insist(self.team.coordinator, "round.start", begun, id=request_id)
        ((assignment_id, person_id),) = await town.rows(
            self._offers(request_id, A.assignment_id, A.person_id).where(A.side == Side.UNION)
        )
        await self._says(person_id, assignment_id, AssignmentStatus.DECLINED)

    async def _staffed(self, request_id: str) -> None:
        """Until one of each side has accepted; who leads elsewhere at that time declines."""
        town = self.town

        async def both() -> bool:
            sides = await town.rows(
                select(A.side)
                .join(tables.sessions, S.session_id == A.session_id)
                .where(S.request_id == request_id, A.status == AssignmentStatus.ACCEPTED)
            )
            return len(sides) == len(Side)

        while not await both():
            offers = await town.rows(self._offers(request_id, A.assignment_id, A.person_id))
            for assignment_id, person_id in offers:
                taken = await self._leads_elsewhere(assignment_id, person_id)
                word = AssignmentStatus.DECLINED if taken else AssignmentStatus.ACCEPTED
                await self._says(person_id, assignment_id, word)
            if not offers and not await both():
                await self._somebody_else(request_id)

    async def _says(self, person_id: str, assignment_id: str, word: AssignmentStatus) -> None:
        """Yes or no; whoever is refused because they lead elsewhere by now says no."""
        (key,) = [p.key for p in PEOPLE.everyone if p.id == person_id]
        town = self.town
        await town.install(key)
        answered = town.some(
            select(A.status).where(
                A.assignment_id == assignment_id, A.status != AssignmentStatus.OFFERED
            )
        )

        async def tried() -> bool:
            if await answered():
                return True
            yes = word is AssignmentStatus.ACCEPTED
            yes = yes and not await self._leads_elsewhere(assignment_id, person_id)
            verb = "assignment.accept" if yes else "assignment.decline"
            data = {"id": assignment_id, "reason": "Elsewhere."}
            await town.stage.invoke(key, town.stage.last(key).id, verb, data)
            return await answered()

        await town.until(tried, f"{key} answers {assignment_id} in vain")

    async def _leads_elsewhere(self, assignment_id: str, person_id: str) -> bool:
        ((starts_at, ends_at),) = await self.town.rows(
            select(S.starts_at, S.ends_at)
            .join(tables.assignments, S.session_id == A.session_id)
            .where(A.assignment_id == assignment_id)
        )
        same_time = (S.starts_at < ends_at, S.ends_at > starts_at)
        theirs = (A.person_id == person_id, A.status == AssignmentStatus.ACCEPTED)
        return bool(
            await self.town.rows(
                select(A.assignment_id)
                .join(tables.sessions, S.session_id == A.session_id)
                .where(*same_time, *theirs, A.assignment_id != assignment_id)
            )
        )

    async def _somebody_else(self, request_id: str) -> None:
        """The coordinator chooses, unless the bot goes on by itself."""
        town = self.town
        offered = town.some(self._offers(request_id, A.assignment_id))
        running = await town.rows(
            select(O.session_id)
            .join(tables.sessions, S.session_id == O.session_id)
            .where(S.request_id == request_id, O.status == "running")
        )
        if running:
            await town.until(offered, "the bot asks nobody")
        else:
            await self._steer("triage.replace", request_id, offered)

    async def _one_withdraws(self, request_id: str) -> None:
        """Somebody who had accepted cannot come after all."""
        town = self.town
        ((assignment_id, person_id),) = await town.rows(
            select(A.assignment_id, A.person_id)
            .join(tables.sessions, S.session_id == A.session_id)
            .where(S.request_id == request_id, A.side == Side.EMPLOYER)
            .where(A.status == AssignmentStatus.ACCEPTED)
        )
        (key,) = [p.key for p in PEOPLE.everyone if p.id == person_id]
        gone = town.some(
            select(A.status).where(
                A.assignment_id == assignment_id, A.status == AssignmentStatus.WITHDRAWN
            )
        )
        await town.insist(key, "assignment.withdraw", gone, id=assignment_id, reason="Surgery.")
        town.ended_at[assignment_id] = town.stage.clock.now()

    async def _withdraw(self, request_id: str) -> None:
        town, requester = self.town, self.team.requester

        async def opening() -> None:
            await town.press(requester, "request.withdraw", id=request_id)

        withdrawn = self._is(request_id, RequestStatus.WITHDRAWN)
        await town.fill(requester, "request_withdraw", opening, {"reason": "Later."}, withdrawn)
        ((session_id,),) = await town.rows(select(S.session_id).where(S.request_id == request_id))
        town.ended_at[session_id] = town.stage.clock.now()

    def _offers(self, request_id: str, *columns: Any) -> Any:
        return (
            select(*columns)
            .select_from(tables.assignments)
            .join(tables.sessions, S.session_id == A.session_id)
            .where(S.request_id == request_id, A.status == AssignmentStatus.OFFERED)
        )

    def _is(self, request_id: str, *statuses: RequestStatus) -> Callable[[], Awaitable[bool]]:
        return self.town.some(
            select(R.status).where(R.request_id == request_id, R.status.in_(statuses))
        )
