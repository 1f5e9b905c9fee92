"""What always holds of what is kept: one class each, and one query that finds what breaks it.

Every query is answered from an index, most from the partial index of what is still ahead, so the
price of a look grows with what is open and not with what is kept. Times have some slack: what a
worker does within a minute or two is not late after one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from bot.domain import applications, cohorts, interviews, seats
from bot.domain.messages import RowState
from bot.domain.requests import RequestStatus
from bot.domain.seats import SeatStatus
from bot.domain.sessions import AHEAD, JOINABLE, STANDING, AssignmentStatus, SessionStatus
from bot.services.invariants import Looked
from storage import tables
from storage.engine import Database, reading
from storage.tables.requests import AWAITING_COORDINATORS
from storage.turn_statements import STILL_OWED
from storage.types import Instant, one_of

FIRST_FEW = 20
SLACK = timedelta(minutes=15)
UPKEEP_SLACK = timedelta(hours=1)
UNSEEN = timedelta(days=1)

_S, _T, _A, _O = tables.sessions.c, tables.seats.c, tables.assignments.c, tables.outbox.c
_IS_AHEAD = one_of(_S.status, AHEAD)
_ACCEPTED = one_of(_A.status, {AssignmentStatus.ACCEPTED})
_SEATED = one_of(_T.status, seats.STANDING)
# The assignments of sessions ahead, found from these: SQLite would read all of them else.
_AHEADS = _A.session_id.in_(select(_S.session_id).where(_IS_AHEAD).scalar_subquery())
_NOW = bindparam("now", type_=Instant())


class Invariant(ABC):
    """Something that always holds. Its docstring says what; `name` is its word everywhere."""

    name: ClassVar[str]
    ago: ClassVar[timedelta] = timedelta(0)

    @abstractmethod
    def broken(self) -> Select[Any]:
        """The ids of what breaks it; `:now` is the present instant, less the class's `ago`."""


class NoSessionOverCapacity(Invariant):
    """A session gives no more seats than it has."""

    name = "session_over_capacity"

    def broken(self) -> Select[Any]:
        return select(_S.session_id).where(_IS_AHEAD, _taken() > _S.capacity)


class BookedMeansMeeting(Invariant):
    """A booked session has its event and its join link."""

    name = "booked_without_event"

    def broken(self) -> Select[Any]:
        lacks = or_(_S.event_id.is_(None), _S.join_url.is_(None))
        return select(_S.session_id).where(
            _IS_AHEAD, one_of(_S.status, {SessionStatus.BOOKED}), lacks
        )


class BookingIsOwed(Invariant):
    """Where a meeting is being booked, somebody is about to do it, or it was refused."""

    name = "booking_lost"

    def broken(self) -> Select[Any]:
        booking = (_IS_AHEAD, one_of(_S.status, {SessionStatus.BOOKING}), _S.fault.is_(None))
        return select(_S.session_id).where(*booking, ~_owed("session:", _S.session_id))


class OneEventEach(Invariant):
    """No event of Outlook serves two things."""

    name = "event_shared"

    def broken(self) -> Select[Any]:
        i, c = tables.interviews.c, tables.cohorts.c
        used = union_all(
            select(_S.event_id).where(_IS_AHEAD),
            select(i.event_id).where(one_of(i.status, interviews.AHEAD)),
            select(c.event_id).where(one_of(c.status, cohorts.AHEAD)),
        ).subquery("used")
        shared = select(used.c.event_id).where(used.c.event_id.is_not(None))
        return shared.group_by(used.c.event_id).having(func.count() > 1)


class NoOrphanReminder(Invariant):
    """A reminder waits only for somebody who goes, or leads, at the time that it tells."""

    name = "orphan_reminder"

    def broken(self) -> Select[Any]:
        session = _of("session:")
        going = exists().where(
            _S.session_id == session,
            _S.version == _O.args["version"].as_integer(),
            or_(
                and_(_O.kind == "reminder.seat", one_of(_S.status, JOINABLE), self._seat(session)),
                and_(_O.kind == "reminder.lead", _IS_AHEAD, self._lead(session)),
            ),
        )
        waits = (one_of(_O.state, {RowState.PENDING}), _O.due_at > _NOW)
        kinds = _O.kind.in_(("reminder.seat", "reminder.lead"))
        return select(_O.row_id).where(*waits, kinds, ~going)

    def _seat(self, session: ColumnElement[str]) -> ColumnElement[bool]:
        confirmed = one_of(_T.status, {SeatStatus.CONFIRMED})
        seat = exists().where(_T.session_id == session, _T.person_id == _O.recipient_id, confirmed)
        return seat.correlate(tables.outbox)

    def _lead(self, session: ColumnElement[str]) -> ColumnElement[bool]:
        theirs = (_A.session_id == session, _A.person_id == _O.recipient_id, _ACCEPTED)
        return exists().where(*theirs).correlate(tables.outbox)


