"""Steering a session: another time, cancelling; with a request and without."""

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.sessions import Session
from bot.i18n import Catalogues
from bot.services.sessions import ImportedSession
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    ELSEWHERE,
    REGION,
    agreed,
    approved,
    booked,
    open_region,
    stands,
)
from tests.conversations.talking import MANAGER, NOW, STEWARD, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def imported(office: Office) -> Session:
    """A session of the programme's calendar, without a request."""
    row = ImportedSession(
        offering="mental-health",
        starts_at=NOW + timedelta(days=30),
        zone="America/Toronto",
        language="en",
        region=REGION,
        organization="2222",
        visibility=Visibility.OPEN,
        leads={Side.UNION: LEAD_UNION.person_id, Side.EMPLOYER: LEAD_EMPLOYER.person_id},
    )
    await office.services.sessions.import_many([row])
    (session,) = office.units.memory.sessions.values()
    return session


async def test_rescheduled_by_clicks(office: Office) -> None:
    """
    [Reschedule]
      ▸ in place: Step 1 of 2 · when it is now
    2027-02-17 10:00, "The room", [Next]
      ▸ Step 2 of 2 · how both leads are placed then
    [Reschedule]
      ▸ the request's card at its new time; everybody is told once
    """
    session = await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    form = await chat.click("Reschedule")
    assert "Now: Tuesday, February\u00a016, 2027, 9\u00a0am to 12:30\u00a0pm" in form
    assert "On the session’s clock: Eastern time" in form
    review = await chat.click("Next", date="2027-02-17", time="10:00", reason="The room")
    assert (
        "New time: Wednesday, February\u00a017, 2027, 10\u00a0am to 1:30\u00a0pm. The room"
        in review
    )
    assert "For the union: Facilitator for the union, Ottawa: free" in review
    card = await chat.click("Reschedule")
    assert "The session has its new time." in card
    assert "Wednesday, February\u00a017, 2027" in card
    assert "The room" in card
    moved = office.units.memory.sessions[session.session_id]
    assert f"{moved.starts_at:%Y-%m-%d %H:%M}" == "2027-02-17 15:00"
    for who, kind in ((MANAGER, "request.moved"), (LEAD_UNION, "assignment.moved")):
        assert len(office.told(who, kind)) == 1


