"""How one reader stands to a session: in a word, in a colour, and what happens next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.seats import STANDING
from bot.domain.sessions import SessionStatus
from bot.services.views import SessionLine, SessionView
from cards import kit

if TYPE_CHECKING:
    from bot.i18n import Translator

_OVER: Final = (SessionStatus.HELD, SessionStatus.CLOSED)
_TONES: Final = {
    "confirmed": kit.Tone.GOOD,
    "leads": kit.Tone.GOOD,
    "offered": kit.Tone.WARNING,
    "waitlisted": kit.Tone.WARNING,
    "cancelled": kit.Tone.ATTENTION,
}


def standing_of(view: SessionLine) -> str:
    """How the reader stands to it, in one word: what matters most first."""
    status = view.session.status
    if status is SessionStatus.CANCELLED:
        return "cancelled"
    if status in _OVER:
        return "over"
    if view.is_lead:
        return "leads"
    if view.seat and view.seat.status in STANDING:
        return view.seat.status.value
    return ""


def standing_words(view: SessionLine, tr: Translator) -> str:
    """You have a seat · You are second on the waitlist; empty where there is nothing to say."""
    standing = standing_of(view)
    if not standing:
        return ""
    rank = tr.ordinal(view.rank) if view.rank else ""
    return tr.t(f"seat.standing.{standing}", rank=rank)


def tone_of(view: SessionLine) -> kit.Tone:
    """The colour of how one stands."""
    return _TONES.get(standing_of(view), kit.Tone.PLAIN)


def left(view: SessionLine) -> int:
    """Seats that one more person would get: none while others wait for them."""
    return 0 if view.waiting else view.seats_left


def seats_words(view: SessionLine, tr: Translator) -> str:
    """4 seats left · All 15 seats are taken; 3 people wait."""
    if left(view):
        return tr.n("seat.left", left(view))
    if view.waiting:
        return tr.n("waitlist.full_with", view.waiting)
    return tr.t("waitlist.full")


def seats_part(view: SessionView, tr: Translator) -> kit.Element | None:
    """The number that decides stands alone."""
    steered = view.shares_code and {"add_people", "cancel"} & view.may
    if "join" not in view.may and not steered:
        return None
    if left(view):
        label = tr.n("seat.figure", left(view), capacity=tr.number(view.session.capacity))
        return kit.figure(tr.number(left(view)), label)
    return kit.text(seats_words(view, tr), bold=True)


def next_part(view: SessionView, tr: Translator) -> list[kit.Element]:
    """What happens next, and by when."""
    session, standing = view.session, standing_of(view)
    match standing:
        case "cancelled":
            said = [kit.person_text(session.cancel_reason)] if session.cancel_reason else []
            return [*said, kit.text(tr.t("session.next.cancelled"))]
        case "over":
            return []
        case "offered" if view.seat and view.seat.offered_until:
            until = tr.weekday_date_time(view.seat.offered_until)
            return [kit.text(tr.t("seat.next.offered", until=until), bold=True)]
        case _:
            words = _next_words(view, standing)
            return [kit.text(tr.t(words))] if words else []


def _next_words(view: SessionView, standing: str) -> str | None:
    session = view.session
    inside = standing in ("confirmed", "leads")
    if view.begun:
        return "session.next.begun" if inside else "session.next.closed"
    if session.status is SessionStatus.PLANNED:
        return "session.next.planned"
    if standing == "waitlisted":
        return "waitlist.next"
    if not inside:
        return None
    if session.status is SessionStatus.BOOKED:
        return "session.next.booked"
    return "session.next.fault" if session.fault else "session.next.booking"
