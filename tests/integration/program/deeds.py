"""What people do on the way from a first word to a booked meeting, in as few clicks as it takes."""

from __future__ import annotations

import re
from typing import NamedTuple

from cards.pairs import OTHERS
from tests.integration.program.stage import Seen, Stage, who

MANAGER, UNION = "manager-ottawa", "union-ottawa"
COORDINATOR, OTHER_COORDINATOR = "coordinator-employer-ncr", "coordinator-union-ncr"
LEADS = ("facilitator-union-ottawa", "facilitator-employer-gatineau")
REFERENCE = re.compile(r"EC-\d{4}-\d{4}")


class Wish(NamedTuple):
    """What is asked for."""

    day: str = "2027-03-18"
    time: str = "13:00"
    team: str = "Benefits Delivery"
    note: str = ""
    requester: str = MANAGER
    counterpart: str = UNION
    topic: str = "mental-health"


USUAL = Wish()


async def begin(stage: Stage, wish: Wish, steps: int = 7) -> Seen:
    """Go through the request form, as many steps as are wanted; the seventh sends it."""
    if not stage.said_to(wish.requester):
        await stage.install(wish.requester)
    await stage.say(wish.requester, "request")
    answers: list[dict[str, str]] = [
        {"offering": wish.topic},
        {"organization": "2229", "region": "national-capital", "team": wish.team},
        {"side": "employer", "counterpart": who(wish.counterpart).id},
        {"participants": "12", "accessibility_note": wish.note},
        {"date1": wish.day, "time1": wish.time},
        {},
        {},
    ]
    return await stage.fill(wish.requester, *answers[:steps])


async def request(stage: Stage, wish: Wish = USUAL) -> str:
    """Ask for a conversation; gives its reference."""
    record = await begin(stage, wish)
    found = REFERENCE.search(record.words)
    assert found, record.words
    return found[0]


async def agree(stage: Stage, reference: str, wish: Wish = USUAL) -> None:
    """The counterpart has the card, and agrees."""
    card = await stage.sees(wish.counterpart, reference)
    await stage.click(wish.counterpart, "request.agree", on=card)


async def approve(stage: Stage, reference: str) -> None:
    """A coordinator has the card, and chooses the first date and these two."""
    card = await stage.sees(COORDINATOR, reference)
    await stage.click(COORDINATOR, "triage.approve", on=card)
    union, employer = (who(key).id for key in LEADS)
    two = {"union": union}, {"employer": employer}
    await stage.fill(COORDINATOR, {}, {"pair": OTHERS}, *two, {})


async def accept(stage: Stage, reference: str) -> None:
    """Both facilitators have their offers, and accept."""
    for key in LEADS:
        card = await stage.until(lambda key=key: _offer(stage, key, reference), "no offer")
        await stage.click(key, "assignment.accept", on=card)


def _offer(stage: Stage, key: str, reference: str) -> Seen | None:
    for message in reversed(stage.said_to(key)):
        verbs = str(message.card)
        if reference in message.words and "assignment.accept" in verbs:
            return message
    return None


async def staffed(stage: Stage, wish: Wish = USUAL) -> str:
    """From the first word to both acceptances: the booking is owed."""
    reference = await request(stage, wish)
    await agree(stage, reference, wish)
    await approve(stage, reference)
    await accept(stage, reference)
    return reference
