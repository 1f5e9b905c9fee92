"""Buttons of cards of a year ago: a sentence or a sound card, and nothing is changed."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.requests import RequestStatus
from bot.domain.sessions import SessionStatus
from bot.i18n import Catalogues
from bot.services.ports import Reader
from cards import actions
from tests.conversations.office import LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import approved, booked, open_region
from tests.conversations.talking import MANAGER
from tests.conversations.test_hostile import send

YEAR = timedelta(days=400)
KEPT = ("requests", "sessions", "seats", "assignments", "grants", "facilitators")
PEOPLE = (MANAGER, REGIONAL, LEAD_UNION, OUTSIDER)


@pytest.fixture
async def office(catalogues: Catalogues) -> Office:
    """One session that was held, with a seat; one request that came to nothing. A year ago."""
    made = open_region(catalogues)
    session = await booked(made)
    code = session.code
    await made.services.seats.join(OUTSIDER.person_id, session.session_id, code)
    await approved(made, "form-2")
    memory = made.units.memory
    session.status = SessionStatus.HELD
    memory.requests[session.request_id or ""].status = RequestStatus.COMPLETED
    for other in memory.sessions.values():
        if other is not session:
            other.status = SessionStatus.CANCELLED
    for request in memory.requests.values():
        if request.status is not RequestStatus.COMPLETED:
            request.status = RequestStatus.WITHDRAWN
    made.clock.advance(YEAR)
    return made


def snapshot(office: Office) -> dict[str, Any]:
    return {name: copy.deepcopy(getattr(office.units.memory, name)) for name in KEPT}


@pytest.mark.parametrize("who", PEOPLE, ids=lambda who: who.person_id[:8])
async def test_a_click_on_a_card_of_a_year_ago(office: Office, who: Reader) -> None:
    """Every button there is, of the request, the session and the assignments that were."""
    memory = office.units.memory
    ids = [next(iter(each)) for each in (memory.requests, memory.sessions, memory.assignments)]
    before = snapshot(office)
    chat = office.chat(who)
    for verb in sorted(actions.ALL):
        for thing_id in ids:
            await send(chat, verb, {"id": thing_id})
        assert snapshot(office) == before, verb


async def test_a_button_of_a_release_that_is_gone(office: Office) -> None:
    """Its verb is nobody's any more: the person is told, and can go on."""
    chat = office.chat(MANAGER)
    assert (await send(chat, "request.of_old", {"id": "x", "version": 1})).strip()
    await chat.say("help")
    assert chat.last.card
