"""Lists of sessions: what there is to join, and mine; and a session's line in the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.services.keeping import SessionFilter
from bot.services.sessions import PAGE, SessionPage
from bot.services.views import SessionView
from cards import actions, kit
from cards.notices import offering_title
from cards.session import seats_words, standing_of, standing_words

if TYPE_CHECKING:
    from bot.i18n import Translator

ANY: Final = "any"
WEEKS: Final = 8


def build_sessions(page: SessionPage, week: str, tr: Translator) -> kit.Card:
    """Upcoming sessions, ten at a time, below the filters that they were found with.

    `week` is the Monday of the week looked at, as 2027-03-01, or empty.
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
        _filters(page.which, week, tr),
        *(_entry(view, tr) for view in page.sessions),
        actions=[
            _more(tr.t("session.list.next"), page.next_first, kept),
            _more(tr.t("session.list.previous"), previous, kept) if page.first else None,
            kit.execute(tr.t("session.list.all"), actions.SESSION_LIST)
            if kept and not page.total
            else None,
            kit.execute(tr.t("help.item.my_sessions"), actions.SESSION_MINE),
            kit.execute(tr.t("help.item.request"), actions.REQUEST_NEW) if not page.total else None,
        ],
        summary=f"{title}: {count if page.total else empty}",
        refresh=(actions.SESSION_LIST, {**kept, "first": page.first}, ()),
    )


def build_my_sessions(views: Sequence[SessionView], first: int, tr: Translator) -> kit.Card:
    """Sessions in which the reader has a seat, an offer, or waits, soonest first."""
    title = tr.t("session.mine.title")
    if not views:
        return kit.card(
            tr,
            title,
            kit.text(tr.t("session.mine.empty")),
            actions=[kit.positive(tr.t("help.item.sessions"), actions.SESSION_LIST)],
            summary=tr.t("session.mine.empty"),
        )
    start = first if 0 <= first < len(views) else 0
    following = start + PAGE
    count = tr.n("session.mine.count", len(views))
    return kit.card(
        tr,
        title,
        kit.text(count),
        *(_entry(view, tr) for view in views[start:following]),
        actions=[
            kit.execute(tr.t("session.list.next"), actions.SESSION_MINE, first=following)
            if following < len(views)
            else None,
            kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
        ],
        summary=f"{title}: {count}",
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


def filter_data(which: SessionFilter, week: str) -> dict[str, str]:
    """The filters as a button carries them."""
    chosen = {
        "topic": which.offering,
        "language": which.language,
        "region": which.region,
        "week": week or None,
    }
    return {key: value for key, value in chosen.items() if value}


def _more(title: str, first: int | None, kept: dict[str, str]) -> kit.Element | None:
    if first is None:
        return None
    data: dict[str, Any] = {"first": first, **kept}
    return kit.execute(title, actions.SESSION_LIST, **data)


def _filters(which: SessionFilter, week: str, tr: Translator) -> kit.Element:
    """Behind a button, so that the list comes first; open and filled in where in use."""
    topics = [(e.key, offering_title(e.key, tr)) for e in catalogue.requestable_offerings()]
    languages = [(tag, tr.sentence(tr.t(f"common.language.{tag}"))) for tag in catalogue.LANGUAGES]
    regions = [(r.key, tr.value(r.name)) for r in catalogue.regions()]
    inputs = [
        _choose("topic", topics, which.offering, tr),
        _choose("language", languages, which.language, tr),
        _choose("region", regions, which.region, tr),
        kit.date_input(
            "week",
            tr.t("session.filter.week"),
            tr.t("session.filter.wrong"),
            value=week or None,
            required=False,
        ),
    ]
    show = kit.execute(tr.t("session.filter.show"), actions.SESSION_LIST, inputs=True)
    return kit.actions_row(kit.confirm(tr.t("session.filter.title"), *inputs, actions=[show]))


def _choose(
    key: str, entries: Sequence[tuple[str, str]], value: str | None, tr: Translator
) -> dict[str, Any]:
    choices = [kit.choice(tr.t(f"session.filter.{key}.any"), ANY)]
    choices += [kit.choice(title, entry) for entry, title in entries]
    return kit.choice_input(
        key,
        tr.t(f"session.filter.{key}"),
        tr.t("session.filter.wrong"),
        choices,
        value=value or ANY,
        required=False,
    )


def _entry(view: SessionView, tr: Translator) -> kit.Element:
    """Date first, then what, where, and how the reader stands."""
    session = view.session
    title = offering_title(session.offering, tr)
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    host = tr.value(catalogue.organization(session.organization).name)
    about = [
        tr.sentence(tr.t(f"common.language.{session.language}")),
        session.place or tr.t("common.online"),
        host,
    ]
    standing = standing_words(view, tr)
    tone = kit.Tone.GOOD if standing_of(view) in ("confirmed", "leads") else kit.Tone.WARNING
    return kit.element_group(
        kit.line(kit.run(f"{parts.day}, {parts.times[:1].lower()}{parts.times[1:]}", bold=True)),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        kit.line(kit.run(title), spacing="small"),
        kit.subtle(" · ".join(about)),
        kit.badge(standing, tone) if standing else kit.line(seats_words(view, tr), spacing="small"),
        kit.actions_row(
            kit.execute(
                tr.t("seat.do.join"),
                actions.SESSION_JOIN,
                tooltip=tr.t("seat.do.join_of", title=title),
                id=session.session_id,
            )
            if "join" in view.may and view.seats_left and not view.waiting
            else None,
            kit.execute(
                tr.t("session.do.open"),
                actions.SESSION_SHOW,
                tooltip=tr.t("session.do.open_of", title=title),
                id=session.session_id,
            ),
        ),
        separator=True,
    )
