"""Choosing when: one of the team's wished dates, or another one on the team's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import Refusal
from bot.i18n.parse import parse_date, parse_date_time
from bot.i18n.parse_time import parse_time
from bot.services.planning import planned_start
from bot.services.request_form import usual_minutes
from cards import kit
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, FormErrors, Step, Values
from dialogs.triage_pairs import found_pairs
from dialogs.triage_parts import about

OTHER = "other"


class ChosenDate(Step):
    """One of the wished dates, or another."""

    key = "date"
    needs = ("starts_at", "pairs")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The first wished date that can still be kept is filled in."""
        tr, wished = ctx.tr, _wished(answers)
        possible = [place for place, at in wished.items() if at > ctx.now()]
        chosen = answers.get("which") or (possible[0] if possible else OTHER)
        return [
            about(answers, ctx),
            kit.choice_input(
                "which",
                tr.t("triage.date.which"),
                tr.t("triage.date.which.wrong"),
                [
                    *(kit.choice(tr.sentence(_span(wished[p], answers, ctx)), p) for p in possible),
                    kit.choice(tr.t("triage.date.other"), OTHER),
                ],
                value=chosen,
                expanded=True,
            ),
            *date_and_time("triage.date.clock", answers, ctx, required=False),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A place in the list, or a date with its time."""
        if text.strip().isdigit():
            return None
        heard = heard_start(text, answers["zone"], ctx)
        return {"which": OTHER, **heard} if heard else None

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The instant, and who could lead then."""
        kept = (answers.get("date", ""), answers.get("time", ""))
        typed = (values["date"], values["time"])
        # A date written beside the list is meant, whatever the list still says.
        if values["which"] == OTHER or (all(typed) and typed != kept):
            starts_at = read_start(values, answers["zone"], _minutes(answers), ctx)
            new: Answers = {"which": OTHER, "date": values["date"], "time": values["time"]}
        else:
            starts_at = _kept_start(_wished(answers)[values["which"]], answers, ctx)
            new = {"which": values["which"], "date": None, "time": None}
        new["starts_at"] = starts_at.isoformat()
        if new["starts_at"] != answers.get("starts_at"):
            new |= {"union": None, "employer": None}
            new |= await found_pairs(answers["request_id"], starts_at, ctx)
        return new

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Thursday, March 4, 2027, 1 pm to 4:30 pm."""
        starts_at = datetime.fromisoformat(answers["starts_at"])
        return ctx.tr.sentence(_span(starts_at, answers, ctx))


def date_and_time(guide: str, answers: Answers, ctx: Ctx, *, required: bool) -> list[Element]:
    """Two inputs on the clock of the session's zone, which the `guide` names."""
    tr, zone = ctx.tr, answers["zone"]
    today_on = ctx.now().astimezone(ZoneInfo(zone)).date()
    return [
        kit.subtle(tr.t(guide, zone=tr.zone_name(zone))),
        kit.date_input(
            "date",
            tr.t("triage.date.date"),
            tr.t("triage.date.date.wrong"),
            value=answers.get("date"),
            required=required,
            first=today_on,
            last=today_on + timedelta(days=ctx.rules.furthest_days),
        ),
        kit.time_input(
            "time",
            tr.t("triage.date.time"),
            tr.t("triage.date.time.wrong"),
            value=answers.get("time"),
            required=required,
        ),
    ]


def heard_start(text: str, zone: str, ctx: Ctx) -> dict[str, str] | None:
    """Typed words as values of the two inputs; None where there is no figure in them.

    Raises:
        Refusal: nearly a date or a time; `field` is its input.
    """
    if not any(char.isdigit() for char in text):
        return None
    today_on = ctx.now().astimezone(ZoneInfo(zone)).date()
    try:
        local = parse_date_time(text, today_on)
    except Refusal as refusal:
        if refusal.code == "time_missing":
            return {"date": parse_date(text, today_on).isoformat(), "time": ""}
        try:
            return {"time": f"{parse_time(text):%H:%M}"}
        except Refusal:
            refusal.field = "time" if refusal.code.startswith("time") else "date"
            raise refusal from None
    return {"date": local.date().isoformat(), "time": f"{local:%H:%M}"}


def read_start(values: Values, zone: str, minutes: int, ctx: Ctx) -> datetime:
    """The instant that the two inputs mean.

    Raises:
        FormErrors: one is empty.
        Refusal: nobody can meet then; `field` is the input to change.
    """
    missing = [key for key in ("date", "time") if not values[key]]
    if missing:
        raise FormErrors([Refusal("required", field=key) for key in missing])
    local = datetime.combine(
        datetime.fromisoformat(values["date"]), time.fromisoformat(values["time"])
    )
    return planned_start(local.replace(tzinfo=None), zone, minutes, ctx.now(), ctx.rules)


def _kept_start(wished_at: datetime, answers: Answers, ctx: Ctx) -> datetime:
    """A wished date as it was checked once, if it can still be kept."""
    zone = answers["zone"]
    local = wished_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    try:
        return planned_start(local, zone, _minutes(answers), ctx.now(), ctx.rules)
    except Refusal as refusal:
        refusal.field = "which"
        raise


def _wished(answers: Answers) -> dict[str, datetime]:
    """The wished dates by their place: "1" to "3"."""
    kept = answers["preferred"]
    return {str(place): datetime.fromisoformat(at) for place, at in enumerate(kept, start=1)}


def _minutes(answers: Answers) -> int:
    return usual_minutes(answers["offering"])


def _span(starts_at: datetime, answers: Answers, ctx: Ctx) -> str:
    ends_at = starts_at + timedelta(minutes=_minutes(answers))
    return ctx.tr.when(starts_at, ends_at, answers["zone"])
