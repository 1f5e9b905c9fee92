"""Choosing times for an interview: between which days, then which times.

Both are on the reader's own clock; what suits the other one's is checked with both calendars.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.errors import Refusal
from bot.domain.interview_times import OFFERED, check_days
from bot.i18n.parse import parse_date_time
from bot.services.interview_times import InterviewTimes, check_minutes
from cards import kit
from cards.notices import person_name
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.selection_parts import SelectionView

LENGTHS: Final = (30, 45, 60, 90)
SHOWN: Final = 9  # times in the list
FIRST_DAY, LAST_DAY = 2, 10  # working days from today, filled in
OTHER: Final = 600  # characters
_NUMBERS = re.compile(r"[\d\s,;.]+")


def about(view: SelectionView, ctx: Ctx) -> Answers:
    """What the forms keep of an application."""
    return {
        "reference": view.application.reference,
        "zone": view.application.zone,
        "name": person_name(view.applicant, ctx.tr),
    }


def whom(answers: Answers, ctx: Ctx) -> Element:
    """With whom."""
    return kit.text(ctx.tr.t("interview.about", name=answers["name"]), bold=True)


def first_days(ctx: Ctx) -> Answers:
    """The days filled in: from the day after tomorrow, for two weeks, working days."""
    today_on = ctx.now().astimezone(ZoneInfo(ctx.tr.zone)).date()
    return {
        "from_on": calendar.add_working_days(today_on, FIRST_DAY).isoformat(),
        "to_on": calendar.add_working_days(today_on, LAST_DAY).isoformat(),
    }


class Days(Step):
    """How long, unless that is settled, and between which days."""

    key = "days"
    needs = ("from_on", "to_on", "free")

    def __init__(self, *, length: bool) -> None:
        self.length = length

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Both calendars are looked at between these days."""
        tr = ctx.tr
        today_on = ctx.now().astimezone(ZoneInfo(tr.zone)).date()
        last_on = today_on + timedelta(days=ctx.rules.furthest_days)
        lengths = sorted({*LENGTHS, ctx.rules.interview_minutes})
        asked = kit.choice_input(
            "minutes",
            tr.t("interview.days.minutes"),
            tr.t("interview.days.minutes.wrong"),
            [kit.choice(tr.duration(length), str(length)) for length in lengths],
            value=str(answers["minutes"]),
        )
        days = [
            kit.date_input(
                key,
                tr.t(f"interview.days.{label}"),
                tr.t(f"interview.days.{label}.wrong"),
                value=answers[key],
                first=today_on,
                last=last_on,
            )
            for key, label in (("from_on", "from"), ("to_on", "to"))
        ]
        why = kit.subtle(tr.t("interview.days.why"))
        return [whom(answers, ctx), *([asked] if self.length else []), *days, why]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The times that are free between them."""
        minutes = int(values["minutes"]) if self.length else answers["minutes"]
        days = date.fromisoformat(values["from_on"]), date.fromisoformat(values["to_on"])
        check_minutes(minutes)
        today_on = ctx.now().astimezone(ZoneInfo(answers["zone"])).date()
        check_days(*days, today_on, ctx.rules)
        service, about_id = ctx.services.inviting, answers["application_id"]
        times = await service.times(ctx.me, about_id, minutes, days)
        return {
            "minutes": minutes,
            "from_on": values["from_on"],
            "to_on": values["to_on"],
            **_found(times, answers.get("current")),
        }

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """1 hour, from March 4 to March 18."""
        tr = ctx.tr
        return tr.t(
            "interview.days.said",
            length=tr.duration(answers["minutes"]),
            first=tr.date(date.fromisoformat(answers["from_on"])),
            last=tr.date(date.fromisoformat(answers["to_on"])),
        )


class Times(Step):
    """Which times: of the list, or written. Three to offer, or the one to move to."""

    key = "times"
    needs = ("chosen",)

    def __init__(self, most: int = OFFERED) -> None:
        self.most = most

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What the calendars say first; then the list, and room to write others."""
        tr = ctx.tr
        free = [datetime.fromisoformat(at) for at in answers["free"]]
        length = timedelta(minutes=answers["minutes"])
        zone = answers["zone"]
        choices = [
            kit.choice(tr.sentence(tr.when(at, at + length, zone)), str(place))
            for place, at in enumerate(free, 1)
        ]
        other = kit.text_input(
            "other",
            tr.t("interview.times.other", zone=tr.zone_name(tr.zone)),
            tr.t("interview.times.other.wrong"),
            value=answers.get("other") or "",
            required=not choices,
            multiline=True,
            limit=OTHER,
            hint=tr.t("interview.times.hint"),
        )
        return [
            whom(answers, ctx),
            self._told(answers, ctx),
            *self._list(choices, answers, ctx),
            other,
        ]

    def _told(self, answers: Answers, ctx: Ctx) -> Element:
        """Whether both calendars answered, and what to do where one did not."""
        key = "free" if self.most > 1 else "free.one"
        if not answers["free"]:
            key = "none"
        if answers["silent"]:
            return kit.notice(
                ctx.tr.t(f"interview.times.unknown.{answers['silent']}"), kit.Tone.WARNING
            )
        return kit.text(ctx.tr.t(f"interview.times.{key}"))

    def _list(self, choices: Sequence[dict[str, str]], answers: Answers, ctx: Ctx) -> list[Element]:
        if not choices:
            return []
        tr = ctx.tr
        label, wrong = tr.t("interview.times.pick"), tr.t("interview.times.pick.wrong")
        picked = answers.get("picked")
        if self.most > 1:
            value = answers["offered"] if picked is None else picked.split(",")
            return [kit.multi_input("times", label, wrong, choices, value=value)]
        return [
            kit.choice_input(
                "times", label, wrong, choices, value=picked or None, required=False, expanded=True
            )
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Numbers of the list, or times in words; these alone are meant then."""
        if _NUMBERS.fullmatch(text) and answers["free"]:
            places = {int(n) for n in re.findall(r"\d+", text)}
            if all(1 <= place <= len(answers["free"]) for place in places):
                return {"times": ",".join(map(str, sorted(places))), "other": ""}
        heard = {"other": text}
        return {**heard, "times": ""} if answers["free"] else heard

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The instants, at most as many as are offered."""
        picked = [place for place in values.get("times", "").split(",") if place]
        chosen = [answers["free"][int(place) - 1] for place in picked]
        chosen += [at.isoformat() for at in _written(values["other"], ctx)]
        if answers.get("current") in chosen:
            raise Refusal("interview_same_time", field="other")
        if not chosen:
            raise Refusal("interview_times_missing", field="other")
        if len(chosen) > self.most:
            raise Refusal("interview_times_many", field="other", most=self.most)
        return {"chosen": chosen, "picked": ",".join(picked), "other": values["other"]}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """All of them."""
        length = timedelta(minutes=answers["minutes"])
        starts = [datetime.fromisoformat(at) for at in answers["chosen"]]
        spans = [ctx.tr.when(at, at + length, ctx.tr.zone) for at in sorted(starts)]
        return ctx.tr.sentence("; ".join(spans))


def chosen_starts(answers: Mapping[str, Any]) -> list[datetime]:
    """The instants that were chosen."""
    return [datetime.fromisoformat(at) for at in answers["chosen"]]


def _found(times: InterviewTimes, current: str | None) -> Answers:
    """What the step after this shows: the three proposed, and others spread over the days.

    The time it has now is none of them: an Outlook that does not answer would not say so.
    """
    offered = [at for at in times.offered if at.isoformat() != current]
    extra = [at for at in times.free if at not in offered and at.isoformat() != current]
    room = SHOWN - len(offered)
    stride = max(1, -(-len(extra) // room)) if room else 1
    listed = sorted({*offered, *extra[::stride]})
    if times.answered:
        silent = ""
    elif times.coordinator_answered or times.candidate_answered:
        silent = "candidate" if times.coordinator_answered else "coordinator"
    else:
        silent = "both"
    return {
        "free": [at.isoformat() for at in listed],
        "offered": [str(listed.index(at) + 1) for at in offered],
        "silent": silent,
        "picked": None,
        "chosen": None,
    }


def _written(text: str, ctx: Ctx) -> list[datetime]:
    """Times in words, one a line or parted by semicolons, on the reader's clock.

    Raises:
        Refusal: one of them is no time; `field` is `other`.
    """
    zone = ctx.tr.zone
    today_on = ctx.now().astimezone(ZoneInfo(zone)).date()
    starts: list[datetime] = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        try:
            starts.append(calendar.localize(parse_date_time(part, today_on), zone))
        except Refusal as refusal:
            refusal.field = "other"
            raise
    return starts
