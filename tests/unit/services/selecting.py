"""A world in which candidates are selected: two coordinators of the region, and calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.applications import Application, ApplicationStatus
from bot.domain.interviews import Interview
from bot.domain.people import Grant, Role
from bot.domain.self_identification import Group
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.selection import SelectionService
from tests.fakes.graph import FakeMeeting
from tests.unit.services.endorsing import APPLICATION, CANDIDATE, EndorsingWorld
from tests.unit.services.world import EMPLOYER_COORDINATOR, NOW, UNION_COORDINATOR

OWN, ACROSS = UNION_COORDINATOR, EMPLOYER_COORDINATOR  # the candidates here are of the union's side
ADMINISTRATOR, ELSEWHERE = "administrator", "coordinator-elsewhere"
DAY = datetime(2027, 1, 14, 15, tzinfo=UTC)  # Thursday, 10 am in Ottawa
OPTIONS = (DAY, DAY + timedelta(days=1, hours=4), DAY + timedelta(days=4))
MINUTES = 60
KIND = "Thank you for your application."


@dataclass
class SelectingWorld(EndorsingWorld):
    """The small public service, its candidate supported by both."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.selection = SelectionService(self.desk, self.self_id)
        self.inviting = InvitingService(self.desk, self.graph, self.graph, self.selection)
        self.interviews = InterviewsService(self.desk, self.graph)
        for person_id in (ADMINISTRATOR, ELSEWHERE):
            self.meet(person_id)
        self.grant(ADMINISTRATOR, Role.ADMINISTRATOR)
        self.grant(ELSEWHERE, Role.COORDINATOR, "atlantic", "union")

    def grant(self, person_id: str, role: Role, region: str = "", side: str = "") -> None:
        grant = Grant(person_id, role, NOW, region=region, side=side)
        self.units.memory.grants[person_id, role.value, region, side] = grant

    def leave_post(self, person_id: str) -> None:
        grants = self.units.memory.grants
        for key in [key for key in grants if key[0] == person_id]:
            del grants[key]

    async def ready(self, application_id: str = APPLICATION, **changed: Any) -> Application:
        """An application that waits for the coordinators."""
        await self.apply(application_id, **changed)
        self.put(ApplicationStatus.REFERENCED, application_id)
        self.units.memory.outbox.clear()
        return self.application(application_id)

    async def invited(self) -> Interview:
        """The coordinator of the candidate's side has offered three times."""
        await self.inviting.invite(OWN, APPLICATION, OPTIONS, MINUTES)
        return self.interview

    async def picked(self) -> Interview:
        """The candidate has picked the first of them; Outlook has not been asked yet."""
        interview = await self.invited()
        await self.interviews.pick(CANDIDATE, interview.interview_id, OPTIONS[0])
        return self.interview

    async def met(self) -> Interview:
        """Booked, and held."""
        await self.picked()
        await self.settle()
        await self.at(OPTIONS[0] + timedelta(minutes=MINUTES))
        return self.interview

    async def listed(self, who: str = OWN, which: str = "") -> list[str]:
        """The ids on the first page of what somebody has to select."""
        page = await self.selection.queue(who, which)
        return [view.application.application_id for view in page.entries]

    async def say(self, application_id: str, *groups: Group) -> None:
        """The candidate says something of themselves."""
        async with self.units() as uow:
            await self.self_id.give(uow, application_id, self.self_id.seal(groups))
            await uow.commit()

    @property
    def interview(self) -> Interview:
        """The newest."""
        return list(self.units.memory.interviews.values())[-1]

    @property
    def meeting(self) -> FakeMeeting:
        (found,) = self.graph.meetings.values()
        return found

    def mailed(self, person_id: str) -> list[str]:
        """The kinds of what a person was told by mail."""
        return [
            row.kind
            for row in self.notebook.carried
            if row.recipient_id == person_id and row.via.value == "mail"
        ]

    def stands(self, application_id: str = APPLICATION) -> str:
        return self.application(application_id).status.value
