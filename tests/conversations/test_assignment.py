"""Assignments: a facilitator's offer, the answer, what follows; in both languages."""

from datetime import timedelta

import pytest

from bot.domain.rules import Rules
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    COORDINATRICE,
    SECOND_EMPLOYER,
    SECOND_UNION,
    agreed,
    approved,
    booked,
    offer_of,
    open_region,
)
from tests.conversations.talking import MANAGER, STEWARD, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


def answer_of(office: Office, assignment_id: str) -> str:
    return office.units.memory.assignments[assignment_id].status.value


async def test_both_accept_and_the_meeting_is_owed(office: Office) -> None:
    """
    my assignments
      ▸ 1 session ahead · you are asked to lead
    [Open]
      ▸ in place: what, when, for whom, with whom, until when
    [Accept]
      ▸ in place: you lead this session · the other side has not answered yet
    the other one accepts
      ▸ both have accepted; the meeting is being booked
    """
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    assert "You are asked to lead" in await chat.say("my assignments")
    card = await chat.click("Open")
    assert card.splitlines()[:4] == [
        "Mental Health: Let's Talk!",
        "You are asked to lead",
        "Tuesday, February\u00a016, 2027",
        "9\u00a0am to 12:30\u00a0pm",
    ]
    for line in (
        "Please answer by Wednesday, January\u00a013, 2027, at 10\u00a0am.",
        "Your side: Union",
        "Team: Pay team",
        "Group: 12 people",
        "Language: English",
        "A seat near the screen",
        "With: Facilitator for the employer, Ottawa, who has not answered yet",
        "Reference: EC-2027-0001",
    ):
        assert line in card
    accepted = await chat.click("Accept")
    assert "You have accepted. Thank you." in accepted
    assert "As soon as the other side has accepted" in accepted
    assert "Accept" not in chat.buttons
    other = office.chat(LEAD_EMPLOYER)
    said = await other.say("accept EC-2027-0001")
    assert "Both sides have accepted." in said
    assert "With: Facilitator for the union, Ottawa, who has accepted" in said
    assert office.units.memory.sessions[session.session_id].status.value == "booking"
    assert [r.kind for r in office.units.memory.outbox.values() if r.via == "meeting"] == [
        "meeting.book"
    ]


async def test_typed_in_french_with_the_own_clock(office: Office) -> None:
    """
    mes affectations
      ▸ the session's time on the reader's clock, and the session's own
    accepter EC-2027-0001
      ▸ vous animez cette séance
    """
    request = await agreed(office)
    pair = {"union": SECOND_UNION.person_id, "employer": SECOND_EMPLOYER.person_id}
    sides = {side: pair[side.value] for side in type(request.side)}
    await office.services.staffing.approve(
        REGIONAL.person_id, request.request_id, request.preferred_at[0], sides
    )
    chat = office.chat(SECOND_UNION)
    assert "On vous demande d’animer" in await chat.say("mes affectations")
    assert "Vous avez accepté. Merci." in await chat.say("accepter EC-2027-0001")
    other = office.chat(SECOND_EMPLOYER)
    card = await other.say("assignment EC-2027-0001")
    assert "7\u00a0am to 10:30\u00a0am" in card  # Vancouver keeps UTC−7 in winter
    assert "9\u00a0am to 12:30\u00a0pm, Eastern time" in card


async def test_declined_with_a_word_of_why(office: Office) -> None:
    """
    [Decline], "I am *away* that week", [Decline the offer]
      ▸ in place: you declined · nothing more to do
    both coordinators are told once
    """
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    said = await chat.click("Decline the offer", reason="I am *away* that week")
    assert "You have declined. The coordinators are told." in said
    assert chat.buttons == ["My assignments"]
    kept = office.units.memory.assignments[offer_of(office, session, LEAD_UNION)]
    assert (kept.status.value, kept.reason) == ("declined", "I am *away* that week")
    for who in (REGIONAL, COORDINATRICE):
        assert len(office.told(who, "request.lead_declined")) == 1
    assert office.told(MANAGER, "request.lead_declined") == []


async def test_declined_without_a_word(office: Office) -> None:
    session = await approved(office)
    chat = office.chat(LEAD_EMPLOYER)
    await chat.say("assignment EC-2027-0001")
    await chat.click("Decline the offer")
    assert answer_of(office, offer_of(office, session, LEAD_EMPLOYER)) == "declined"


