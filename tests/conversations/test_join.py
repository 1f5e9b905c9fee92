"""Joining and leaving: by click, by code, twice, too late, on the waitlist."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.requests import Visibility
from bot.domain.rules import Rules
from bot.domain.seats import SeatStatus
from bot.domain.sessions import SessionStatus
from bot.i18n import Catalogues
from cards import actions
from tests.conversations.listing import place, put, seats, take_seats
from tests.conversations.office import LEAD_UNION, OTHER_STEWARD, OUTSIDER, Office, open_office
from tests.conversations.requesting import plain
from tests.conversations.review import booked
from tests.conversations.talking import MANAGER, STEWARD, Chat, person, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_office(catalogues)


async def test_join_from_the_list_and_leave(office: Office) -> None:
    """
    sessions, [Join]
      ▸ in place: Mental Health · You have a seat. The invitation is on its way … · [Leave …]
    [Leave the session] ▸ in place: You have left the session. · [Join] again
    """
    session = put(office)
    chat = office.chat(OUTSIDER)
    await chat.say("sessions")
    said = await chat.click("Join")
    assert said.splitlines()[:2] == [
        "Mental Health: Let's Talk!",
        "You have a seat. The invitation is on its way to your calendar.",
    ]
    assert place(office, session, OUTSIDER) == "confirmed"
    assert len(chat.messages) == 1
    assert problems_of(chat.card) == []
    said = await chat.click("Leave the session")
    assert "You have left the session. You can join again as long as a seat is free." in said
    assert place(office, session, OUTSIDER) == "left"
    await chat.click("Join")
    assert place(office, session, OUTSIDER) == "confirmed"


async def test_join_in_french_before_the_meeting_is_booked(office: Office) -> None:
    session = put(office, status=SessionStatus.STAFFED, join_url=None)
    chat = office.chat(STEWARD)
    said = plain(await chat.say("participer k7m2qf"))
    assert (
        "Votre place est confirmée. La réunion n’est pas encore réservée; l’invitation suivra."
        in said
    )
    assert "Se joindre à la réunion Teams" not in chat.buttons
    assert place(office, session, STEWARD) == "confirmed"
    assert problems_of(chat.card) == []
    session.fault = "graph_away"
    office.units.memory.sessions[session.session_id] = session
    said = plain(await chat.say("voir K7M-2QF"))
    assert "Outlook n’a pas encore accepté la réservation. Rien n’est perdu" in said
    assert "Vous avez quitté la séance." in await chat.say("quitter la séance K7M-2QF")


@pytest.mark.parametrize(
    "typed",
    [
        "join K7M-2QF",
        "JOIN k7m2qf",
        "join k7m 2qf",
        "participer K7M-2QF",
        "Participer à K7M\u20112QF.",
        "join session K7M-2QF",
        "jion K7M-2QF",
    ],
)
async def test_a_teams_own_session_is_joined_with_its_code(office: Office, typed: str) -> None:
    session = put(office, visibility=Visibility.TEAM)
    chat = office.chat(OUTSIDER)
    assert "You have a seat." in await chat.say(typed)
    assert place(office, session, OUTSIDER) == "confirmed"
    assert "You have left the session." in await chat.click("Leave the session")
    assert "You have a seat." in await chat.click("Join")  # the card knows the code by now


async def test_the_deep_links_words_join(office: Office) -> None:
    """What the requester's link puts into the compose box."""
    session = await booked(office)
    view = await office.services.sessions.view(MANAGER.person_id, session.session_id)
    words = view.join_link.rpartition("message=")[2].replace("%20", " ")
    assert words == f"join {session.code}"
    assert "You have a seat." in await office.chat(OUTSIDER).say(words)


async def test_twice_is_harmless(office: Office) -> None:
    """
    join twice, leave twice, and a click on the card as it was ▸ how things stand, each time
    """
    session = put(office)
    chat = office.chat(OUTSIDER)
    for _ in range(2):
        assert "You have a seat." in await chat.say("join K7M-2QF")
        assert seats(office, session, SeatStatus.CONFIRMED) == 1
    first, second = chat.messages
    for message in (first, second):
        assert "You have left the session." in await chat.click("Leave the session", on=message)
        assert place(office, session, OUTSIDER) == "left"
    assert "You have left the session." in await chat.say("leave K7M-2QF")
    assert seats(office, session, SeatStatus.LEFT) == 1


