"""Filling in a request by clicks, step by step, in the person's own language."""

from __future__ import annotations

from typing import Any

from tests.conversations.office import Office
from tests.conversations.talking import MANAGER, STEWARD, Chat, Reader

REFERENCE = "EC-2027-0001"
NEXT = {"en": "Next", "fr": "Suivant"}
SUBMIT = {"en": "Submit", "fr": "Envoyer"}
STEPS = ("topic", "place", "parties", "group", "first_date", "other_dates", "review")

USUAL: dict[str, dict[str, Any]] = {
    "topic": {"offering": "mental-health"},
    "place": {"organization": "2222", "region": "national-capital", "team": "Pay team"},
    "parties": {"side": "employer", "counterpart": STEWARD.person_id},
    "group": {"participants": "12"},
    "first_date": {"date1": "2027-03-04", "time1": "13:00"},
    "other_dates": {},
}


async def fill(chat: Chat, until: str = "review", **values: dict[str, Any]) -> str:
    """Begin, and click on until that step is in view; `values` are other answers of a step."""
    said = await chat.say("request")
    for step in STEPS[: STEPS.index(until)]:
        given = {**USUAL[step], **values.get(step, {})}
        said = await chat.click(NEXT[chat.person.language], **given)
    return said


async def submitted(office: Office, who: Reader = MANAGER, **values: dict[str, Any]) -> Chat:
    """Somebody's chat with a request just sent."""
    chat = office.chat(who)
    await fill(chat, **values)
    await chat.click(SUBMIT[who.language])
    return chat


def plain(text: str) -> str:
    """The words with ordinary spaces; where the others belong is the formats' own tests' matter."""
    return text.replace("\u00a0", " ")


def errors_of(chat: Chat) -> list[str]:
    """What the newest card says is wrong, at its inputs and above them."""
    found: list[str] = []
    for block in chat.card["body"]:
        items = [block, *block.get("items", [])]
        for item in items:
            runs = item.get("inlines", [])
            found += [run["text"] for run in runs if run.get("color") == "attention"]
        if block.get("style") == "attention":
            found += [run["text"] for item in block["items"] for run in item["inlines"]]
    return [plain(text) for text in dict.fromkeys(found)]


def step_of(chat: Chat) -> str:
    """The step in view, from the button that leads on."""
    (onward,) = [
        action for action in chat.card["actions"] if action.get("data", {}).get("form_do") == "next"
    ]
    return onward["data"]["form_step"]


async def to_the_end(chat: Chat, step: str, **given: str) -> None:
    """From a step with these answers to the record."""
    language = chat.person.language
    await chat.click(NEXT[language], **{**USUAL[step], **given})
    for later in STEPS[STEPS.index(step) + 1 : -1]:
        assert step_of(chat) == later
        await chat.click(NEXT[language], **USUAL[later])
    await chat.click(SUBMIT[language])
    assert REFERENCE in chat.text
