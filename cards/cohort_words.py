"""A cohort in words: how it stands, its days, what notices and mails say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.domain.cohorts import CohortStatus, TrainingStatus
from bot.services.cohort_views import CohortView
from cards import kit
from cards.application_parts import topics_line

if TYPE_CHECKING:
    from datetime import datetime

    from bot.i18n import Translator

_TONES: Final = {
    "offered": kit.Tone.WARNING,
    "waitlisted": kit.Tone.WARNING,
    "to_complete": kit.Tone.WARNING,
    "fault": kit.Tone.ATTENTION,
    "cancelled": kit.Tone.ATTENTION,
    "confirmed": kit.Tone.GOOD,
    "completed": kit.Tone.GOOD,
    "open": kit.Tone.GOOD,
    "running": kit.Tone.GOOD,
}


def tone_of(state: str) -> kit.Tone:
    """The colour of a state."""
    return _TONES.get(state, kit.Tone.PLAIN)


def state_of(view: CohortView) -> str:
    """The state in one word, for whoever steers it."""
    cohort = view.cohort
    if cohort.fault and cohort.status in (CohortStatus.OPEN, CohortStatus.RUNNING):
        return "fault"
    if cohort.status is CohortStatus.RUNNING and view.over:
        return "to_complete"
    return cohort.status.value


def standing_of(view: CohortView) -> str:
    """How the candidate stands to it, in one word."""
    if view.cohort.status is CohortStatus.CANCELLED:
        return "cancelled"
    status = view.seat.status if view.seat else TrainingStatus.LEFT
    if status is TrainingStatus.OFFERED and "accept" not in view.may:
        return "lapsed"
    return status.value


def span_words(view: CohortView, tr: Translator) -> str:
    """Wednesday, March 10, 2027, to Tuesday, March 16, 2027; on the reader's own clock."""
    first, last = (_local(at, tr) for at in (view.cohort.starts[0], view.cohort.starts[-1]))
    return tr.t(
        "cohort.span", first=tr.weekday_date(first.date()), last=tr.weekday_date(last.date())
    )


def days_part(view: CohortView, tr: Translator) -> kit.Element:
    """The five days, one a line, on the reader's clock; the cohort's own below where it differs.

    Their hours are said once, unless the reader's clocks change differently in between.
    """
    days = view.days()
    parts = [tr.when_parts(start, end, view.cohort.zone) for start, end in days]
    notes = [part.zone_note for part in parts if part.zone_note]
    alike = len({part.times for part in parts}) == 1
    lines = [
        kit.line(
            kit.run(tr.t("card.fact", label=tr.t("cohort.day", n=number)), bold=True),
            kit.run(f" {_day_words(start, end, tr, hours=not alike)}"),
            spacing="small",
        )
        for number, (start, end) in enumerate(days, start=1)
    ]
    return kit.element_group(
        kit.text(tr.t("cohort.hours", times=_lower(parts[0].times)), bold=True) if alike else None,
        *lines,
        kit.subtle(tr.t("cohort.zone_note", note=notes[0])) if notes else None,
    )


def _day_words(start: datetime, end: datetime, tr: Translator, *, hours: bool) -> str:
    return tr.when(start, end, tr.zone) if hours else tr.weekday_date(_local(start, tr).date())


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def region_names(regions: Sequence[str], tr: Translator) -> str:
    """The regions that it is for; all of them where none is named."""
    if not regions:
        return tr.t("cohort.regions.all")
    return tr.list_and([tr.value(catalogue.region(key).name) for key in regions])


def common_facts(view: CohortView, tr: Translator) -> list[tuple[str, str]]:
    """What everybody may know of it."""
    cohort = view.cohort
    return [
        (tr.t("cohort.fact.language"), tr.sentence(tr.t(f"common.language.{cohort.language}"))),
        (tr.t("cohort.fact.topics"), topics_line(cohort.topics, tr)),
        (tr.t("cohort.fact.code"), cohort.code),
    ]


def notice_values(
    view: CohortView, args: Mapping[str, Any], tr: Translator, now: datetime
) -> dict[str, str]:
    """What a notice about a cohort may use. `args["number"]` is the day that it speaks of."""
    number = int(args.get("number") or 1)
    start, end = (_local(at, tr) for at in view.days()[number - 1])
    day = tr.t(
        "notice.day_and_time",
        day=tr.relative_day(start.date(), _local(now, tr).date()),
        times=tr.time_range(start.time(), end.time()),
    )
    until = view.seat.answer_by if view.seat else None
    return {
        "span": span_words(view, tr),
        "until": tr.value(until) if until else "",
        "number": str(number),
        "day": day,
        "day_first": tr.sentence(day),
    }


def mail_facts(view: CohortView, tr: Translator) -> list[tuple[str, str]]:
    """Label and value (plain text) for a mail: its days, and what everybody may know."""
    days = [
        (tr.t("cohort.day", n=number), tr.when(start, end, view.cohort.zone))
        for number, (start, end) in enumerate(view.days(), start=1)
    ]
    cohort = view.cohort
    why = [(tr.t("cohort.fact.reason"), cohort.cancel_reason)] if cohort.cancel_reason else []
    return [*days, *common_facts(view, tr), *why]


def _local(at: datetime, tr: Translator) -> datetime:
    return at.astimezone(ZoneInfo(tr.zone))
