"""One session, as one person sees it: when, how many seats, how they stand, what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.domain.requests import Visibility
from bot.domain.seats import STANDING
from bot.domain.sessions import SessionStatus
from bot.services.views import SessionView
from cards import actions, kit
from cards.catalogue import details_button
from cards.notices import offering_title, person_name

if TYPE_CHECKING:
    from bot.i18n import Translator

NAMES: Final = 20  # of the people who have a seat, in view of those who share or steer it
_OVER: Final = (SessionStatus.HELD, SessionStatus.CLOSED)
_TONES: Final = {
    "confirmed": kit.Tone.GOOD,
    "leads": kit.Tone.GOOD,
    "offered": kit.Tone.WARNING,
    "waitlisted": kit.Tone.WARNING,
    "cancelled": kit.Tone.ATTENTION,
}


def build_session(
    view: SessionView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
    code: str | None = None,
) -> kit.Card:
    """A session's card. `code` is what the reader typed: with it a team's own can be joined."""
    session = view.session
    title = offering_title(session.offering, tr)
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    standing = standing_words(view, tr)
    return kit.card(
        tr,
        title,
        kit.badge(standing, _TONES.get(standing_of(view), kit.Tone.PLAIN)) if standing else None,
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        _seats(view, tr),
        *_next(view, tr),
        _facts(view, tr),
        _share(view, tr),
        details_button(session.offering, tr),
        actions=_buttons(view, tr, code),
        said=said,
        tone=tone,
        summary=said or ": ".join(filter(None, [title, standing])),
        refresh=(actions.SESSION_SHOW, _data(view, code), ()),
    )


def standing_of(view: SessionView) -> str:
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


def standing_words(view: SessionView, tr: Translator) -> str:
    """You have a seat · You are second on the waitlist; empty where there is nothing to say."""
    standing = standing_of(view)
    if not standing:
        return ""
    rank = tr.ordinal(view.rank) if view.rank else ""
    return tr.t(f"seat.standing.{standing}", rank=rank)


def seats_words(view: SessionView, tr: Translator) -> str:
    """4 seats left · Full, 3 people wait."""
    if view.seats_left and not view.waiting:
        return tr.n("seat.left", view.seats_left)
    if view.waiting:
        return tr.n("waitlist.full_with", view.waiting)
    return tr.t("waitlist.full")


def _seats(view: SessionView, tr: Translator) -> kit.Element | None:
    """The number that decides stands alone."""
    if not {"join", "accept_seat"} & view.may and not view.shares_code:
        return None
    if view.seats_left and not view.waiting:
        label = tr.n("seat.figure", view.seats_left, capacity=tr.number(view.session.capacity))
        return kit.figure(tr.number(view.seats_left), label)
    return kit.text(seats_words(view, tr), bold=True)


def _next(view: SessionView, tr: Translator) -> list[kit.Element]:
    """What happens next, and by when."""
    session = view.session
    made: list[kit.Element] = []
    standing = standing_of(view)
    if standing == "offered" and view.seat and view.seat.offered_until:
        until = tr.weekday_date_time(view.seat.offered_until)
        made.append(kit.text(tr.t("seat.next.offered", until=until)))
    elif standing == "waitlisted":
        made.append(kit.text(tr.t("waitlist.next")))
    elif standing in ("confirmed", "leads"):
        key = "booked" if session.status is SessionStatus.BOOKED else "booking"
        if session.fault and key == "booking":
            key = "fault"
        made.append(kit.text(tr.t(f"session.next.{key}")))
    elif standing in ("cancelled", "over"):
        made.append(kit.text(tr.t(f"session.next.{standing}")))
        if standing == "cancelled" and session.cancel_reason:
            made.append(kit.person_text(session.cancel_reason))
    elif not view.may:
        made.append(kit.text(tr.t("session.next.closed")))
    return made


def _facts(view: SessionView, tr: Translator) -> kit.Element | None:
    session = view.session
    entry = catalogue.offering(session.offering)
    names = [person_name(lead.person, tr) for lead in view.leads]
    minutes = entry.preparation_minutes
    return kit.facts(
        tr,
        [
            (
                tr.t("session.fact.language"),
                tr.sentence(tr.t(f"common.language.{session.language}")),
            ),
            (tr.t("session.fact.place"), session.place or tr.t("common.online")),
            (
                tr.t("session.fact.host"),
                tr.value(catalogue.organization(session.organization).name),
            ),
            (tr.t("session.fact.leads"), tr.list_and(names)) if names else None,
            (tr.t("session.fact.preparation"), tr.duration(minutes)) if minutes else None,
        ],
    )


def _share(view: SessionView, tr: Translator) -> kit.Element | None:
    """The code, and who has a seat, for those whose team it is and those who steer."""
    if not view.shares_code:
        return None
    names = [person_name(person, tr) for person in view.people]
    listed = tr.list_and(names[:NAMES]) if names else tr.t("session.people.nobody")
    if len(names) > NAMES:
        listed = tr.n("session.people.more", len(names) - NAMES, names=", ".join(names[:NAMES]))
    own = view.session.visibility is Visibility.TEAM
    return kit.element_group(
        kit.figure(view.session.code, tr.t("session.code.own" if own else "session.code.open")),
        kit.facts(tr, [(tr.t("session.people"), listed)]),
    )


def _data(view: SessionView, code: str | None) -> dict[str, Any]:
    """The session, and the code where the reader has shown it."""
    known = view.session.code if view.shares_code or code == view.session.code else None
    return {"id": view.session.session_id, **({"code": known} if known else {})}


def _buttons(view: SessionView, tr: Translator, code: str | None) -> list[kit.Element | None]:
    session, may, data = view.session, view.may, _data(view, code)
    inside = standing_of(view) in ("confirmed", "leads")
    link = session.join_url if inside and session.status is SessionStatus.BOOKED else None
    left = view.seats_left and not view.waiting
    return [
        kit.open_url(tr.t("session.do.open_meeting"), link) if link else None,
        kit.positive(tr.t("seat.do.accept"), actions.SESSION_ACCEPT_SEAT, **data)
        if "accept_seat" in may
        else None,
        kit.execute(tr.t("seat.do.decline"), actions.SESSION_DECLINE_SEAT, **data)
        if "decline_seat" in may
        else None,
        kit.positive(
            tr.t("seat.do.join" if left else "waitlist.do.join"), actions.SESSION_JOIN, **data
        )
        if "join" in may
        else None,
        kit.execute(tr.t(_leave_key(view)), actions.SESSION_LEAVE, **data)
        if "leave" in may
        else None,
        kit.execute(tr.t("session.do.add_people"), actions.SESSION_ADD_PEOPLE, **data)
        if "add_people" in may
        else None,
        kit.execute(tr.t("session.do.reschedule"), actions.SESSION_RESCHEDULE, **data)
        if "reschedule" in may
        else None,
        kit.execute(tr.t("session.do.cancel"), actions.SESSION_CANCEL, **data)
        if "cancel" in may
        else None,
        kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
    ]


def _leave_key(view: SessionView) -> str:
    return "waitlist.do.leave" if standing_of(view) == "waitlisted" else "seat.do.leave"
