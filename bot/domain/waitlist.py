"""The waitlist: who waits, in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import seats as seating
from bot.domain.seats import Seat, SeatStatus


def waiting(seats: Sequence[Seat]) -> list[Seat]:
    """Those who wait, first come first."""
    return sorted(
        (seat for seat in seats if seat.status is SeatStatus.WAITLISTED), key=lambda s: s.ticket
    )


def rank(seats: Sequence[Seat], person_id: str) -> int | None:
    """A person's place in the waitlist, from 1; None when they do not wait."""
    for place, seat in enumerate(waiting(seats), start=1):
        if seat.person_id == person_id:
            return place
    return None


def join(seats: Sequence[Seat], seat: Seat | None, fresh: Seat, capacity: int) -> Seat:
    """Give a person a seat, or a place at the end of the waitlist when none is free.

    Whoever stands already stays as they are: joining twice changes nothing. A seat that is
    free while others wait is theirs first. `seat` is the person's row, `fresh` a new one with
    the next ticket.
    """
    if seat is not None and seat.status in seating.STANDING:
        return seat
    free = seating.taken(seats) < capacity and not waiting(seats)
    to = SeatStatus.CONFIRMED if free else SeatStatus.WAITLISTED
    if seat is None:
        fresh.status = to
        return fresh
    seating.move(seat, to, fresh.changed_at)
    seat.ticket, seat.asked_at, seat.added_by = fresh.ticket, fresh.asked_at, fresh.added_by
    return seat


def fill(
    seats: Sequence[Seat], capacity: int, at: datetime, offer: timedelta, starts_at: datetime
) -> list[Seat]:
    """Give every free seat to whoever has waited longest, and say who they are.

    With a time to answer (`offer` above zero) the seat is offered until then, never beyond the
    start; without one it is theirs at once. The caller holds the session's lock.
    """
    moved: list[Seat] = []
    for seat in waiting(seats)[: max(0, capacity - seating.taken(seats))]:
        if offer > timedelta(0):
            seating.move(seat, SeatStatus.OFFERED, at)
            seat.offered_until = min(at + offer, starts_at)
        else:
            seating.move(seat, SeatStatus.CONFIRMED, at)
        moved.append(seat)
    return moved


def lapse(seats: Sequence[Seat], at: datetime) -> list[Seat]:
    """End the offers whose time has passed, and say whose they were."""
    late = [
        seat
        for seat in seats
        if seat.status is SeatStatus.OFFERED and seat.offered_until and seat.offered_until <= at
    ]
    for seat in late:
        seating.move(seat, SeatStatus.DECLINED, at)
    return late
