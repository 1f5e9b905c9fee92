"""Seats and their waitlist: never more than there are, first come first, nobody lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import seats, waitlist
from bot.domain.seats import Seat, SeatStatus

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
STARTS_AT = NOW + timedelta(days=30)
PEOPLE = st.sampled_from([f"person {n}" for n in range(9)])


def fresh(person_id: str, ticket: int, at: datetime = NOW) -> Seat:
    return Seat("s", person_id, SeatStatus.WAITLISTED, ticket, at, at)


def joined(*people: str, capacity: int) -> list[Seat]:
    rows: list[Seat] = []
    for ticket, person_id in enumerate(people, start=1):
        rows.append(waitlist.join(rows, None, fresh(person_id, ticket), capacity))
    return rows


def states(rows: list[Seat]) -> dict[str, str]:
    return {row.person_id: row.status.value for row in rows}


def test_the_first_have_seats_the_others_wait_in_order():
    rows = joined("a", "b", "c", "d", capacity=2)
    assert states(rows) == {
        "a": "confirmed",
        "b": "confirmed",
        "c": "waitlisted",
        "d": "waitlisted",
    }
    assert [waitlist.rank(rows, who) for who in "abcde"] == [None, None, 1, 2, None]
    assert seats.taken(rows) == 2


def test_joining_twice_changes_nothing():
    rows = joined("a", "b", capacity=1)
    for row in rows:
        before = (row.status, row.ticket)
        assert waitlist.join(rows, row, fresh(row.person_id, 9), 1) is row
        assert (row.status, row.ticket) == before


def test_whoever_left_and_comes_back_is_last():
    rows = joined("a", "b", "c", capacity=1)
    seats.move(rows[1], SeatStatus.LEFT, NOW)
    back = waitlist.join(rows, rows[1], fresh("b", 4), 1)
    assert back is rows[1]
    assert [row.person_id for row in waitlist.waiting(rows)] == ["c", "b"]


def test_a_free_seat_is_for_those_who_wait_not_for_who_comes():
    rows = joined("a", "b", capacity=1)
    seats.move(rows[0], SeatStatus.LEFT, NOW)
    late = waitlist.join(rows, None, fresh("c", 3), 1)
    assert late.status is SeatStatus.WAITLISTED
    (moved,) = waitlist.fill([*rows, late], 1, NOW, timedelta(0), STARTS_AT)
    assert (moved.person_id, moved.status) == ("b", SeatStatus.CONFIRMED)


def test_an_offer_has_its_time_and_never_beyond_the_start():
    rows = joined("a", "b", capacity=1)
    seats.move(rows[0], SeatStatus.LEFT, NOW)
    soon = NOW + timedelta(hours=2)
    (offered,) = waitlist.fill(rows, 1, NOW, timedelta(hours=4), soon)
    assert (offered.status, offered.offered_until) == (SeatStatus.OFFERED, soon)
    assert seats.taken(rows) == 1
    assert waitlist.lapse(rows, soon - timedelta(seconds=1)) == []
    assert waitlist.lapse(rows, soon) == [offered]
    assert offered.status is SeatStatus.DECLINED


class Session(RuleBasedStateMachine):
    """People come, go, answer or let their time pass, in any order at all."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, Seat] = {}
        self.now = NOW
        self.last = 0

    @initialize(capacity=st.integers(1, 4), offer=st.sampled_from([0, 4]))
    def opened(self, capacity: int, offer: int) -> None:
        self.capacity, self.offer = capacity, timedelta(hours=offer)

    @property
    def all(self) -> list[Seat]:
        return list(self.rows.values())

    def fill(self) -> None:
        queue = [row.person_id for row in waitlist.waiting(self.all)]
        moved = waitlist.fill(self.all, self.capacity, self.now, self.offer, STARTS_AT)
        assert [row.person_id for row in moved] == queue[: len(moved)]

    @rule(person_id=PEOPLE)
    def join(self, person_id: str) -> None:
        row = self.rows.get(person_id)
        standing = row is not None and row.status in seats.STANDING
        before = (row.status, row.ticket) if row else None
        self.last += 1
        kept = waitlist.join(self.all, row, fresh(person_id, self.last, self.now), self.capacity)
        self.rows[person_id] = kept
        if standing:
            assert (kept.status, kept.ticket) == before
        else:
            assert kept.status in (SeatStatus.CONFIRMED, SeatStatus.WAITLISTED)

    @rule(person_id=PEOPLE)
    def leave(self, person_id: str) -> None:
        row = self.rows.get(person_id)
        if row is not None and row.status in seats.STANDING:
            seats.move(row, SeatStatus.LEFT, self.now)
            self.fill()

    @rule(person_id=PEOPLE)
    def accept(self, person_id: str) -> None:
        row = self.rows.get(person_id)
        if row is not None and row.status is SeatStatus.OFFERED:
            seats.move(row, SeatStatus.CONFIRMED, self.now)

    @precondition(lambda self: self.now < STARTS_AT)
    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for row in waitlist.lapse(self.all, self.now):
            assert row.status is SeatStatus.DECLINED
        self.fill()

    @invariant()
    def never_more_than_there_are(self) -> None:
        if self.rows:
            assert seats.taken(self.all) <= self.capacity

    @invariant()
    def no_seat_is_free_while_somebody_waits(self) -> None:
        if waitlist.waiting(self.all):
            assert seats.taken(self.all) == self.capacity

    @invariant()
    def the_ranks_are_the_order_of_arrival(self) -> None:
        queue = waitlist.waiting(self.all)
        assert [row.ticket for row in queue] == sorted(row.ticket for row in queue)
        ranks = [waitlist.rank(self.all, row.person_id) for row in queue]
        assert ranks == list(range(1, len(queue) + 1))

    @invariant()
    def only_an_offer_has_a_deadline(self) -> None:
        for row in self.all:
            assert (row.offered_until is not None) == (row.status is SeatStatus.OFFERED)
            if row.offered_until is not None:
                assert row.offered_until > self.now


TestSession = Session.TestCase
TestSession.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