class NoOrphanNudge(Invariant):
    """Nobody is pressed for an answer that was given, or is no longer wanted."""

    name = "orphan_nudge"

    def broken(self) -> Select[Any]:
        r = tables.requests.c
        asked = exists().where(
            _O.kind == "reminder.agreement",
            r.request_id == _of("request:"),
            one_of(r.status, {RequestStatus.SUBMITTED}),
            r.counterpart_id == _O.recipient_id,
        )
        offered = exists().where(
            _O.kind == "reminder.offer",
            _A.assignment_id == _of("assignment:"),
            one_of(_A.status, {AssignmentStatus.OFFERED}),
        )
        waits = (one_of(_O.state, {RowState.PENDING}), _O.due_at > _NOW)
        kinds = _O.kind.in_(("reminder.agreement", "reminder.offer"))
        return select(_O.row_id).where(*waits, kinds, ~asked, ~offered)


class NoOldLease(Invariant):
    """A row that a worker took, and did not begin, is taken by another soon after."""

    name = "lease_forgotten"
    ago = SLACK

    def broken(self) -> Select[Any]:
        return _leased(RowState.LEASED)


class NothingStuckInSending(Invariant):
    """A row whose worker died while it sent is decided soon after."""

    name = "sending_stuck"
    ago = SLACK

    def broken(self) -> Select[Any]:
        return _leased(RowState.SENDING)


class OneSeatEach(Invariant):
    """A person has one place in a session, however their id is written."""

    name = "seat_twice"

    def broken(self) -> Select[Any]:
        of_it = select(_T.session_id).where(_T.session_id == _S.session_id, _SEATED)
        twice = of_it.group_by(_T.session_id, func.lower(_T.person_id)).having(func.count() > 1)
        return select(_S.session_id).where(_IS_AHEAD, twice.exists())


class NobodyWaitsForAFreeSeat(Invariant):
    """Whoever waits is offered the seat that is free."""

    name = "waitlist_while_free"

    def broken(self) -> Select[Any]:
        waits = exists().where(
            _T.session_id == _S.session_id, one_of(_T.status, {SeatStatus.WAITLISTED})
        )
        ahead = (_IS_AHEAD, one_of(_S.status, JOINABLE), _S.starts_at > _NOW)
        return select(_S.session_id).where(*ahead, waits, _taken() < _S.capacity)


class APairHasBothSides(Invariant):
    """Whoever leads for a side is of that side on the roster."""

    name = "pair_of_one_side"

    def broken(self) -> Select[Any]:
        f = tables.facilitators.c
        query = select(_A.assignment_id).join(tables.facilitators, f.person_id == _A.person_id)
        return query.where(_AHEADS, one_of(_A.status, STANDING), f.side != _A.side)


class NobodyLeadsTwoAtOnce(Invariant):
    """A facilitator leads one session at a time."""

    name = "facilitator_double_booked"

    def broken(self) -> Select[Any]:
        other, its = tables.assignments.alias("other"), tables.sessions.alias("its")
        at_once = exists().where(
            other.c.person_id == _A.person_id,
            other.c.assignment_id > _A.assignment_id,
            one_of(other.c.status, {AssignmentStatus.ACCEPTED}),
            its.c.session_id == other.c.session_id,
            one_of(its.c.status, AHEAD),
            its.c.starts_at < _S.ends_at,
            its.c.ends_at > _S.starts_at,
        )
        query = select(_A.assignment_id).join_from(tables.sessions, tables.assignments)
        return query.where(_AHEADS, _ACCEPTED, at_once)


class WhoLeadsHasNoSeat(Invariant):
    """Those who lead take no participant's seat."""

    name = "lead_with_a_seat"

    def broken(self) -> Select[Any]:
        seated = exists().where(
            _T.session_id == _A.session_id, _T.person_id == _A.person_id, _SEATED
        )
        return select(_A.assignment_id).where(_AHEADS, _ACCEPTED, seated)


class WhatIsOverHasEnded(Invariant):
    """A session whose time is over was held, or came to nothing: the upkeep says which."""

    name = "session_not_ended"
    ago = UPKEEP_SLACK

    def broken(self) -> Select[Any]:
        return select(_S.session_id).where(_IS_AHEAD, _S.ends_at <= _NOW)


class OffersLapse(Invariant):
    """An offer that nobody answered in time is over."""

    name = "offer_overdue"
    ago = UPKEEP_SLACK

    def broken(self) -> Select[Any]:
        leads = select(_A.assignment_id.label("id")).where(
            one_of(_A.status, {AssignmentStatus.OFFERED}), _A.answer_by <= _NOW
        )
        places = select(_T.session_id).where(
            one_of(_T.status, {SeatStatus.OFFERED}), _T.offered_until <= _NOW
        )
        late = union_all(leads, places).subquery("late")
        return select(late.c.id).distinct()


