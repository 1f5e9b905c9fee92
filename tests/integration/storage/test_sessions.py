"""Sessions, seats and assignments, whatever keeps them."""

import pytest

from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.seats import SeatStatus
from bot.domain.sessions import JOINABLE, AssignmentStatus, SessionStatus, answer
from bot.services.keeping import Listed, SessionFilter
from tests.integration.storage.samples import (
    DAY,
    HOUR,
    NOW,
    a_request,
    a_seat,
    a_session,
    an_assignment,
)

BOOKED = SessionStatus.BOOKED


async def test_every_field_of_a_session_comes_back(store):
    session = a_session(
        request_id="request-1",
        visibility=Visibility.TEAM,
        place="Room 200",
        status=BOOKED,
        version=3,
        event_id="event",
        join_url="https://teams.example/join",
        booked_at=NOW,
        fault="throttled",
        cancel_reason="snow",
    )
    await store.add(a_request(), session)
    async with store.units(reading=True) as uow:
        assert await uow.sessions.get("session-1") == session
        assert await uow.sessions.locked("session-1") == session
        assert await uow.sessions.by_code("K7M-session-1") == session
        assert await uow.sessions.of_request("request-1") == session
        assert await uow.sessions.many(["session-1", "session-2"]) == {"session-1": session}
        assert await uow.sessions.many([]) == {}
        for none in (
            await uow.sessions.get("session-2"),
            await uow.sessions.locked("session-2"),
            await uow.sessions.by_code("K7M-2QF"),
            await uow.sessions.of_request("request-2"),
        ):
            assert none is None


async def test_a_cancelled_session_leaves_room_for_the_next(store):
    await store.add(
        a_request(),
        a_session("session-1", request_id="request-1", status=SessionStatus.CANCELLED),
        a_session("session-2", request_id="request-1"),
    )
    async with store.units() as uow:
        second = await uow.sessions.of_request("request-1")
        assert second.session_id == "session-2"
        second.status = SessionStatus.CANCELLED
        assert await uow.sessions.of_request("request-1") is None
        await uow.sessions.add(a_session("session-3", request_id="request-1"))
        await uow.commit()


async def test_upcoming_lists_open_joinable_sessions_soonest_first(store):
    await store.add(
        *(a_session(f"{status}", status=status) for status in SessionStatus),
        a_session("team", status=BOOKED, visibility=Visibility.TEAM),
        a_session("now", status=BOOKED, starts_at=NOW),
        a_session("soon", status=BOOKED, starts_at=NOW + HOUR),
        a_session("late", status=BOOKED, starts_at=NOW + 60 * DAY),
    )
    async with store.units(reading=True) as uow:
        found, in_all = await uow.sessions.upcoming("me", NOW, SessionFilter(), limit=9, offset=0)
    assert [one.session.session_id for one in found] == ["soon", *sorted(JOINABLE), "late"]
    assert in_all == 5


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (SessionFilter(offering="mental-health"), ["s1"]),
        (SessionFilter(language="fr"), ["s2"]),
        (SessionFilter(region="ontario"), ["s3"]),
        (SessionFilter(starts_from=NOW + 2 * DAY), ["s2", "s3"]),
        (SessionFilter(starts_before=NOW + 2 * DAY), ["s1"]),
        (SessionFilter(starts_from=NOW + 2 * DAY, starts_before=NOW + 3 * DAY), ["s2"]),
        (SessionFilter(language="fr", region="ontario"), []),
    ],
)
async def test_upcoming_filters(store, which, expected):
    await store.add(
        a_session("s1", status=BOOKED, starts_at=NOW + DAY, offering="mental-health"),
        a_session("s2", status=BOOKED, starts_at=NOW + 2 * DAY, language="fr"),
        a_session("s3", status=BOOKED, starts_at=NOW + 3 * DAY, region="ontario"),
    )
    async with store.units(reading=True) as uow:
        found, in_all = await uow.sessions.upcoming("me", NOW, which, limit=9, offset=0)
    assert ([one.session.session_id for one in found], in_all) == (expected, len(expected))


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [(2, 0, ["s1", "s2"]), (2, 2, ["s3"]), (3, 0, ["s1", "s2", "s3"]), (2, 4, [])],
)
async def test_upcoming_pages(store, limit, offset, expected):
    await store.add(
        *(a_session(f"s{n}", status=BOOKED, starts_at=NOW + n * DAY) for n in (3, 1, 2))
    )
    async with store.units(reading=True) as uow:
        found, in_all = await uow.sessions.upcoming(
            "me", NOW, SessionFilter(), limit=limit, offset=offset
        )
    assert ([one.session.session_id for one in found], in_all) == (expected, 3)


