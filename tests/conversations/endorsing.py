"""An application that has been sent, without filling in its form: both endorsers are asked."""

from __future__ import annotations

from typing import Any

from bot.domain.applications import Application
from bot.domain.people import Side
from bot.domain.self_identification import Group
from bot.services.application_form import ApplicationForm
from tests.conversations.office import OUTSIDER, Office
from tests.conversations.talking import MANAGER, STEWARD, Chat, Reader

REFERENCE = "AP-2027-0001"


async def applied(
    office: Office, who: Reader = OUTSIDER, *groups: Group, **changed: Any
) -> Application:
    """Somebody has applied, for the union's side, with what they said of themselves."""
    said: dict[str, Any] = {
        "form_id": "form1",
        "side": Side.UNION,
        "levels": {"en": "e", "fr": "b"},
        "organization": "2222",
        "region": "national-capital",
        "zone": "America/Regina",
        "topics": ("mental-health",),
        "experience": "Six years of local meetings.",
        "motivation": "To help my colleagues talk.",
        "manager_id": MANAGER.person_id,
        "reference_id": STEWARD.person_id,
        "agent": "PSAC",
        "sealed": office.services.self_identification.seal(groups),
    }
    form = ApplicationForm(**{**said, **changed})
    view = await office.services.applications.submit(who.person_id, form)
    return office.units.memory.applications[view.application.application_id]


async def to_self_identification(chat: Chat, reference: Reader = STEWARD) -> str:
    """Fill in the form of an application up to the step of self-identification."""
    french = chat.person.language == "fr"
    said = await chat.say("devenir facilitatrice" if french else "become a facilitator")
    for given in (
        {},
        {"side": "union"},
        {"agent": "PSAC"},
        {"level_en": "e", "level_fr": "c"},
        {"organization": "2222", "region": "national-capital"},
        {"topics": "mental-health"},
        {"experience": "Six years of local meetings."},
        {"motivation": "To help my colleagues talk."},
        {"manager": MANAGER.person_id},
        {"reference": reference.person_id},
    ):
        said = await chat.click("Suivant" if french else "Next", **given)
    return said
