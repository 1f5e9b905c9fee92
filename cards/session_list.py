"""Lists of sessions: what there is to join, and mine; and a session's line in the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from bot.domain import catalogue
from bot.services.sessions import PAGE, SessionPage
from bot.services.views import SessionLine
from cards import actions, kit
from cards.notices import offering_title
from cards.seat import left, seats_words, standing_of, standing_words, tone_of
from cards.session_filter import chosen_words, filter_data, filters

if TYPE_CHECKING:
    from bot.i18n import Translator

_KEPT: Final = 512  # entries: the first pages as a few zones see them, with what is left now


def build_sessions(page: SessionPage, week: str, today: date, tr: Translator) -> kit.Card:
    """Upcoming sessions, ten at a time, below the filters that they were found with.

    `week` is the Monday of the week looked at, as 2027-03-01, or empty; `today` is the reader's.
    """
    title = tr.t("session.list.title")
    kept = filter_data(page.which, week)
    count = tr.n("session.list.count", page.total)
    empty = tr.t("session.list.empty_filtered" if kept else "session.list.empty")
    previous = max(0, page.first - PAGE)
    return kit.card(
        tr,
        title,
        kit.text(count if page.total else empty),
        kit.subtle(chosen_words(page.which, week, today, tr)) if kept else None,
        filters(page.which, week, today, tr),
        *(_entry(view, tr) for view in page.sessions),
        actions=[
            _more(tr.t("session.list.next"), page.next_first, kept),
            _more(tr.t("session.list.previous"), previous, kept) if page.first else None,
            kit.execute(tr.t("session.list.all"), actions.SESSION_LIST) if kept else None,
            kit.execute(tr.t("help.item.my_sessions"), actions.SESSION_MINE),
            kit.execute(tr.t("help.item.request"), actions.REQUEST_NEW) if not page.total else None,
        ],
        summary=kit.one_line(tr, title, count if page.total else empty),
        refresh=(actions.SESSION_LIST, {**kept, "first": page.first}, ()),
    )


def build_my_sessions(
    views: Sequence[SessionLine], leading: int, first: int, tr: Translator
) -> kit.Card:
    """Sessions in which the reader has a seat, an offer, or waits, soonest first.

    `leading` counts those that they lead: these are among their assignments.
    """
    title = tr.t("session.mine.title")
    count = tr.n("session.mine.count", len(views)) if views else tr.t("session.mine.empty")
    start = first if 0 <= first < len(views) else 0
    following = start + PAGE
    find = kit.execute if views or leading else kit.positive
    return kit.card(
        tr,
        title,
        kit.text(count),
        kit.text(tr.n("session.mine.leading", leading)) if leading else None,
        *(_entry(view, tr, mine=True) for view in views[start:following]),
        actions=[
            kit.execute(tr.t("session.list.next"), actions.SESSION_MINE, first=following)
            if following < len(views)
            else None,
            kit.execute(
                tr.t("session.list.previous"), actions.SESSION_MINE, first=max(0, start - PAGE)
            )
            if start
            else None,
            kit.execute(tr.t("help.item.assignments"), actions.ASSIGNMENT_LIST)
            if leading
            else None,
            find(tr.t("help.item.sessions"), actions.SESSION_LIST),
        ],
        summary=kit.one_line(tr, title, count),
        refresh=(actions.SESSION_MINE, {"first": start}, ()),
    )


def public_line(
    on: date, title: str, place: str | None, language: str, host: str, tr: Translator
) -> str:
    """A session in the programme's calendar: day, title, place or online, language, host."""
    return tr.t(
        "session.public_line",
        date=tr.sentence(tr.weekday_date(on)),
        title=title,
        place=place or tr.t("common.online"),
        language=tr.sentence(tr.t(f"common.language.{language}")),
        host=host,
    )


def _more(title: str, first: int | None, kept: dict[str, str]) -> kit.Element | None:
    if first is None:
        return None
    data: dict[str, Any] = {"first": first, **kept}
    return kit.execute(title, actions.SESSION_LIST, **data)


class _Entry(NamedTuple):
    """All that an entry shows, and so all that it is made of."""

    session_id: str
    offering: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    language: str
    organization: str
    place: str | None
    standing: str
    tone: kit.Tone
    seats: str
    buttons: tuple[tuple[str, str], ...]


def _entry(view: SessionLine, tr: Translator, *, mine: bool = False) -> kit.Element:
    session, standing = view.session, standing_words(view, tr)
    shown = _Entry(
        session.session_id,
        session.offering,
        session.starts_at,
        session.ends_at,
        session.zone,
        session.language,
        session.organization,
        session.place,
        standing,
        tone_of(view),
        "" if standing else seats_words(view, tr),
        _buttons(view, mine=mine),
    )
    return _made(shown, tr)


@lru_cache(maxsize=_KEPT)
def _made(shown: _Entry, tr: Translator) -> kit.Element:
    """Date first, then what, where, and how the reader stands.

    Most who read a list see the same of a session: the entry is made once, and nobody changes it.
    """
    title = offering_title(shown.offering, tr)
    parts = tr.when_parts(shown.starts_at, shown.ends_at, shown.zone)
    about = [
        tr.sentence(tr.t(f"common.language.{shown.language}")),
        shown.place or tr.t("common.online"),
        tr.value(catalogue.organization(shown.organization).name),
    ]
    return kit.element_group(
        kit.line(kit.run(f"{parts.day}, {parts.times[:1].lower()}{parts.times[1:]}", bold=True)),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        kit.line(kit.run(title), spacing="small"),
        kit.subtle(" · ".join(about)),
        kit.badge(shown.standing, shown.tone)
        if shown.standing
        else kit.line(shown.seats, spacing="small"),
        kit.actions_row(
            *(_button(key, verb, shown.session_id, title, tr) for key, verb in shown.buttons)
        ),
        separator=True,
    )


def _buttons(view: SessionLine, *, mine: bool) -> tuple[tuple[str, str], ...]:
    """What is done most often, at once; the rest is on the session's own card."""
    made = [("session.do.open", actions.SESSION_SHOW)]
    if "join" in view.may and left(view):
        made.insert(0, ("seat.do.join", actions.SESSION_JOIN))
    if "accept_seat" in view.may:
        made.insert(0, ("seat.do.accept", actions.SESSION_ACCEPT_SEAT))
    if mine and "leave" in view.may:
        noun = "waitlist" if standing_of(view) == "waitlisted" else "seat"
        made.append((f"{noun}.do.leave", actions.SESSION_LEAVE))
    return tuple(made)


def _button(key: str, verb: str, session_id: str, title: str, tr: Translator) -> kit.Element:
    """Its tooltip tells it from the same button of another entry."""
    about = tr.t("session.do.about", caption=tr.t(key), title=title)
    return kit.execute(tr.t(key), verb, tooltip=about, id=session_id)