async def test_upcoming_tells_how_full_they_are_and_how_the_reader_stands(store):
    sessions = [a_session(f"s{n}", status=BOOKED, starts_at=NOW + n * DAY) for n in range(1, 4)]
    waits, left = SeatStatus.WAITLISTED, SeatStatus.LEFT
    late = a_seat("me", 5, session_id="s1", status=waits)
    gone = a_seat("me", 2, session_id="s2", status=left)
    await store.add(*sessions)
    await store.add(
        a_seat("p1", 1, session_id="s1"),
        a_seat("p2", 2, session_id="s1", status=left),
        a_seat("p3", 3, session_id="s1", status=SeatStatus.OFFERED, offered_until=NOW + DAY),
        a_seat("p4", 4, session_id="s1", status=waits),
        late,
        a_seat("p6", 6, session_id="s1", status=waits),
        a_seat("p1", 1, session_id="s2"),
        gone,
        an_assignment("a1", session_id="s2", person_id="me"),
        an_assignment("a2", session_id="s3", person_id="me", status=AssignmentStatus.DECLINED),
        an_assignment("a3", session_id="s1", person_id="p9"),
    )
    async with store.units(reading=True) as uow:
        found, in_all = await uow.sessions.upcoming("me", NOW, SessionFilter(), limit=2, offset=0)
        rest, _ = await uow.sessions.upcoming("me", NOW, SessionFilter(), limit=2, offset=2)
        other, _ = await uow.sessions.upcoming("p4", NOW, SessionFilter(), limit=1, offset=0)
    one, two, three = sessions
    assert [*found, *rest] == [
        Listed(one, 2, 3, late, 2, leads=False),
        Listed(two, 1, 0, gone, None, leads=True),
        Listed(three, 0, 0, None, None, leads=False),
    ]
    assert (in_all, other[0].rank) == (3, 1)


async def test_sessions_are_over_when_they_have_ended_and_nobody_has_said_so(store):
    await store.add(
        a_session("s1", status=BOOKED, starts_at=NOW - 3 * HOUR),
        a_session("s2", status=BOOKED, starts_at=NOW - 4 * HOUR),
        a_session("s3", status=BOOKED, starts_at=NOW - 2 * HOUR),
        a_session("s4", status=SessionStatus.STAFFED, starts_at=NOW - 4 * HOUR),
        a_session("s5", status=SessionStatus.HELD, starts_at=NOW - 4 * HOUR),
        a_session("s6", status=SessionStatus.CANCELLED, starts_at=NOW - 4 * HOUR),
    )
    async with store.units(reading=True) as uow:
        assert await uow.sessions.over(NOW, 9) == ["s2", "s4", "s1"]
        assert await uow.sessions.over(NOW, 1) == ["s2"]


async def test_seats_in_the_order_of_their_tickets(store):
    left = a_seat("person-2", 1, status=SeatStatus.LEFT)
    first = a_seat("person-1", 3, added_by="manager")
    await store.add(a_session(), first, a_seat("person-3", 2), left)
    async with store.units() as uow:
        seats = await uow.seats.of_session("session-1")
        assert [seat.ticket for seat in seats] == [1, 2, 3]
        assert await uow.seats.get("session-1", "person-1") is seats[2]
        assert seats[2] == first
        assert await uow.seats.get("session-1", "person-9") is None
        assert await uow.seats.of_session("session-9") == []


