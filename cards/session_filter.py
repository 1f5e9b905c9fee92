"""The filters of the list of sessions: topic, language, region, week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.domain import catalogue
from bot.services.keeping import SessionFilter
from cards import actions, kit
from cards.notices import offering_title

if TYPE_CHECKING:
    from bot.i18n import Translator

ANY: Final = "any"
WEEKS: Final = 12  # to choose from, this one included
_WEEK: Final = timedelta(days=7)


def filter_data(which: SessionFilter, week: str) -> dict[str, str]:
    """The filters as a button carries them."""
    chosen = {
        "topic": which.offering,
        "language": which.language,
        "region": which.region,
        "week": week or None,
    }
    return {key: value for key, value in chosen.items() if value}


def chosen_words(which: SessionFilter, week: str, today: date, tr: Translator) -> str:
    """Those in use, in words: Mental Health: Let's Talk! · French · Next week."""
    kept = filter_data(which, week)
    lists = _lists(week, today, tr)
    words = [dict(entries)[kept[key]] for key, entries in lists.items() if key in kept]
    return tr.t("session.filter.chosen", words=" · ".join(words))


def filters(which: SessionFilter, week: str, today: date, tr: Translator) -> kit.Element:
    """Behind a button, so that the list comes first; filled in where in use."""
    key = ("session.filters", which.offering, which.language, which.region, week, monday_of(today))
    return tr.once(key, lambda: _filters(which, week, today, tr))


def _filters(which: SessionFilter, week: str, today: date, tr: Translator) -> kit.Element:
    kept = filter_data(which, week)
    lists = _lists(week, today, tr)
    inputs = [_choose(key, entries, kept.get(key), tr) for key, entries in lists.items()]
    show = kit.positive(tr.t("session.filter.show"), actions.SESSION_LIST, inputs=True)
    return kit.actions_row(kit.confirm(tr.t("session.filter.title"), *inputs, actions=[show]))


def monday_of(day: date) -> date:
    """The Monday of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def _lists(week: str, today: date, tr: Translator) -> dict[str, list[tuple[str, str]]]:
    """The value and the title of what each filter has to choose from."""
    return {
        "topic": [(e.key, offering_title(e.key, tr)) for e in catalogue.requestable_offerings()],
        "language": [
            (tag, tr.sentence(tr.t(f"common.language.{tag}"))) for tag in catalogue.LANGUAGES
        ],
        "region": [(region.key, tr.value(region.name)) for region in catalogue.regions()],
        "week": _weeks(week, today, tr),
    }


def _weeks(week: str, today: date, tr: Translator) -> list[tuple[str, str]]:
    """This one and those after it; another one that was asked for stands where it belongs."""
    this = monday_of(today)
    mondays = {this + n * _WEEK for n in range(WEEKS)}
    if week:
        mondays.add(date.fromisoformat(week))
    near = {this: "session.filter.this_week", this + _WEEK: "session.filter.next_week"}
    return [
        (
            monday.isoformat(),
            tr.t(near.get(monday, "session.filter.week_of"), date=tr.date(monday)),
        )
        for monday in sorted(mondays)
    ]


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
