"""Every pair of every table of moves: what it holds is done, anything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from bot.domain import applications, cohorts, interviews, requests, seats, sessions
from bot.domain.applications import Endorsement, EndorsementStatus, EndorserKind
from bot.domain.cohorts import Cohort, CohortStatus, TrainingSeat, TrainingStatus
from bot.domain.errors import MovedOn
from bot.domain.interviews import Interview, InterviewStatus
from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.seats import Seat, SeatStatus
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)


def request(status: RequestStatus, **more: Any) -> Request:
    return Request(
        request_id="r",
        year=2027,
        number=42,
        requester_id="manager",
        counterpart_id="steward",
        side=Side.EMPLOYER,
        offering="mental-health",
        organization="2222",
        region="atlantic",
        team="Payroll",
        participants=12,
        language="en",
        zone="America/Halifax",
        preferred_at=(NOW,),
        visibility=Visibility.TEAM,
        created_at=NOW,
        status=status,
        **more,
    )


def session(status: SessionStatus) -> Session:
    return Session(
        session_id="s",
        code="K7M-2QF",
        offering="mental-health",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=3),
        zone="America/Halifax",
        language="en",
        region="atlantic",
        organization="2222",
        visibility=Visibility.TEAM,
        capacity=15,
        transaction_id="t",
        created_at=NOW,
        status=status,
    )


def seat(status: SeatStatus) -> Seat:
    return Seat("s", "p", status, 1, NOW, NOW, offered_until=NOW)


def assignment(status: AssignmentStatus) -> Assignment:
    return Assignment("a", "s", "p", Side.UNION, NOW, NOW, status)


def cohort(status: CohortStatus) -> Cohort:
    return Cohort(
        cohort_id="c",
        code="K7M-2QF",
        language="en",
        zone="America/Halifax",
        starts=tuple(NOW + timedelta(days=n) for n in range(5)),
        minutes=420,
        capacity=12,
        created_at=NOW,
        created_by="coordinator",
        transaction_id="t",
        status=status,
    )


def training_seat(status: TrainingStatus) -> TrainingSeat:
    return TrainingSeat("c", "p", "a", status, NOW, NOW, answer_by=NOW)


def endorsement(status: EndorsementStatus) -> Endorsement:
    return Endorsement(
        "a", EndorserKind.MANAGER, "p", NOW, status, NOW, "no", "why?", "so", tell_at=NOW
    )


def interview(status: InterviewStatus) -> Interview:
    return Interview("i", "a", "coordinator", (NOW,), 60, "America/Halifax", NOW, NOW, "t", status)


@dataclass(frozen=True)
class Life:
    """One noun: how to make it in a state, how it is moved, and what it may do."""

    noun: str
    make: Callable[[Any], Any]
    move: Callable[[Any, Any], None]
    moves: Any


LIVES = (
    Life("request", lambda s: request(s, declined_by="steward"), requests.move, requests.MOVES),
    Life("session", session, sessions.move, sessions.MOVES),
    Life("seat", seat, lambda thing, to: seats.move(thing, to, NOW), seats.MOVES),
    Life(
        "assignment",
        assignment,
        lambda thing, to: sessions.answer(thing, to, NOW),
        sessions.ASSIGNMENT_MOVES,
    ),
    Life("interview", interview, interviews.move, interviews.MOVES),
    Life("cohort", cohort, cohorts.move, cohorts.MOVES),
    Life(
        "training",
        training_seat,
        lambda thing, to: cohorts.place(thing, to, NOW),
        cohorts.TRAINING_MOVES,
    ),
    Life(
        "endorsement",
        endorsement,
        lambda thing, to: applications.endorse(thing, to, NOW),
        applications.ENDORSEMENT_MOVES,
    ),
)


def pairs() -> Iterator[Any]:
    for life in LIVES:
        for now, to in product(life.moves, repeat=2):
            yield pytest.param(life, now, to, id=f"{life.noun}-{now}-{to}")


@pytest.mark.parametrize(("life", "now", "to"), list(pairs()))
def test_a_move_of_the_table_is_done_and_any_other_refused(life: Life, now: StrEnum, to: StrEnum):
    thing = life.make(now)
    if to in life.moves[now]:
        life.move(thing, to)
        assert thing.status is to
        return
    with pytest.raises(MovedOn) as refused:
        life.move(thing, to)
    assert refused.value.code == f"{life.noun}_moved_on"
    assert refused.value.values == {"status": now.value, "wanted": to.value}
    assert thing.status is now


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.noun)
def test_every_state_is_in_the_table_and_can_be_reached(life: Life):
    states = set(type(next(iter(life.moves))))
    assert set(life.moves) == states
    reached, ahead = set(), {next(iter(life.moves))}
    if life.noun == "seat":
        ahead.add(SeatStatus.WAITLISTED)  # a first place is a seat or in the waitlist
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead |= set(life.moves[state]) - reached
    assert reached == states


def test_a_request_grows_older_with_each_move():
    thing = request(RequestStatus.SUBMITTED)
    requests.move(thing, RequestStatus.AGREED)
    requests.move(thing, RequestStatus.IN_REVIEW)
    assert thing.version == 3


def test_a_declined_request_is_asked_anew_only_of_another_counterpart():
    by_them = request(RequestStatus.DECLINED, declined_by="steward")
    requests.move(by_them, RequestStatus.SUBMITTED)
    by_us = request(RequestStatus.DECLINED, declined_by="coordinator")
    with pytest.raises(MovedOn):
        requests.move(by_us, RequestStatus.SUBMITTED)
    assert not by_us.counterpart_declined
    assert request(RequestStatus.EXPIRED).counterpart_declined


def test_what_a_request_is_called():
    thing = request(RequestStatus.DRAFT)
    assert (thing.reference, thing.joint_side) == ("EC-2027-0042", Side.UNION)


def test_a_seat_that_moves_has_no_deadline_any_more():
    thing = seat(SeatStatus.OFFERED)
    seats.move(thing, SeatStatus.CONFIRMED, NOW + timedelta(hours=1))
    assert (thing.offered_until, thing.changed_at) == (None, NOW + timedelta(hours=1))


def test_somebody_else_who_is_asked_begins_anew():
    one = endorsement(EndorsementStatus.DECLINED)
    later = NOW + timedelta(hours=1)
    applications.endorse(one, EndorsementStatus.ASKED, later)
    assert one == Endorsement("a", EndorserKind.MANAGER, "p", later, round=2)


def test_an_answer_has_its_instant_and_ends_the_waiting():
    one = endorsement(EndorsementStatus.ASKED)
    applications.endorse(one, EndorsementStatus.SUPPORTED, NOW + timedelta(hours=1))
    assert (one.answered_at, one.tell_at, one.round) == (NOW + timedelta(hours=1), None, 1)


def test_sets_that_follow_from_the_tables():
    assert RequestStatus.COMPLETED not in requests.WITHDRAWABLE
    assert {*requests.OPEN, RequestStatus.DRAFT} == requests.WITHDRAWABLE
    assert sessions.JOINABLE < sessions.AHEAD
    assert seats.TAKEN < seats.STANDING
    assert session(SessionStatus.PLANNED).duration == timedelta(hours=3)


def test_a_place_in_a_cohort_that_moves_has_no_deadline_any_more():
    thing = training_seat(TrainingStatus.OFFERED)
    cohorts.place(thing, TrainingStatus.CONFIRMED, NOW + timedelta(hours=1))
    assert (thing.answer_by, thing.changed_at) == (None, NOW + timedelta(hours=1))


def test_a_cohort_begins_and_ends_with_its_days():
    thing = cohort(CohortStatus.PLANNED)
    assert (thing.starts_at, thing.ends_at) == (NOW, NOW + timedelta(days=4, hours=7))
    cohorts.move(thing, CohortStatus.OPEN)
    assert thing.version == 2


def test_an_interview_ends_so_long_after_its_start_and_has_no_end_before_one_is_picked():
    thing = interview(InterviewStatus.OFFERED)
    assert thing.ends_at is None
    thing.starts_at = NOW
    assert thing.ends_at == NOW + timedelta(minutes=60)
    interviews.move(thing, InterviewStatus.BOOKING)
    assert (thing.version, interviews.AHEAD) == (2, frozenset(interviews.MOVES) - _ENDED)


_ENDED = {InterviewStatus.HELD, InterviewStatus.CANCELLED}