async def test_a_person_sees_the_seats_that_stand(store):
    await store.add(
        *(a_session(f"{status}") for status in SeatStatus),
        *(a_seat(session_id=f"{status}", status=status) for status in SeatStatus),
    )
    async with store.units(reading=True) as uow:
        standing = await uow.seats.of_person("person-1")
        assert [seat.status for seat in standing] == ["confirmed", "offered", "waitlisted"]


async def test_the_seats_and_the_offers_of_several_sessions_come_together(store):
    await store.add(
        a_session("session-1"),
        a_session("session-2"),
        a_session("session-3"),
        a_seat("person-1", 2, session_id="session-1"),
        a_seat("person-2", 1, session_id="session-1"),
        a_seat("person-1", 1, session_id="session-2"),
        a_seat("person-1", 1, session_id="session-3"),
        an_assignment("offer-2", session_id="session-2"),
        an_assignment("offer-1", session_id="session-1"),
        an_assignment("offer-3", session_id="session-3"),
    )
    async with store.units() as uow:
        seats = await uow.seats.of_sessions({"session-1", "session-2"})
        assert [(seat.session_id, seat.person_id) for seat in seats] == [
            ("session-1", "person-2"),
            ("session-1", "person-1"),
            ("session-2", "person-1"),
        ]
        asked = await uow.assignments.of_sessions({"session-1", "session-2"})
        assert {offer.assignment_id for offer in asked} == {"offer-1", "offer-2"}
        assert await uow.seats.of_sessions(set()) == []
        assert await uow.assignments.of_sessions(set()) == []


async def test_sessions_with_offers_that_lapsed(store):
    offered = SeatStatus.OFFERED
    await store.add(
        *(a_session(f"session-{n}") for n in (1, 2, 3)),
        a_seat("person-1", 1, session_id="session-1", status=offered, offered_until=NOW),
        a_seat("person-2", 2, session_id="session-1", status=offered, offered_until=NOW),
        a_seat("person-3", 1, session_id="session-2", status=offered, offered_until=NOW - HOUR),
        a_seat("person-4", 1, session_id="session-3", status=offered, offered_until=NOW + HOUR),
    )
    async with store.units(reading=True) as uow:
        assert await uow.seats.lapsed(NOW, 9) == ["session-2", "session-1"]
        assert await uow.seats.lapsed(NOW, 1) == ["session-2"]


async def test_assignments_of_a_session_and_of_a_person(store):
    first = an_assignment("assignment-1", status=AssignmentStatus.EXPIRED, reason="silence")
    second = an_assignment("assignment-2", offered_at=NOW + HOUR)
    other = an_assignment("assignment-3", person_id="person-2", side=Side.EMPLOYER)
    await store.add(a_session(), second, first, other)
    async with store.units(reading=True) as uow:
        assert await uow.assignments.of_session("session-1") == [first, other, second]
        assert await uow.assignments.of_person("person-1") == [second, first]
        assert await uow.assignments.get("assignment-3") == other
        assert await uow.assignments.get("assignment-9") is None


async def test_an_offer_declined_makes_room_for_another_in_the_same_unit(store):
    await store.add(a_session(), an_assignment("assignment-1"))
    async with store.units() as uow:
        offer = await uow.assignments.get("assignment-1")
        answer(offer, AssignmentStatus.DECLINED, NOW)
        await uow.assignments.add(an_assignment("assignment-2", person_id="person-2"))
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert len(await uow.assignments.of_session("session-1")) == 2