async def test_leaving_without_a_seat_is_said(office: Office) -> None:
    session = put(office)
    chat = office.chat(OUTSIDER)
    said = await chat.say("leave K7M-2QF")
    assert "You have no place in this session, so nothing was changed." in said
    assert "15 seats left of 15" in said
    assert place(office, session, OUTSIDER) is None


async def test_full_means_a_place_in_the_waitlist(office: Office) -> None:
    """
    join a full one ▸ All 2 seats are taken. You are first on the waitlist. · another: second
    somebody leaves ▸ the first has the seat, is told; the second moves up
    """
    session = put(office, capacity=2)
    await take_seats(office, session, 1)
    await office.services.seats.join(OTHER_STEWARD.person_id, session.session_id)
    first, second = office.chat(OUTSIDER), office.chat(STEWARD)
    await first.say("sessions")
    assert "All seats are taken" in first.text
    assert "Join" not in first.buttons
    await first.click("Open")
    said = await first.click("Join the waitlist")
    assert "All 2 seats are taken. You are first on the waitlist." in said
    assert "I will tell you as soon as a seat is yours." in said
    assert "All seats are taken; 1 person is waiting" in await office.chat().say("sessions")
    said = plain(await second.say("m’inscrire K7M-2QF"))
    assert "Les 2 places sont prises. Vous êtes au deuxième rang de la liste d’attente." in said
    leaving = office.chat(OTHER_STEWARD)
    await leaving.say("leave K7M-2QF")
    assert place(office, session, OUTSIDER) == "confirmed"
    assert [row.kind for row in office.told(OUTSIDER, "session.")] == ["session.seat_confirmed"]
    assert "Vous êtes au premier rang" in await second.say("mes séances")
    said = plain(await second.click("Quitter la liste d’attente"))
    assert "Vous n’êtes plus sur la liste d’attente." in said
    assert place(office, session, STEWARD) == "left"
    assert office.told(STEWARD) == []


async def test_whoever_leads_needs_no_seat(office: Office) -> None:
    put(office)
    said = await office.chat(LEAD_UNION).say("join K7M-2QF")
    assert "You are asked to lead this session, so you need no seat in it." in said
    assert "You lead this session" in said


async def test_after_the_start_it_is_said(office: Office) -> None:
    """
    an old card's [Join], once the session has begun ▸ This session began on …, on its card
    """
    session = put(office)
    chat = office.chat(OUTSIDER)
    await chat.say("session K7M-2QF")
    office.clock.set(session.starts_at + timedelta(minutes=1))
    said = plain(await chat.click("Join"))
    assert "This session began on Thursday, March 4, 2027, at noon, so nothing was changed." in said
    assert "Join" not in chat.buttons
    assert place(office, session, OUTSIDER) is None


async def test_an_old_card_of_a_cancelled_session_says_so(office: Office) -> None:
    session = put(office)
    chat = office.chat(OUTSIDER)
    await chat.say("join K7M-2QF")
    session = office.units.memory.sessions[session.session_id]
    session.status, session.cancel_reason = SessionStatus.CANCELLED, "A facilitator is ill."
    said = await chat.click("Leave the session")
    assert "This session has moved on in the meantime" in said
    assert "Cancelled" in said
    assert "A facilitator is ill." in said
    assert chat.buttons == ["About this conversation", "Find a session"]


async def test_the_owners_card_is_kept_true(office: Office) -> None:
    """The requester sees the seats fill on the card that they have already."""
    session = await booked(office)
    manager = office.chat(MANAGER)
    reference = office.units.memory.requests[session.request_id or ""].reference
    await manager.say(f"show {reference}")
    await office.chat(OUTSIDER).say(f"join {session.code}")
    kinds = [
        row.kind
        for row in office.units.memory.outbox.values()
        if row.recipient_id == MANAGER.person_id and row.subject == f"request:{session.request_id}"
    ]
    assert "card.refresh" in kinds


