"""Filling in an application by clicks, step by step, in the person's own language."""

from __future__ import annotations

from typing import Any

from bot.domain.applications import Application, EndorserKind
from tests.conversations.office import OTHER_STEWARD, OUTSIDER, Office
from tests.conversations.requesting import NEXT, SUBMIT, step_of
from tests.conversations.talking import MANAGER, Chat, Reader

STEPS = (
    "about", "side", "agent", "languages", "place", "topics", "experience", "motivation",
    "manager", "reference", "self_identification", "review",
)  # fmt: skip

USUAL: dict[str, dict[str, Any]] = {
    "about": {},
    "side": {"side": "union"},
    "agent": {"agent": "PSAC", "agent_other": ""},
    "languages": {"level_en": "c", "level_fr": "b"},
    "place": {"organization": "2222", "region": "national-capital"},
    "topics": {"topics": "anti-racism,mental-health"},
    "experience": {"experience": "Six years of local meetings."},
    "motivation": {"motivation": "To help my colleagues talk."},
    "manager": {"manager": MANAGER.person_id},
    "reference": {"reference": OTHER_STEWARD.person_id},
    "self_identification": {},
}
WORDS = {"en": "become a facilitator", "fr": "devenir facilitatrice"}


async def fill(chat: Chat, until: str = "review", **values: dict[str, Any]) -> str:
    """Begin, and click on until that step is in view; `values` are other answers of a step."""
    said = await chat.say(WORDS[chat.person.language])
    while step_of(chat) != until:
        step = step_of(chat)
        said = await chat.click(
            NEXT[chat.person.language], **{**USUAL[step], **values.get(step, {})}
        )
        assert step_of(chat) != step, said
    return said


async def to_the_end(chat: Chat, **given: str) -> str:
    """From the step in view, with these answers, to the record."""
    language = chat.person.language
    await chat.click(NEXT[language], **{**USUAL[step_of(chat)], **given})
    while step_of(chat) != "review":
        step = step_of(chat)
        said = await chat.click(NEXT[language], **USUAL[step])
        assert step_of(chat) != step, said
    record = await chat.click(SUBMIT[language])
    assert "AP-2027-0001" in record
    return record


async def applied(office: Office, who: Reader = OUTSIDER, **values: dict[str, Any]) -> Chat:
    """Somebody's chat with an application just sent."""
    chat = office.chat(who)
    await fill(chat, **values)
    await chat.click(SUBMIT[who.language])
    return chat


def the_application(office: Office) -> Application:
    """The newest one, as it is kept."""
    return list(office.units.memory.applications.values())[-1]


async def say_yes(office: Office, *kinds: EndorserKind) -> None:
    """The manager, the reference, support the newest application."""
    application = the_application(office)
    whom = {
        EndorserKind.MANAGER: application.manager_id,
        EndorserKind.REFERENCE: application.reference_id,
    }
    for kind in kinds or EndorserKind:
        named = f"{application.application_id}.{kind.value}"
        await office.services.endorsements.support(whom[kind], named)
