"""A cohort as those who steer it see it, and the list of those ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.domain import catalogue
from bot.domain.cohorts import DAYS, CohortStatus, TrainingStatus
from bot.domain.people import Side
from bot.services.cohort_views import CohortView, Trainee
from cards import actions, kit
from cards.cohort_words import (
    common_facts,
    days_part,
    region_names,
    span_words,
    state_of,
    tone_of,
)
from cards.safe import clean

if TYPE_CHECKING:
    from bot.i18n import Translator

WAITING_SHOWN: Final = 12
LISTED: Final = 20
NAME: Final = 120
REASON: Final = 1000
_ENDED: Final = (CohortStatus.COMPLETED, CohortStatus.CANCELLED)


def build_steered(
    view: CohortView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """Who has a seat by side and region, who waits, and what can be done now."""
    cohort, state = view.cohort, state_of(view)
    title, words = tr.t("cohort.title"), tr.t(f"cohort.state.{state}")
    return kit.card(
        tr,
        title,
        kit.badge(words, tone_of(state)),
        kit.notice(tr.t("cohort.fault"), kit.Tone.ATTENTION) if state == "fault" else None,
        kit.person_text(cohort.cancel_reason) if cohort.cancel_reason else None,
        _figure(view, tr),
        _to_know(view, tr),
        days_part(view, tr),
        _facts(view, tr),
        *_people(view, tr),
        *_waiting(view, tr),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, words),
        refresh=(actions.COHORT_SHOW, {"id": cohort.cohort_id}, ()),
    )


def build_cohorts(views: Sequence[CohortView], tr: Translator) -> kit.Card:
    """Orientations planned, open or under way, soonest first."""
    title = tr.t("cohort.list.title")
    count = tr.n("cohort.list.count", len(views)) if views else tr.t("cohort.list.empty")
    plan = kit.execute if views else kit.positive
    return kit.card(
        tr,
        title,
        kit.text(count),
        *(_entry(view, tr) for view in views[:LISTED]),
        kit.subtle(tr.n("cohort.list.more", len(views) - LISTED)) if views[LISTED:] else None,
        actions=[plan(tr.t("cohort.do.plan"), actions.COHORT_NEW)],
        summary=kit.one_line(tr, title, count),
        refresh=(actions.COHORT_LIST, {}, ()),
    )


def unmarked(view: CohortView) -> list[int]:
    """Days that have begun and whose attendance is not known."""
    return [day for day in range(1, view.day + 1) if day not in view.marked]


def _entry(view: CohortView, tr: Translator) -> kit.Element:
    cohort, state = view.cohort, state_of(view)
    taken = tr.number(view.confirmed + view.offered)
    seats = tr.t("cohort.list.seats", taken=taken, capacity=tr.number(cohort.capacity))
    about = [
        tr.sentence(tr.t(f"common.language.{cohort.language}")),
        tr.sentence(region_names(cohort.regions, tr)),
        cohort.code,
    ]
    return kit.element_group(
        kit.line(kit.run(tr.sentence(span_words(view, tr)), bold=True)),
        kit.badge(tr.t(f"cohort.state.{state}"), tone_of(state)),
        kit.line(seats, spacing="small"),
        kit.subtle(" · ".join(about)),
        kit.actions_row(
            kit.execute(
                tr.t("cohort.do.show"),
                actions.COHORT_SHOW,
                tooltip=span_words(view, tr),
                id=cohort.cohort_id,
            )
        ),
        separator=True,
    )


def _figure(view: CohortView, tr: Translator) -> kit.Element | None:
    """The number that decides stands alone, while seats are given."""
    if view.cohort.status not in (CohortStatus.PLANNED, CohortStatus.OPEN):
        return None
    left = view.seats_left
    label = tr.n("cohort.seats.left", left, capacity=tr.number(view.cohort.capacity))
    return kit.figure(tr.number(left), label)


def _to_know(view: CohortView, tr: Translator) -> kit.Element | None:
    status, missing = view.cohort.status, unmarked(view)
    if status is CohortStatus.PLANNED:
        return kit.text(tr.t("cohort.steer.planned" if "open" in view.may else "cohort.steer.late"))
    if status is CohortStatus.OPEN and not view.trainees and not view.waiting:
        return kit.text(tr.t("cohort.steer.nobody"))
    if status is not CohortStatus.RUNNING or not view.trainees:
        return None
    if missing:
        days = tr.list_and([tr.number(day) for day in missing])
        return kit.text(tr.n("cohort.steer.to_mark", len(missing), days=days), bold=True)
    return kit.text(tr.t("cohort.steer.to_complete")) if view.over else None


def _facts(view: CohortView, tr: Translator) -> kit.Element | None:
    cohort = view.cohort
    regions = Counter(one.region for one in view.trainees)
    by_region = [
        tr.t(
            "cohort.region.count", region=tr.value(entry.name), count=tr.number(regions[entry.key])
        )
        for entry in catalogue.regions()
        if regions[entry.key]
    ]
    return kit.facts(
        tr,
        [
            (tr.t("cohort.fact.by_region"), ", ".join(by_region)),
            (tr.t("cohort.fact.waiting"), _waiting_words(view, tr)) if view.waiting else None,
            (tr.t("cohort.fact.regions"), tr.sentence(region_names(cohort.regions, tr))),
            (tr.t("cohort.fact.balance"), tr.sentence(balance_words(view, tr))),
            *common_facts(view, tr),
        ],
    )


def balance_words(view: CohortView, tr: Translator) -> str:
    """What it is kept even in."""
    cohort = view.cohort
    kept = {"sides": cohort.balance_sides, "regions": cohort.balance_regions}
    words = [tr.t(f"cohort.balance.{what}") for what, wanted in kept.items() if wanted]
    return tr.list_and(words) if words else tr.t("cohort.balance.none")


def _side_words(view: CohortView, side: Side, tr: Translator) -> str:
    theirs = Counter(one.status for one in view.trainees if one.side is side)
    offered = theirs.pop(TrainingStatus.OFFERED, 0)
    key = "cohort.side.seats" if offered else "cohort.side.seats.all"
    return tr.t(key, confirmed=tr.number(theirs.total()), offered=tr.number(offered))


def _waiting_words(view: CohortView, tr: Translator) -> str:
    waiting = Counter(one.side for one in view.waiting)
    sides = {side.value: tr.number(waiting[side]) for side in Side}
    return tr.t("cohort.waiting.sides", **sides)


def _people(view: CohortView, tr: Translator) -> list[kit.Element]:
    if not view.trainees:
        return []
    made = [kit.heading(tr.t("cohort.people.title"), small=True)]
    for side in Side:
        label = tr.t("card.fact", label=tr.t(f"cohort.side.{side.value}"))
        counts = kit.run(f" {_side_words(view, side, tr)}")
        made.append(kit.line(kit.run(label, bold=True), counts, spacing="medium"))
        made += [_person(one, view, tr) for one in view.trainees if one.side is side]
    return made


def _person(one: Trainee, view: CohortView, tr: Translator) -> kit.Element:
    name = one.person.name or tr.sentence(tr.t("common.somebody"))
    return kit.line(
        kit.run(clean(name, NAME)),
        kit.run(f" · {_region(one, tr)} · {_how(one, view, tr)}", small=True, faint=True),
        spacing="small",
    )


def _region(one: Trainee, tr: Translator) -> str:
    return tr.value(catalogue.region(one.region).name)


def _place(one: Trainee, tr: Translator) -> str:
    side = tr.t(f"cohort.side.{one.side.value}")
    return tr.t("cohort.person", side=side, region=_region(one, tr))


def _how(one: Trainee, view: CohortView, tr: Translator) -> str:
    """How somebody answered; once it runs, which marked days they missed."""
    missed = [day for day in range(1, DAYS + 1) if day in view.marked and day not in one.attended]
    if one.status is not TrainingStatus.OFFERED and missed:
        days = tr.list_and([tr.number(day) for day in missed])
        words = tr.n("cohort.person.missed", len(missed), days=days)
        if one.status is TrainingStatus.CONFIRMED:
            return words
        return f"{tr.t(f'cohort.person.{one.status.value}')} ({words})"
    until = tr.weekday_date_time(one.answer_by) if one.answer_by else ""
    return tr.t(f"cohort.person.{one.status.value}", until=until)


def _waiting(view: CohortView, tr: Translator) -> list[kit.Element | None]:
    if not view.waiting:
        return []
    shown = view.waiting[:WAITING_SHOWN]
    more = len(view.waiting) - len(shown)
    return [
        kit.heading(tr.t("cohort.people.waiting"), small=True),
        *(
            kit.line(
                kit.run(clean(one.person.name or tr.sentence(tr.t("common.somebody")), NAME)),
                kit.run(f" · {_place(one, tr)}", small=True, faint=True),
                spacing="small",
            )
            for one in shown
        ),
        kit.subtle(tr.n("cohort.people.more", more)) if more else None,
        kit.subtle(tr.t("cohort.people.waiting.how")),
    ]


def _buttons(view: CohortView, tr: Translator) -> list[kit.Element | None]:
    may, about = view.may, view.cohort.cohort_id
    missing = unmarked(view) if view.trainees else []
    day = missing[0] if missing else None
    link = view.cohort.join_url if view.cohort.status not in _ENDED and not view.over else None
    return [
        kit.positive(tr.t("cohort.do.open"), actions.COHORT_OPEN, id=about)
        if "open" in may
        else None,
        kit.positive(tr.t("cohort.do.retry"), actions.COHORT_RETRY, id=about)
        if "retry" in may and not day
        else None,
        kit.positive(tr.t("cohort.do.present", n=day), actions.COHORT_PRESENT, id=about, day=day)
        if "attend" in may and day
        else None,
        kit.positive(tr.t("cohort.do.complete"), actions.COHORT_COMPLETE, id=about)
        if "complete" in may and not missing
        else None,
        kit.execute(tr.t("cohort.do.attend"), actions.COHORT_ATTEND, id=about)
        if "attend" in may and view.trainees
        else None,
        kit.open_url(tr.t("cohort.do.open_meeting"), link) if link else None,
        kit.execute(tr.t("cohort.do.move"), actions.COHORT_MOVE, id=about)
        if "move" in may
        else None,
        _cancel(about, tr) if "cancel" in may else None,
        kit.execute(tr.t("cohort.do.list"), actions.COHORT_LIST),
    ]


def _cancel(about: str, tr: Translator) -> kit.Element:
    """Asked once more, with a word of why."""
    return kit.confirm(
        tr.t("cohort.do.cancel"),
        kit.text(tr.t("cohort.cancel.prompt")),
        reason_input(tr),
        actions=[
            kit.destructive(
                tr.t("cohort.cancel.send"), actions.COHORT_CANCEL, inputs=True, id=about
            )
        ],
    )


def reason_input(tr: Translator) -> kit.Element:
    """A word of why it is cancelled."""
    return kit.text_input(
        "reason",
        tr.t("cohort.cancel.label"),
        tr.t("error.reason_missing"),
        multiline=True,
        limit=REASON,
    )
