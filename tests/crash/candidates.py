"""People who want to become facilitators: they apply, are supported, invited, and interviewed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.domain.applications import EndorsementStatus, EndorserKind
from bot.domain.interviews import InterviewStatus
from bot.services.endorsing import endorsement_id
from storage import tables
from tests.crash.town import FIRST, Town
from tests.integration.program.stage import who

P, E, I = tables.applications.c, tables.endorsements.c, tables.interviews.c  # noqa: E741


@dataclass(frozen=True)
class Candidate:
    """Who applies, for which side, who speaks for them, who invites."""

    key: str
    side: str
    manager: str
    reference: str
    coordinator: str


FORMS = {"selection.invite": "interview_invite", "interview.reschedule": "interview_move"}
# They join no session: what is said to them does not push their forms away.
CANDIDATES = (
    Candidate(
        "union-vancouver", "union", "manager-vancouver", "employee-winnipeg",
        "coordinator-union-ncr",
    ),
    Candidate(
        "manager-winnipeg", "employer", "manager-vancouver", "employee-ottawa",
        "coordinator-employer-ncr",
    ),
)  # fmt: skip


class Applying:
    """One application's life. `desk` is held by whoever fills in a form of its coordinator's."""

    def __init__(self, town: Town, candidate: Candidate, desk: asyncio.Lock) -> None:
        self.town = town
        self.candidate = candidate
        self._desk = desk

    async def live(self, number: int) -> None:
        """The first is interviewed at another time than was picked; the second is cancelled."""
        town, one = self.town, self.candidate
        application_id = await self._apply()
        await self._support(application_id, EndorserKind.MANAGER, one.manager)
        await self._support(application_id, EndorserKind.REFERENCE, one.reference)
        interview_id = await self._invited(application_id)
        picked = town.some(
            select(I.status).where(
                I.interview_id == interview_id, I.status != InterviewStatus.OFFERED
            )
        )
        await town.insist(one.key, "interview.pick", picked, id=interview_id, place=1)
        await town.until(self._is(interview_id, InterviewStatus.BOOKED), "no interview is booked")
        if number % 2:
            await self._cancel(interview_id)
        else:
            await self._move(interview_id)

    async def _apply(self) -> str:
        town, one = self.town, self.candidate
        answers = {
            "side": one.side, "agent": "PSAC", "level_en": "e", "level_fr": "e",
            "organization": "2229", "region": "national-capital", "topics": "mental-health",
            "experience": "Six years.", "motivation": "To help.",
            "manager": who(one.manager).id, "reference": who(one.reference).id,
        }  # fmt: skip
        mine = select(P.application_id).where(
            P.applicant_id == who(one.key).id, P.submitted_at.is_not(None)
        )

        async def sent() -> str | None:
            found = await town.rows(mine)
            return found[0][0] if found else None

        async def opening() -> None:
            await town.say(one.key, "become a facilitator")

        return await town.fill(one.key, "application", opening, answers, sent)

    async def _support(self, application_id: str, kind: EndorserKind, endorser: str) -> None:
        supported = self.town.some(
            select(E.status).where(
                E.application_id == application_id,
                E.kind == kind,
                E.status == EndorsementStatus.SUPPORTED,
            )
        )
        named = endorsement_id(application_id, kind)
        await self.town.insist(endorser, "endorsement.support", supported, id=named)

    async def _invited(self, application_id: str) -> str:
        town = self.town

        async def there() -> str | None:
            found = await town.rows(
                select(I.interview_id).where(I.application_id == application_id)
            )
            return found[0][0] if found else None

        return await self._steer("selection.invite", application_id, there)

    async def _move(self, interview_id: str) -> None:
        ((before,),) = await self._of(interview_id, I.version)
        moved = self.town.some(
            select(I.version).where(I.interview_id == interview_id, I.version > before)
        )
        await self._steer("interview.reschedule", interview_id, moved)

    async def _cancel(self, interview_id: str) -> None:
        cancelled = self._is(interview_id, InterviewStatus.CANCELLED)
        coordinator = self.candidate.coordinator
        await self.town.insist(
            coordinator, "interview.cancel", cancelled, id=interview_id, reason="No."
        )
        self.town.ended_at[interview_id] = self.town.stage.clock.now()

    async def _steer(self, verb: str, about: str, done: Any) -> Any:
        coordinator = self.candidate.coordinator

        async def opening() -> None:
            await self.town.press(coordinator, verb, id=about)

        async with self._desk:
            answers = {"times": FIRST}
            return await self.town.fill(coordinator, FORMS[verb], opening, answers, done)

    async def _of(self, interview_id: str, *columns: Any) -> Any:
        return await self.town.rows(select(*columns).where(I.interview_id == interview_id))

    def _is(self, interview_id: str, status: InterviewStatus) -> Any:
        return self.town.some(
            select(I.status).where(I.interview_id == interview_id, I.status == status)
        )
