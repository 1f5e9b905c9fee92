"""One session, as one person sees it: when, how many seats, how they stand, what they can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.domain.sessions import JOINABLE, SessionStatus
from bot.services.views import SessionView
from cards import actions, kit
from cards.catalogue import details_button
from cards.notices import offering_title, person_name
from cards.request_parts import invitation_words
from cards.seat import left, next_part, seats_part, standing_of, standing_words, tone_of

if TYPE_CHECKING:
    from bot.i18n import Translator

NAMES: Final = 20  # of the people who have a seat, in view of those who share or steer it
_INSIDE: Final = ("confirmed", "leads")
_MINE: Final = (*_INSIDE, "offered", "waitlisted")


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
    standing, about = standing_words(view, tr), _about(view, tr)
    return kit.card(
        tr,
        title,
        kit.badge(standing, tone_of(view)) if standing else None,
        *_when(view, tr),
        kit.text(about) if about else None,
        seats_part(view, tr),
        *next_part(view, tr),
        _facts(view, tr),
        _share(view, tr),
        details_button(session.offering, tr, about=about is None),
        actions=_buttons(view, tr, code),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, standing),
        refresh=(actions.SESSION_SHOW, _data(view, code), ()),
    )


def _when(view: SessionView, tr: Translator) -> list[kit.Element | None]:
    session = view.session
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    return [
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
    ]


def _about(view: SessionView, tr: Translator) -> str | None:
    """What it is, for whoever has yet to decide."""
    key = f"offering.{view.session.offering}.about"
    deciding = {"join", "accept_seat"} & view.may and not view.shares_code
    return tr.t(key) if deciding and tr.has(key) else None


def _facts(view: SessionView, tr: Translator) -> kit.Element | None:
    session = view.session
    entry = catalogue.offering(session.offering)
    names = [person_name(lead.person, tr) for lead in view.leads]
    minutes = entry.preparation_minutes
    language = tr.sentence(tr.t(f"common.language.{session.language}"))
    host = tr.value(catalogue.organization(session.organization).name)
    return kit.facts(
        tr,
        [
            (tr.t("session.fact.language"), language),
            (tr.t("session.fact.place"), session.place or tr.t("common.online")),
            (tr.t("session.fact.host"), host),
            (tr.t("session.fact.leads"), tr.list_and(names)) if names else None,
            (tr.t("session.fact.preparation"), tr.duration(minutes)) if minutes else None,
        ],
    )


def _share(view: SessionView, tr: Translator) -> kit.Element | None:
    """Who takes part, and how others get in, for those whose team it is and those who steer."""
    if not view.shares_code and not view.people:
        return None
    names = [person_name(person, tr) for person in view.people]
    listed = tr.list_and(names[:NAMES]) if names else tr.t("session.people.nobody")
    if len(names) > NAMES:
        listed = tr.n("session.people.more", len(names) - NAMES, names=", ".join(names[:NAMES]))
    open_now = view.shares_code and not view.begun and view.session.status in JOINABLE
    return kit.element_group(
        kit.facts(tr, [(tr.t("session.people"), listed)]),
        kit.figure(view.session.code, tr.t("session.code")) if open_now else None,
        _invitation(view, tr) if open_now else None,
    )


def _invitation(view: SessionView, tr: Translator) -> kit.Element:
    """Words to copy into a message to the team."""
    text = kit.person_text(invitation_words(view, tr))
    hint = kit.text(tr.t("session.invite.hint"))
    return kit.actions_row(kit.confirm(tr.t("session.invite"), hint, text, actions=[]))


def _data(view: SessionView, code: str | None) -> dict[str, Any]:
    """The session, and the code where the reader has shown it."""
    known = view.session.code if view.shares_code or code == view.session.code else None
    return {"id": view.session.session_id, **({"code": known} if known else {})}


def _buttons(view: SessionView, tr: Translator, code: str | None) -> list[kit.Element | None]:
    session, may, data = view.session, view.may, _data(view, code)
    standing = standing_of(view)
    link = session.join_url if session.status is SessionStatus.BOOKED else None
    return [
        kit.open_url(tr.t("session.do.open_meeting"), link)
        if link and standing in _INSIDE
        else None,
        kit.positive(tr.t("session.do.add_people"), actions.SESSION_ADD_PEOPLE, **data)
        if "add_people" in may
        else None,
        *_seat_buttons(view, data, tr),
        kit.execute(tr.t("triage.do.reschedule"), actions.SESSION_RESCHEDULE, **data)
        if "reschedule" in may
        else None,
        kit.execute(tr.t("triage.do.cancel"), actions.SESSION_CANCEL, **data)
        if "cancel" in may
        else None,
        kit.execute(tr.t("help.item.my_sessions"), actions.SESSION_MINE)
        if standing in _MINE
        else None,
        kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
    ]


def _seat_buttons(view: SessionView, data: dict[str, Any], tr: Translator) -> list[kit.Element]:
    """One's own seat; whoever shares or steers a session seldom joins it first."""
    made: list[kit.Element] = []
    join = kit.execute if view.shares_code else kit.positive
    if "accept_seat" in view.may:
        made.append(kit.positive(tr.t("seat.do.accept"), actions.SESSION_ACCEPT_SEAT, **data))
    if "decline_seat" in view.may:
        made.append(kit.execute(tr.t("seat.do.decline"), actions.SESSION_DECLINE_SEAT, **data))
    if "join" in view.may:
        caption = tr.t("seat.do.join" if left(view) else "waitlist.do.join")
        made.append(join(caption, actions.SESSION_JOIN, **data))
    if "leave" in view.may:
        key = "waitlist.do.leave" if standing_of(view) == "waitlisted" else "seat.do.leave"
        made.append(kit.execute(tr.t(key), actions.SESSION_LEAVE, **data))
    return made
