"""Forms about a cohort: who was absent on a day, its end, its cancelling.

attend: the day, who was absent ──▶ the card
complete: who missed a day, and why they complete it all the same ──▶ review ──▶ facilitators
cancel: a word of why ──▶ everybody is told once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.cohorts import TrainingStatus
from bot.domain.errors import MovedOn, Refusal
from bot.services.cohort_views import CohortView, Trainee
from bot.services.desk import cohort_subject
from cards import kit
from cards.cohort import build_cohort
from cards.cohort_steer import REASON, reason_input, unmarked
from cards.notices import person_name
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow, Step, Values


def shown(
    view: CohortView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.GOOD
) -> Reply:
    """The cohort's card, kept true from now on."""
    card = build_cohort(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=cohort_subject(view.cohort.cohort_id))


def must(view: CohortView, move: str) -> None:
    """Refuse what cannot be done with the cohort any more, or yet.

    Raises:
        Refusal: `cohort_not_over`, `not_allowed`; MovedOn: `cohort_moved_on`.
    """
    if move in view.may:
        return
    if view.relation != "coordinator":
        raise Refusal("not_allowed")
    if move == "complete" and "attend" in view.may:
        raise Refusal("cohort_not_over", at=view.cohort.ends_at)
    raise MovedOn("cohort_moved_on", status=view.cohort.status.value, wanted=move)


class CohortFlow(Flow):
    """A form about one cohort; begun with its `cohort_id`."""

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What it is about."""
        view = await ctx.services.cohorts.view(ctx.me, options["cohort_id"])
        must(view, self.move)
        return {**options, **await self.facts(view, ctx)}

    async def facts(self, view: CohortView, ctx: Ctx) -> Answers:
        """What the form needs to know of it."""
        return {}

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The cohort's card comes back."""
        view = await ctx.services.cohorts.view(ctx.me, answers["cohort_id"])
        return shown(view, ctx, ctx.tr.t("cohort.said.kept"), kit.Tone.INFO)

    async def overtaken(self, answers: Answers, ctx: Ctx, refusal: Refusal) -> Reply:
        """It moved on meanwhile: how it stands now."""
        view = await ctx.services.cohorts.view(ctx.me, answers["cohort_id"])
        return shown(view, ctx, ctx.tr.refusal(refusal), kit.Tone.WARNING)


def _taking_part(view: CohortView) -> list[Trainee]:
    return [one for one in view.trainees if one.status is TrainingStatus.CONFIRMED]


