"""Somebody who applies, in the small public service of `world`: their form, and the use cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.domain.applications import Application, ApplicationStatus, Endorsement, EndorserKind
from bot.domain.people import Side
from bot.domain.self_identification import Group
from bot.services.application_form import ApplicationForm
from bot.services.application_views import ApplicationView
from bot.services.applications import ApplicationsService
from bot.services.endorsements import EndorsementsService
from bot.services.self_identification import SelfIdentificationService
from bot.vault import FernetVault, new_key
from tests.unit.services.world import MANAGER, REGION, STEWARD, World

CANDIDATE = "candidate"
MANAGER_KIND, REFERENCE_KIND = EndorserKind.MANAGER, EndorserKind.REFERENCE


@dataclass
class Applying:
    """The world, and what an application needs of it."""

    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        desk = self.world.desk
        self.meet()
        self.sealing = SelfIdentificationService(desk, FernetVault([new_key()]))
        self.applications = ApplicationsService(desk, self.sealing)
        self.endorsements = EndorsementsService(desk)

    def meet(self) -> None:
        """The candidate is somebody of the tenant."""
        self.world.meet(CANDIDATE)

    def form(self, form_id: str = "form-1", **changed: Any) -> ApplicationForm:
        """An application that can be taken."""
        asked: dict[str, Any] = {
            "form_id": form_id,
            "side": Side.UNION,
            "levels": {"en": "c", "fr": "b"},
            "organization": "2222",
            "region": REGION,
            "zone": "America/Toronto",
            "topics": ("mental-health", "anti-racism"),
            "experience": "Six years of local meetings.",
            "motivation": "To help my colleagues talk.",
            "manager_id": MANAGER,
            "reference_id": STEWARD,
            "agent": "PSAC",
        }
        return ApplicationForm(**{**asked, **changed})

    async def submit(self, form_id: str = "form-1", **changed: Any) -> ApplicationView:
        """Send one."""
        return await self.applications.submit(CANDIDATE, self.form(form_id, **changed))

    def seal(self, *groups: Group) -> str:
        """What somebody says of themselves, as a form holds it."""
        return self.sealing.seal(groups)

    async def say_yes(
        self, kind: EndorserKind, who: str = "", application_id: str = "form-1"
    ) -> None:
        """The manager or the reference supports the candidate."""
        person_id = who or (MANAGER if kind is MANAGER_KIND else STEWARD)
        await self.endorsements.support(person_id, f"{application_id}.{kind.value}")

    async def say_no(self, kind: EndorserKind, word: str = "Not this year.") -> None:
        """They do not."""
        person_id = MANAGER if kind is MANAGER_KIND else STEWARD
        await self.endorsements.decline(person_id, f"form-1.{kind.value}", word)

    async def ask(self, kind: EndorserKind, question: str) -> None:
        """They want to know something first."""
        person_id = MANAGER if kind is MANAGER_KIND else STEWARD
        await self.endorsements.ask(person_id, f"form-1.{kind.value}", question)

    def application(self, application_id: str = "form-1") -> Application:
        """As it is kept."""
        return self.world.units.memory.applications[application_id]

    def endorsement(self, kind: EndorserKind, application_id: str = "form-1") -> Endorsement:
        """As it is kept."""
        return self.world.units.memory.endorsements[application_id, kind]

    def put(self, status: ApplicationStatus, **more: Any) -> Application:
        """Set it in a state that other nouns bring about."""
        found = self.application()
        found.status = status
        for name, value in more.items():
            setattr(found, name, value)
        return found

    async def told(self, person_id: str) -> list[str]:
        """What somebody was told in the chat so far, in order."""
        await self.world.courier.run_until_idle()
        return self.world.told(person_id)