async def test_offers_that_lapsed(store):
    await store.add(
        a_session("session-1"),
        a_session("session-2"),
        an_assignment("a1", answer_by=NOW),
        an_assignment("a2", answer_by=NOW - HOUR, side=Side.EMPLOYER, person_id="person-2"),
        an_assignment("a3", session_id="session-2", answer_by=NOW + HOUR),
        an_assignment("a4", answer_by=NOW - DAY, status=AssignmentStatus.DECLINED),
    )
    async with store.units(reading=True) as uow:
        assert await uow.assignments.lapsed(NOW, 9) == ["a2", "a1"]
        assert await uow.assignments.lapsed(NOW, 1) == ["a2"]


async def test_what_somebody_leads_and_has_led(store):
    await store.add(
        a_session("over", starts_at=NOW - DAY, status=SessionStatus.HELD),
        a_session("next", starts_at=NOW + 2 * DAY, status=SessionStatus.BOOKED),
        a_session("soon", starts_at=NOW + DAY),
        a_session("off", starts_at=NOW + DAY, status=SessionStatus.CANCELLED),
    )
    accepted, withdrawn = AssignmentStatus.ACCEPTED, AssignmentStatus.WITHDRAWN
    await store.add(
        an_assignment("a-over", session_id="over", status=accepted),
        an_assignment("a-next", session_id="next", status=accepted),
        an_assignment("a-soon", session_id="soon"),
        an_assignment("a-off", session_id="off", status=withdrawn),
        an_assignment("another", session_id="next", side=Side.EMPLOYER, person_id="person-2"),
    )
    people = ["person-1", "person-2"]
    async with store.units(reading=True) as uow:
        ahead = await uow.assignments.ahead("person-1", NOW)
        assert [each.assignment_id for each in ahead] == ["a-soon", "a-next"]
        assert await uow.assignments.ever(people) == {"person-1": 2}
        counted = await uow.assignments.led_and_ahead(people, NOW - 9 * DAY, NOW)
        assert counted == {"person-1": (1, 1), "person-2": (0, 0)}
        assert await uow.assignments.led_and_ahead(people, NOW, NOW) == {
            "person-1": (0, 1),
            "person-2": (0, 0),
        }
        assert await uow.assignments.ever([]) == {}
        assert await uow.assignments.led_and_ahead([], NOW, NOW) == {}


async def test_how_full_a_session_is(store):
    await store.add(a_session("s1"), a_session("s2"))
    await store.add(
        a_seat("p1", 1, session_id="s1"),
        a_seat("p2", 2, session_id="s1", status=SeatStatus.LEFT),
        a_seat("p3", 3, session_id="s1", status=SeatStatus.OFFERED, offered_until=NOW + DAY),
        a_seat("p4", 4, session_id="s1", status=SeatStatus.WAITLISTED),
        a_seat("p5", 5, session_id="s1", status=SeatStatus.WAITLISTED),
        a_seat("p5", 7, session_id="s2"),
    )
    async with store.units(reading=True) as uow:
        taken = await uow.seats.taken_of({"s1", "s2"})
        assert [(s.session_id, s.ticket) for s in taken] == [("s1", 1), ("s1", 3), ("s2", 7)]
        assert [seat.ticket for seat in await uow.seats.front("s1")] == [1, 3, 4]
        assert [seat.ticket for seat in await uow.seats.front("s2")] == [7]
        assert await uow.seats.waiting({"s1", "s2"}) == {"s1": 2, "s2": 0}
        own = await uow.seats.own({"s1", "s2"}, "p5")
        assert {one: seat.ticket for one, seat in own.items()} == {"s1": 5, "s2": 7}
        assert await uow.seats.rank(own["s1"]) == 2
        assert await uow.seats.own({"s2"}, "p1") == {}
        assert [await uow.seats.last_ticket(one) for one in ("s1", "s2", "s3")] == [5, 7, 0]
        assert await uow.seats.taken_of([]) == []
        assert await uow.seats.own([], "p1") == await uow.seats.waiting([]) == {}