async def test_rescheduled_by_typed_words_in_french(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(COORDINATRICE)
    await chat.say(f"reporter {session.code}")
    assert "Étape 2 de 2" in await chat.say("17 février 2027 à 10 h")
    assert "La séance est reportée." in await chat.say("oui")


async def test_rescheduled_though_the_answer_was_lost(office: Office) -> None:
    """The click did it, and its process died before the card came: the second one says so."""
    session = await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("reschedule EC-2027-0001")
    await chat.click("Next", date="2027-02-17", time="10:00")
    later = session.starts_at + timedelta(days=1, hours=1)
    await office.services.steering.reschedule(REGIONAL.person_id, session.session_id, later)
    assert "The session has its new time." in await chat.click("Reschedule")
    assert len(office.told(MANAGER, "request.moved")) == 1


@pytest.mark.parametrize(
    ("on", "at", "said"),
    [
        ("2027-02-16", "09:00", "The session is at this time already."),
        ("2027-02-20", "09:00", "falls on a weekend"),
        ("2027-05-24", "09:00", "Victoria Day"),
        ("2027-02-17", "07:00", "in working hours"),
        ("2027-01-04", "09:00", "has already passed"),
        ("", "", "Give a date."),
        ("2027-02-31", "09:00", "Give a date."),
    ],
)
async def test_a_new_time_that_cannot_be(office: Office, on: str, at: str, said: str) -> None:
    await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("reschedule EC-2027-0001")
    assert said in await chat.click("Next", date=on, time=at)
    assert "Step 2 of 2" in await chat.click("Next", date="2027-02-17", time="10:00")


async def test_a_lead_who_is_not_free_is_said_and_so_is_outlook_away(office: Office) -> None:
    session = await booked(office)
    office.graph.busy.append(
        ("person9@example.ca", session.starts_at, session.starts_at + timedelta(days=2))
    )
    chat = office.chat(REGIONAL)
    await chat.say("reschedule EC-2027-0001")
    said = await chat.click("Next", date="2027-02-17", time="10:00")
    assert "Facilitator for the union, Ottawa: busy in Outlook" in said
    office.graph.fail(OutsideFault("graph_unavailable"), operation="availability")
    await chat.click("Change: New time")
    said = await chat.click("Next", date="2027-02-18", time="10:00")
    assert "Outlook is not answering" in said
    assert "Facilitator for the union, Ottawa: calendar not known at the moment" in said
    assert "The session has its new time." in await chat.click("Reschedule")


async def test_leading_another_session_at_the_new_time_is_said(office: Office) -> None:
    """Its own old time does not count."""
    await approved(office, "form-0", preferred=(datetime(2027, 2, 17, 9, 0),))  # noqa: DTZ001
    await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("reschedule EC-2027-0002")
    assert "Ottawa: free" in await chat.click("Next", date="2027-02-16", time="11:00")
    await chat.click("Change: New time")
    said = await chat.click("Next", date="2027-02-17", time="10:00")
    assert "Facilitator for the union, Ottawa: leads another session then" in said


async def test_cancelled_from_the_card(office: Office) -> None:
    """
    [Cancel the session] without a word of why
      ▸ write one
    "A facilitator is ill." [Cancel the session]
      ▸ the request is back in review; everybody is told once
    """
    session = await booked(office)
    request = office.units.memory.requests[session.request_id or ""]
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    said = await chat.click("Cancel the session", reason=" ")
    assert "Write a word of why" in said
    assert "Request EC-2027-0001" in said
    said = await chat.click("Cancel the session", reason="A facilitator is ill.")
    assert "The session is cancelled." in said
    assert "In review" in said
    assert "A facilitator is ill." in said
    assert stands(office, request) == "in_review"
    for who, kind in (
        (MANAGER, "request.session_cancelled"),
        (STEWARD, "request.session_cancelled"),
        (LEAD_UNION, "assignment.cancelled"),
    ):
        assert len(office.told(who, kind)) == 1


async def test_cancelled_twice_is_harmless(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("help")
    data = {"id": session.session_id, "reason": "Storm"}
    said = await chat.invoke({"action": {"verb": "session.cancel", "data": data}})
    assert "The session is cancelled." in said
    said = await chat.invoke({"action": {"verb": "session.cancel", "data": data}})
    assert "This session has moved on" in said
    assert len(office.told(MANAGER, "request.session_cancelled")) == 1


async def test_approved_again_after_a_cancellation(office: Office) -> None:
    """Those who led the cancelled one can be asked again."""
    await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("cancel EC-2027-0001")
    await chat.say("A storm")
    await chat.click("Approve: date and people")
    assert "1. Facilitator for the union, Ottawa and" in await chat.click("Next")
    await chat.click("Next")
    assert "Approved." in await chat.click("Approve and send the offers")


async def test_a_session_without_a_request(office: Office) -> None:
    """
    reschedule CODE … [Reschedule]
      ▸ the session's own card
    cancel CODE, "Storm"
      ▸ the session's own card: cancelled
    """
    session = await imported(office)
    chat = office.chat(REGIONAL)
    await chat.say(f"reschedule {session.code}")
    await chat.say("2027-02-17 10:00")
    card = await chat.click("Reschedule")
    assert "The session has its new time." in card
    assert "Wednesday, February\u00a017, 2027" in card
    assert problems_of(chat.card) == []
    await chat.say(f"cancel {session.code}")
    card = await chat.click("Cancel the session", reason="Storm")
    assert "The session is cancelled. Everybody concerned is told once." in card
    assert "review" not in card
    assert "moved on" in await chat.say(f"reschedule {session.code}")


async def test_the_requester_who_types_cancel_withdraws(office: Office) -> None:
    """As with the word withdraw: it is asked once more."""
    request = await agreed(office)
    chat = office.chat(MANAGER)
    await chat.say("cancel EC-2027-0001")
    assert stands(office, request) == "agreed"
    assert "Withdraw" in chat.text


@pytest.mark.parametrize("word", ["cancel", "reschedule"])
async def test_a_request_without_a_session(office: Office, word: str) -> None:
    await agreed(office)
    said = await office.chat(REGIONAL).say(f"{word} EC-2027-0001")
    assert "This request has no session yet." in said


@pytest.mark.parametrize("verb", ["session.cancel", "session.reschedule"])
@pytest.mark.parametrize("who", [OUTSIDER, MANAGER, LEAD_UNION, ELSEWHERE])
async def test_it_is_the_region_s_coordinators_who_steer(office: Office, verb: str, who) -> None:
    session = await booked(office)
    data = {"id": session.session_id, "reason": "Because"}
    await office.chat(who).invoke({"action": {"verb": verb, "data": data}})
    assert office.units.memory.sessions[session.session_id].status.value == "booked"
    said = await office.chat(who).say(f"{verb.partition('.')[2]} {session.code}")
    assert "new date" not in said
    assert office.units.memory.sessions[session.session_id].status.value == "booked"


async def test_an_open_session_is_not_everybodys_to_cancel(office: Office) -> None:
    session = await imported(office)
    data = {"id": session.session_id, "reason": "Because"}
    chat = office.chat(OUTSIDER)
    await chat.say("help")
    said = await chat.invoke({"action": {"verb": "session.cancel", "data": data}})
    assert "This is not yours to do." in said
    assert office.units.memory.sessions[session.session_id].status.value == "booking"


async def test_cancelled_while_another_one_was_rescheduling(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("reschedule EC-2027-0001")
    await chat.click("Next", date="2027-02-17", time="10:00")
    await office.services.steering.cancel(COORDINATRICE.person_id, session.session_id, "Grève")
    said = await chat.click("Reschedule")
    assert "This session has moved on in the meantime" in said
    assert "In review" in said


async def test_given_up_the_card_comes_back(office: Office) -> None:
    await booked(office)
    chat = office.chat(REGIONAL)
    await chat.say("review EC-2027-0001")
    await chat.click("Reschedule")
    said = await chat.click("Yes, cancel")
    assert "Nothing was changed." in said
    assert "Request EC-2027-0001" in said