async def test_many_at_once_fill_the_seats_and_no_more(office: Office) -> None:
    """Twelve people click [Join] for four seats in the same moment."""
    session = put(office, capacity=4)
    chats = [office.chat(person(600 + n, f"Employee {n}")) for n in range(12)]
    said = await asyncio.gather(*(chat.say("join K7M-2QF") for chat in chats))
    assert sum("You have a seat." in each for each in said) == 4
    assert seats(office, session, SeatStatus.CONFIRMED) == 4
    ranks = sorted(
        seat.ticket
        for seat in office.units.memory.seats.values()
        if seat.status is SeatStatus.WAITLISTED
    )
    assert ranks == list(range(5, 13))


class TestOffersWithATimeToAnswer:
    """Where the programme lets a freed seat be offered before it is given."""

    @pytest.fixture
    def office(self, catalogues: Catalogues) -> Office:
        return open_office(catalogues, Rules(seat_offer=timedelta(hours=4)))

    async def offered(self, office: Office) -> Chat:
        """One seat, given up; the first who waits has the offer before them, the second waits."""
        session = put(office, capacity=1)
        await office.chat(OTHER_STEWARD).say("join K7M-2QF")
        await office.chat(OUTSIDER).say("join K7M-2QF")
        await office.chat(STEWARD).say("join K7M-2QF")
        await office.chat(OTHER_STEWARD).say("leave K7M-2QF")
        assert place(office, session, OUTSIDER) == "offered"
        assert [row.kind for row in office.told(OUTSIDER)] == ["session.seat_offered"]
        chat = office.chat(OUTSIDER)
        said = plain(await chat.say("my sessions"))
        assert "A seat is offered to you" in said
        return chat

    async def test_accept(self, office: Office) -> None:
        """
        my sessions ▸ A seat is offered to you · [Accept the seat] ▸ You have a seat.
        """
        chat = await self.offered(office)
        await chat.click("Open")
        said = plain(await office.chat(OUTSIDER).say("session K7M-2QF"))
        assert "It is yours if you accept by Monday, January 11, 2027, at 1 pm." in said
        assert problems_of(chat.card) == []
        assert "You have a seat." in await chat.click("Accept the seat")
        assert "You have a seat." in await chat.say("accept the seat K7M-2QF")

    async def test_decline(self, office: Office) -> None:
        """
        [Decline the seat] ▸ Thank you for saying so … · the next has the offer
        """
        chat = await self.offered(office)
        said = await chat.say("decline the seat K7M-2QF")
        assert "Thank you for saying so: the seat is for somebody else now." in said
        session = next(iter(office.units.memory.sessions.values()))
        assert place(office, session, OUTSIDER) == "declined"
        assert place(office, session, STEWARD) == "offered"
        assert "Join the waitlist" in chat.buttons

    async def test_too_late(self, office: Office) -> None:
        """
        [Accept the seat] after the time, before and after the worker's round ▸ moved on
        """
        chat = await self.offered(office)
        session = next(iter(office.units.memory.sessions.values()))
        office.clock.advance(timedelta(hours=4))
        said = plain(await chat.click("Accept the seat"))
        assert "This offer ended on Monday, January 11, 2027, at 1 pm" in said
        await office.services.seats.lapse(session.session_id)
        said = plain(await chat.say("accept K7M-2QF"))
        assert "This offer ended on Monday, January 11, 2027, at 1 pm" in said
        assert place(office, session, OUTSIDER) == "declined"
        assert place(office, session, STEWARD) == "offered"
        said = plain(await office.chat(STEWARD).say("accepter la place K7M-2QF"))
        assert "Votre place est confirmée." in said

    async def test_accepting_what_was_never_offered(self, office: Office) -> None:
        put(office)
        chat = office.chat(OUTSIDER)
        assert "You have no place in this session" in await chat.say("accept K7M-2QF")
        await take_seats(office, put(office, 1, capacity=1), 1)
        await chat.say("join B4D-9XZ")
        assert "Nothing was changed" in await chat.say("accept B4D-9XZ")


async def test_the_button_without_an_id_is_refused(office: Office) -> None:
    put(office)
    chat = office.chat(OUTSIDER)
    await chat.say("sessions")
    for data in ({}, {"id": 7}, {"id": "a b"}, {"id": "s0", "code": 5}):
        action = {"type": "Action.Execute", "verb": actions.SESSION_JOIN, "data": data}
        said = await chat.invoke({"action": action})
        assert "I could not read this card." in said
    assert office.units.memory.seats == {}