class Absent(Step):
    """The day, and who was not there."""

    key = "who"
    needs = ("day",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The first day that is not marked; whoever was absent on it, where it is."""
        tr = ctx.tr
        view = await ctx.services.cohorts.view(ctx.me, answers["cohort_id"])
        people = _taking_part(view)
        day = answers.get("day", answers["first"])
        marked = day in view.marked
        absent = [p.person.person_id for p in people if marked and day not in p.attended]
        return [
            kit.choice_input(
                "day",
                tr.t("cohort.attend.day.label"),
                tr.t("cohort.attend.day.wrong"),
                [
                    kit.choice(_day_words(view, number, ctx), str(number))
                    for number in range(1, view.day + 1)
                ],
                value=str(day),
            ),
            kit.multi_input(
                "absent",
                tr.t("cohort.attend.absent.label"),
                tr.t("cohort.attend.absent.wrong"),
                [kit.choice(person_name(p.person, tr), p.person.person_id) for p in people],
                value=absent,
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """A number and a list."""
        return {"day": int(values["day"]), "absent": [v for v in values["absent"].split(",") if v]}


def _day_words(view: CohortView, number: int, ctx: Ctx) -> str:
    on = view.cohort.starts[number - 1].astimezone(ZoneInfo(ctx.tr.zone)).date()
    label = ctx.tr.t("cohort.day", n=number)
    return ctx.tr.t("card.one_line", title=label, rest=ctx.tr.weekday_date(on))


class Attend(CohortFlow):
    """Who was absent on a day."""

    name = "cohort_attend"
    texts = "cohort.attend"
    move = "attend"
    steps = (Absent(),)

    async def facts(self, view: CohortView, ctx: Ctx) -> Answers:
        """The first day that is not marked, else the last that has begun."""
        return {"first": next(iter(unmarked(view)), view.day)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody else was there."""
        day = answers["day"]
        try:
            view = await ctx.services.attendance.attend(
                ctx.me, answers["cohort_id"], day, answers["absent"]
            )
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        return shown(view, ctx, ctx.tr.t("cohort.said.marked", n=day))


class Exceptions(Step):
    """Who missed a day, and is to complete it all the same."""

    key = "exceptions"
    needs = ("also",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Each with the days that they missed."""
        tr = ctx.tr
        return [
            kit.multi_input(
                "also",
                tr.t("cohort.complete.also.label"),
                tr.t("cohort.complete.also.wrong"),
                [
                    kit.choice(_missed_words(one, ctx), one["id"])
                    for one in answers["people"]
                    if one["missed"]
                ],
                value=answers.get("also", ()),
            ),
            kit.text_input(
                "reason",
                tr.t("cohort.complete.reason.label"),
                tr.t("error.reason_missing"),
                value=answers.get("reason", ""),
                required=False,
                multiline=True,
                limit=REASON,
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """A word why, where somebody is chosen."""
        also = [v for v in values["also"].split(",") if v]
        if also and not values["reason"]:
            raise Refusal("reason_missing", field="reason")
        return {"also": also, "reason": values["reason"]}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Their names, and why."""
        names = [one["name"] for one in answers["people"] if one["id"] in answers["also"]]
        if not names:
            return ctx.tr.t("cohort.complete.none")
        return ctx.tr.t("card.one_line", title=ctx.tr.list_and(names), rest=answers["reason"])

    def skip(self, answers: Answers) -> bool:
        """Nobody missed anything."""
        return not any(one["missed"] for one in answers["people"])


def _missed_words(one: Mapping[str, Any], ctx: Ctx) -> str:
    days = ctx.tr.list_and([ctx.tr.number(day) for day in one["missed"]])
    words = ctx.tr.n("cohort.person.missed", len(one["missed"]), days=days)
    return ctx.tr.t("card.one_line", title=one["name"], rest=words)


class Outcome(Step):
    """Who becomes a facilitator, and who waits for another orientation."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Names under each."""
        tr = ctx.tr
        if not answers["people"]:
            return [kit.text(tr.t("cohort.complete.nobody"))]
        also = answers.get("also", ())
        done = [p["name"] for p in answers["people"] if not p["missed"] or p["id"] in also]
        back = [p["name"] for p in answers["people"] if p["missed"] and p["id"] not in also]
        groups = (("cohort.complete.active", done), ("cohort.complete.back", back))
        return [
            kit.element_group(
                kit.text(tr.n(key, len(names)), bold=True),
                *(kit.line(name, spacing="small") for name in names),
            )
            for key, names in groups
            if names
        ]


class Complete(CohortFlow):
    """The end: facilitators from now on."""

    name = "cohort_complete"
    texts = "cohort.complete"
    move = "complete"
    steps = (Exceptions(), Outcome())

    async def facts(self, view: CohortView, ctx: Ctx) -> Answers:
        """Who takes part, and what each missed. Raises `Refusal` where a day is not marked."""
        missing = unmarked(view) if _taking_part(view) else []
        if missing:
            raise Refusal("attendance_missing", days=missing)
        return {
            "people": [
                {
                    "id": one.person.person_id,
                    "name": person_name(one.person, ctx.tr),
                    "missed": list(one.missed),
                }
                for one in _taking_part(view)
            ]
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody concerned is told once."""
        also, reason = answers.get("also", ()), answers.get("reason", "")
        try:
            view = await ctx.services.attendance.complete(
                ctx.me, answers["cohort_id"], also, reason
            )
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        done = sum(one.status is TrainingStatus.COMPLETED for one in view.trainees)
        return shown(view, ctx, ctx.tr.n("cohort.said.completed", done))


class Why(Step):
    """A word of why."""

    key = "reason"
    needs = ("reason",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Who reads it is said first."""
        return [kit.text(ctx.tr.t("cohort.cancel.prompt")), reason_input(ctx.tr)]


class Cancel(CohortFlow):
    """It does not take place."""

    name = "cohort_cancel"
    texts = "cohort.cancel"
    move = "cancel"
    steps = (Why(),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody is told once."""
        try:
            return await called_off(answers["cohort_id"], answers["reason"], ctx)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)


async def called_off(cohort_id: str, reason: str, ctx: Ctx) -> Reply:
    """Cancel, and say so. Raises as `CohortsService.cancel`."""
    view = await ctx.services.cohorts.cancel(ctx.me, cohort_id, reason)
    return shown(view, ctx, ctx.tr.t("cohort.said.cancelled"))