class ApprovedMeansSession(Invariant):
    """An approved request has a session."""

    name = "request_without_session"

    def broken(self) -> Select[Any]:
        r = tables.requests.c
        alive = exists().where(_S.request_id == r.request_id, _S.status != SessionStatus.CANCELLED)
        waits = one_of(r.status, AWAITING_COORDINATORS)
        approved = one_of(r.status, {RequestStatus.APPROVED})
        return select(r.request_id).where(waits, approved, ~alive)


class ASessionsRequestStands(Invariant):
    """A session still ahead is of a request that was approved, or of none."""

    name = "session_of_ended_request"

    def broken(self) -> Select[Any]:
        r = tables.requests.c
        stands = one_of(r.status, {RequestStatus.APPROVED, RequestStatus.SCHEDULED})
        query = select(_S.session_id).join_from(tables.sessions, tables.requests)
        return query.where(_IS_AHEAD, ~stands)


class NoCohortOverCapacity(Invariant):
    """An orientation gives no more places than it has."""

    name = "cohort_over_capacity"

    def broken(self) -> Select[Any]:
        c, t = tables.cohorts.c, tables.training_seats.c
        held = {cohorts.TrainingStatus.OFFERED, cohorts.TrainingStatus.CONFIRMED}
        taken = select(func.count()).where(t.cohort_id == c.cohort_id, one_of(t.status, held))
        going = one_of(c.status, cohorts.AHEAD)
        return select(c.cohort_id).where(
            going, taken.correlate(tables.cohorts).scalar_subquery() > c.capacity
        )


class WhatEndedIsUnsealed(Invariant):
    """What a candidate said of themselves is erased when their application ends."""

    name = "sealed_after_the_end"

    def broken(self) -> Select[Any]:
        a, s = tables.applications.c, tables.self_identifications.c
        ended = {applications.ApplicationStatus.DECLINED, applications.ApplicationStatus.WITHDRAWN}
        query = select(s.application_id).join_from(tables.self_identifications, tables.applications)
        return query.where(one_of(a.status, ended))


class WordsAreSaid(Invariant):
    """What an answer owes is said, or let go, within the hour."""

    name = "reply_owed"
    ago = UPKEEP_SLACK + SLACK

    def broken(self) -> Select[Any]:
        t = tables.activities_seen.c
        return select(t.activity_id).where(STILL_OWED, t.at <= _NOW)


class WhatIsDeadIsSeen(Invariant):
    """What could not be sent was looked at within a day: sent again, or done by hand."""

    name = "dead_unseen"
    ago = UNSEEN

    def broken(self) -> Select[Any]:
        return select(_O.row_id).where(one_of(_O.state, {RowState.DEAD}), _O.done_at <= _NOW)


ALL: tuple[Invariant, ...] = tuple(kind() for kind in Invariant.__subclasses__())


class SqlInvariants:
    """The port `Invariants`, each look in a short transaction of its own."""

    def __init__(self, engine: Database, which: Iterable[Invariant] = ALL) -> None:
        self._engine = engine
        self._queries = [(one, one.broken().limit(FIRST_FEW)) for one in which]

    async def look(self, now: datetime) -> Sequence[Looked]:
        looked: list[Looked] = []
        for one, query in self._queries:
            async with reading(self._engine) as connection:
                found = await connection.execute(query, {"now": now - one.ago})
            looked.append(Looked(one.name, tuple(sorted(found.scalars()))))
        return looked


def _taken() -> ColumnElement[int]:
    held = select(func.count()).where(
        _T.session_id == _S.session_id, one_of(_T.status, seats.TAKEN)
    )
    return held.correlate(tables.sessions).scalar_subquery()


def _leased(state: RowState) -> Select[Any]:
    held = (_O.lease_until.is_not(None), _O.lease_until <= _NOW)
    return select(_O.row_id).where(*held, one_of(_O.state, {state}))


def _of(prefix: str) -> ColumnElement[str]:
    """The id of what an outbox row is about."""
    return func.substr(_O.subject, len(prefix) + 1)


def _owed(prefix: str, thing_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether its booking waits or is under way; each half has its own index."""
    booking = (_O.subject == literal(prefix) + thing_id, _O.kind == "meeting.book")
    waits = exists().where(*booking, one_of(_O.state, {RowState.PENDING}))
    under_way = one_of(_O.state, {RowState.LEASED, RowState.SENDING})
    begun = exists().where(*booking, _O.lease_until.is_not(None), under_way)
    return or_(waits, begun)
