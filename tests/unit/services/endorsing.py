"""A world with one application and the two who are asked for their word on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.domain.applications import (
    Application,
    ApplicationStatus,
    Endorsement,
    EndorserKind,
)
from bot.domain.people import Side
from bot.services.endorsements import EndorsementsService
from bot.services.endorsing import answered, ask_endorsers, endorsement_id, pass_on
from bot.services.self_identification import SelfIdentificationService
from bot.vault import FernetVault, new_key
from tests.unit.services.world import NOW, ORGANIZATION, REGION, World

CANDIDATE, BOSS, OFFICER, OTHER = "candidate", "boss", "officer", "other"
APPLICATION = "application-1"


@dataclass
class EndorsingWorld(World):
    """The small public service, with a candidate, their manager and a local officer."""

    keys: list[str] = field(default_factory=lambda: [new_key()])

    def __post_init__(self) -> None:
        super().__post_init__()
        self.endorsements = EndorsementsService(self.desk)
        self.turn_keys(*self.keys)
        for person_id in (CANDIDATE, BOSS, OFFICER, OTHER):
            self.meet(person_id)

    def turn_keys(self, *keys: str) -> None:
        """The program, started anew with these keys, the newest first."""
        self.self_id = SelfIdentificationService(self.desk, FernetVault(keys))

    async def apply(self, application_id: str = APPLICATION, **changed: Any) -> Application:
        """An application that has just been submitted; both are asked."""
        said: dict[str, Any] = {
            "application_id": application_id,
            "year": 2027,
            "number": len(self.units.memory.applications) + 1,
            "applicant_id": CANDIDATE,
            "side": Side.UNION,
            "organization": ORGANIZATION,
            "region": REGION,
            "zone": "America/Toronto",
            "levels": {"en": "c", "fr": "b"},
            "topics": ("mental-health",),
            "experience": "Ten years of listening.",
            "motivation": "To help teams talk.",
            "manager_id": BOSS,
            "reference_id": OFFICER,
            "created_at": self.clock.now(),
            "submitted_at": self.clock.now(),
            "status": ApplicationStatus.SUBMITTED,
            "agent": "PSAC",
        }
        application = Application(**{**said, **changed})
        async with self.units() as uow:
            await uow.applications.add(application)
            await ask_endorsers(uow, self.desk, application)
            await uow.commit()
        return self.application(application_id)

    async def pass_on(self, kind: EndorserKind, person_id: str) -> None:
        """Somebody else is named."""
        async with self.units() as uow:
            application = await uow.applications.locked(APPLICATION)
            assert application is not None
            await pass_on(uow, self.desk, application, kind, person_id)
            await uow.commit()

    async def answer(self, kind: EndorserKind, text: str) -> None:
        """The candidate answers a question."""
        async with self.units() as uow:
            application = await uow.applications.locked(APPLICATION)
            assert application is not None
            await answered(uow, self.desk, application, kind, text)
            await uow.commit()

    def application(self, application_id: str = APPLICATION) -> Application:
        return self.units.memory.applications[application_id]

    def word(self, kind: EndorserKind, application_id: str = APPLICATION) -> Endorsement:
        return self.units.memory.endorsements[application_id, kind]

    def put(self, status: ApplicationStatus, application_id: str = APPLICATION) -> None:
        """As if it had come so far."""
        self.application(application_id).status = status

    def owed_to(self, person_id: str) -> list[tuple[str, str, str]]:
        """What is owed to a person: kind, way, and the day and hour in UTC."""
        rows = [row for row in self.owed() if row.recipient_id == person_id]
        rows.sort(key=lambda row: (row.due_at, row.kind))
        return [(row.kind, row.via.value, f"{row.due_at:%m-%d %H:%M}") for row in rows]


BY_MANAGER = endorsement_id(APPLICATION, EndorserKind.MANAGER)
BY_REFERENCE = endorsement_id(APPLICATION, EndorserKind.REFERENCE)
assert NOW.weekday() == 0  # the tests count working days from a Monday