@pytest.mark.parametrize(
    "words", ["decline EC-2027-0001 away", "unavailable EC-2027-0001", "indisponible EC-2027-0001"]
)
async def test_declined_by_typed_words(office: Office, words: str) -> None:
    session = await approved(office)
    await office.chat(LEAD_UNION).say(words)
    assert answer_of(office, offer_of(office, session, LEAD_UNION)) == "declined"


async def test_accepting_or_declining_twice_is_harmless(office: Office) -> None:
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("accept EC-2027-0001")
    assert "You lead this session" in await chat.say("accept EC-2027-0001")
    # Whoever has accepted already means to withdraw, and is asked first.
    assert "Withdraw from a session" in await chat.say("unavailable EC-2027-0001")
    assert "You lead this session" in await chat.click("Yes, cancel")
    assert answer_of(office, offer_of(office, session, LEAD_UNION)) == "accepted"
    other = office.chat(LEAD_EMPLOYER)
    await other.say("decline EC-2027-0001")
    assert "You declined" in await other.say("decline EC-2027-0001")
    said = await other.say("accept EC-2027-0001")
    assert "This offer is no longer open" in said
    assert "You declined" in said
    assert len(office.told(REGIONAL, "request.lead_declined")) == 1


async def test_an_offer_lapses(office: Office) -> None:
    """
    two days later, before the worker came by: [Accept]
      ▸ the time to answer was over; how it stands
    after it came by
      ▸ nothing more to do
    """
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    office.clock.advance(timedelta(days=2, minutes=1))
    said = await chat.click("Accept")
    assert "The time to answer was over on Wednesday, January\u00a013, 2027, at 10\u00a0am." in said
    assert "The time to answer is over" in said
    assignment_id = offer_of(office, session, LEAD_UNION)
    await office.services.assignments.lapse(assignment_id)
    assert answer_of(office, assignment_id) == "expired"
    said = await chat.say("accept EC-2027-0001")
    assert "The coordinators are asking somebody else." in said
    assert len(office.told(REGIONAL, "request.lead_expired")) == 1


async def test_nobody_accepts_a_time_that_they_have_not_seen(office: Office) -> None:
    """
    the session moves while the card is open; [Accept]
      ▸ it has a new time: look, and answer again
    [Accept]
      ▸ accepted
    """
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    later = session.starts_at + timedelta(days=1)
    await office.services.steering.reschedule(REGIONAL.person_id, session.session_id, later)
    said = await chat.click("Accept")
    assert "The session has a new time since you opened this card." in said
    assert "Wednesday, February\u00a017, 2027" in said
    assert "You have accepted." in await chat.click("Accept")


async def test_the_session_is_cancelled(office: Office) -> None:
    """
    [Accept] on an old card
      ▸ no longer open · the session is cancelled · why
    """
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    await office.services.steering.cancel(REGIONAL.person_id, session.session_id, "A storm")
    said = await chat.click("Accept")
    assert "This offer is no longer open" in said
    assert "The session is cancelled" in said
    assert "A storm" in said
    assert "You lead no session at the moment" in await chat.say("my assignments")


async def test_booked_the_card_has_the_meeting(office: Office) -> None:
    session = await booked(office)
    chat = office.chat(LEAD_UNION)
    card = await chat.say("assignment EC-2027-0001")
    assert "You lead this session: booked" in card
    assert "The invitation is in your calendar." in card
    (link,) = [a["url"] for a in chat.card["actions"] if a["type"] == "Action.OpenUrl"]
    assert link == session.join_url


async def test_what_outlook_refused_is_said(office: Office) -> None:
    session = await booked(office)
    kept = office.units.memory.sessions[session.session_id]
    kept.status, kept.fault = type(kept.status)("booking"), "graph_denied"
    said = await office.chat(LEAD_UNION).say("assignment EC-2027-0001")
    assert "Outlook has not booked the meeting yet" in said


async def test_the_empty_list_says_why(office: Office) -> None:
    said = await office.chat(LEAD_UNION).say("my assignments")
    assert "You lead no session at the moment, and no offer awaits you." in said


