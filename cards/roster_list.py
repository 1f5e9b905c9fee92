"""The roster as coordinators and administrators list it: filters, and some lines at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.domain.people import Side
from bot.domain.roster import Standing
from bot.services.roster_views import RosterFilter, RosterLine, RosterPage
from cards import actions, kit
from cards.notices import offering_title, person_name
from cards.roster import TONES, about_line, figures_line, topics_line

if TYPE_CHECKING:
    from bot.i18n import Translator

ANY: Final = "any"
FILTERS: Final = ("side", "topic", "language", "standing", "region")


def build_roster(
    page: RosterPage, tr: Translator, *, said: str | None = None, tone: kit.Tone = kit.Tone.INFO
) -> kit.Card:
    """Who leads in the reader's regions; why somebody is away is not told."""
    title, chosen = tr.t("roster.list.title"), filter_data(page.which)
    count = (
        tr.n("roster.list.count", page.total)
        if page.total
        else tr.t("roster.list.empty" if chosen else "roster.list.nobody")
    )
    return kit.card(
        tr,
        title,
        kit.text(count),
        kit.subtle(_chosen_words(page, tr)) if chosen else None,
        _filters(page, tr) if page.total or chosen else None,
        *(_entry(line, tr) for line in page.lines),
        actions=[
            kit.execute(tr.t("common.more"), actions.ROSTER_LIST, first=page.next_first, **chosen)
            if page.next_first is not None
            else None,
            kit.execute(tr.t("assignment.list.first"), actions.ROSTER_LIST, **chosen)
            if page.first
            else None,
            kit.execute(tr.t("roster.filter.all"), actions.ROSTER_LIST) if chosen else None,
            kit.execute(tr.t("form.help"), actions.HELP),
        ],
        said=said,
        tone=tone,
        summary=kit.one_line(tr, title, count),
        refresh=(actions.ROSTER_LIST, {"first": page.first, **chosen}, ()),
    )


def filter_data(which: RosterFilter) -> dict[str, Any]:
    """The filters as a button carries them."""
    return {key: value for key in FILTERS if (value := getattr(which, key))}


def choices(page: RosterPage, tr: Translator) -> dict[str, list[tuple[str, str]]]:
    """The value and the title of what each filter has to choose from."""
    lists = {
        "side": [(s.value, tr.sentence(tr.t(f"common.side.{s.value}"))) for s in Side],
        "topic": [(e.key, offering_title(e.key, tr)) for e in catalogue.offerings()],
        "language": [
            (tag, tr.sentence(tr.t(f"common.language.{tag}"))) for tag in catalogue.LANGUAGES
        ],
        "standing": [(s.value, tr.t(f"roster.standing.{s.value}")) for s in Standing],
        "region": [(key, tr.value(catalogue.region(key).name)) for key in page.regions],
    }
    return lists if len(page.regions) > 1 else {k: v for k, v in lists.items() if k != "region"}


def _chosen_words(page: RosterPage, tr: Translator) -> str:
    kept, lists = filter_data(page.which), choices(page, tr)
    words = [dict(entries)[kept[key]] for key, entries in lists.items() if key in kept]
    return tr.t("session.filter.chosen", words=" · ".join(words))


def _filters(page: RosterPage, tr: Translator) -> kit.Element:
    """Behind a button, so that the list comes first; filled in where in use."""
    kept = filter_data(page.which)
    inputs = [_choose(key, lists, kept.get(key), tr) for key, lists in choices(page, tr).items()]
    show = kit.positive(tr.t("session.filter.show"), actions.ROSTER_LIST, inputs=True)
    return kit.actions_row(kit.confirm(tr.t("session.filter.title"), *inputs, actions=[show]))


def _choose(
    key: str, entries: Sequence[tuple[str, str]], value: str | None, tr: Translator
) -> dict[str, Any]:
    made = [kit.choice(tr.t(f"roster.filter.{key}.any"), ANY)]
    made += [kit.choice(title, entry) for entry, title in entries]
    return kit.choice_input(
        key,
        tr.t(f"roster.filter.{key}"),
        tr.t("session.filter.wrong"),
        made,
        value=value or ANY,
        required=False,
    )


def _entry(line: RosterLine, tr: Translator) -> kit.Element:
    facilitator = line.facilitator
    name = person_name(line.person, tr)
    away = tr.t("roster.away", until=tr.date(line.away.to_on)) if line.away else ""
    state = tr.t(f"roster.standing.{facilitator.standing.value}")
    return kit.element_group(
        kit.line(kit.run(name, bold=True)),
        None if facilitator.active else kit.badge(state, TONES[facilitator.standing]),
        kit.line(about_line(facilitator, tr), spacing="small"),
        kit.line(" · ".join(filter(None, [figures_line(line.figures, tr), away])), spacing="small"),
        kit.subtle(topics_line(facilitator, tr)),
        kit.actions_row(
            kit.execute(
                tr.t("assignment.list.open"),
                actions.ROSTER_SHOW,
                tooltip=tr.t("assignment.list.open_of", title=name),
                id=facilitator.person_id,
            )
        ),
        separator=True,
    )