async def test_the_list_shows_ten_at_a_time(catalogues: Catalogues) -> None:
    office = open_region(catalogues, Rules(sessions_a_month=12))
    for number in range(12):
        await approved(office, f"form-{number}", team=f"Team {number:02d}")
    chat = office.chat(LEAD_UNION)
    first = await chat.say("my assignments")
    assert first.splitlines()[1] == "0 sessions led in 18 months, of the 5 asked"
    assert first.splitlines()[2] == "12 sessions ahead, the soonest first"
    assert first.count("You are asked to lead") == 10
    assert problems_of(chat.card) == []
    assert (await chat.click("Show more")).count("You are asked to lead") == 2
    assert (await chat.click("Back to the first ones")).count("You are asked to lead") == 10


@pytest.mark.parametrize("verb", ["assignment.show", "assignment.accept", "assignment.decline"])
@pytest.mark.parametrize("who", [OUTSIDER, LEAD_EMPLOYER, REGIONAL, MANAGER])
async def test_somebody_else_s_offer_is_not_found(office: Office, verb: str, who) -> None:
    session = await approved(office)
    assignment_id = offer_of(office, session, LEAD_UNION)
    chat = office.chat(who)
    await chat.say("help")
    said = await chat.invoke({"action": {"verb": verb, "data": {"id": assignment_id}}})
    assert "I cannot find an offer to lead under this reference." in said
    assert answer_of(office, assignment_id) == "offered"


@pytest.mark.parametrize("verb", ["assignment.show", "assignment.accept", "assignment.decline"])
@pytest.mark.parametrize("wrong", [None, 7, "", "a b", ["x"]])
async def test_an_id_of_the_wrong_kind(office: Office, verb: str, wrong: object) -> None:
    chat = office.chat(LEAD_UNION)
    await chat.say("help")
    said = await chat.invoke({"action": {"verb": verb, "data": {"id": wrong}}})
    assert "I could not read this card." in said


@pytest.mark.parametrize(("field", "value"), [("seen", "one"), ("seen", True)])
async def test_values_of_the_wrong_kind(office: Office, field: str, value: object) -> None:
    session = await approved(office)
    assignment_id = offer_of(office, session, LEAD_UNION)
    chat = office.chat(LEAD_UNION)
    await chat.say("help")
    data = {"id": assignment_id, field: value}
    said = await chat.invoke({"action": {"verb": "assignment.accept", "data": data}})
    assert "I could not read this card." in said
    assert answer_of(office, assignment_id) == "offered"


async def test_ten_thousand_characters_of_why(office: Office) -> None:
    session = await approved(office)
    chat = office.chat(LEAD_UNION)
    await chat.say("assignment EC-2027-0001")
    assert "at most 500 characters" in await chat.click("Decline the offer", reason="x" * 10_000)
    assert answer_of(office, offer_of(office, session, LEAD_UNION)) == "offered"


async def test_the_same_word_declines_what_each_has_before_them(office: Office) -> None:
    """
    decline EC-2027-0001
      ▸ a coordinator declines the request, a facilitator the offer; a counterpart, who has
        agreed already, sees how it stands; somebody else finds nothing
    """
    session = await approved(office)
    request = office.units.memory.requests[session.request_id or ""]
    assert "moved on" in await office.chat(REGIONAL).say("decline EC-2027-0001")
    said = await office.chat(STEWARD).say("refuser EC-2027-0001")
    assert "EC-2027-0001" in said
    assert request.status.value == "approved"
    assert "I cannot find this request." in await office.chat(OUTSIDER).say("decline EC-2027-0001")
    assert "You declined" in await office.chat(LEAD_UNION).say("decline EC-2027-0001")
    await agreed(office, "form-2")
    said = await office.chat(REGIONAL).say("decline EC-2027-0002 Not this year")
    assert "The request is declined." in said


async def test_a_counterpart_who_types_accept_sees_the_request(office: Office) -> None:
    request = await agreed(office)
    kept = office.units.memory.requests[request.request_id]
    kept.status, kept.agreed_at = type(kept.status)("submitted"), None
    chat = office.chat(STEWARD)
    await chat.say("accepter EC-2027-0001")
    assert kept.status.value == "submitted"
    assert any(a["verb"] == "request.agree" for a in chat.card["actions"] if "verb" in a)


async def test_a_facilitator_who_quotes_the_reference_sees_the_offer(office: Office) -> None:
    await approved(office)
    assert "You are asked to lead" in await office.chat(LEAD_UNION).say("EC-2027-0001")
    assert "I cannot find this request." in await office.chat(OUTSIDER).say("EC-2027-0001")
