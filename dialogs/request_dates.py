"""The steps of a request about dates: the one wished for, then up to two others that suit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar, catalogue
from bot.domain.errors import Refusal
from bot.domain.text import fold
from bot.i18n import CANADIAN_ZONES, iana_zone
from bot.i18n.parse import parse_date, parse_date_time
from bot.i18n.parse_time import find_time, parse_time
from bot.services.request_form import check_date, usual_minutes
from cards import kit
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, FormErrors, Step, Values
from dialogs.words import variants

_USUAL_START = "09:00"
_SEVERAL = re.compile(r"\s*(?:;|\n|\bor\b|\bou\b|\band then\b|\bet aussi\b)\s*", re.IGNORECASE)
_MOST = 3
_REFUSED = "refused_date"  # among the answers: which of the other dates was refused


class FirstDate(Step):
    """The date wished for, on the team's clock."""

    key = "first_date"
    needs = ("date1", "time1", "zone")

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The zone is Teams' until another is chosen."""
        tr = ctx.tr
        zone = answers.get("zone", ctx.reader.zone)
        zones = [kit.choice(tr.sentence(tr.zone_name(z)), z) for z in _zones(answers, ctx)]
        return [
            _guide(answers, ctx, zone),
            *_date_and_time(1, answers, ctx, required=True),
            kit.choice_input(
                "zone",
                tr.t("request.zone.label"),
                tr.t("request.zone.wrong"),
                zones,
                value=zone,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """March 4 at 1 pm; a date alone; a time alone; several dates, the first being this one."""
        first, *others = [part for part in _SEVERAL.split(text) if part][:_MOST] or [text]
        heard = _heard(1, first, answers, ctx)
        if heard:
            for number, other in enumerate(others, start=2):
                answers |= _heard(number, other, answers, ctx) or {}
        return heard

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """It must be possible, on the team's own clock."""
        zone = iana_zone(values["zone"])
        if zone is None:
            raise Refusal("card_bad", field="zone")
        _check(1, values, zone, answers, ctx)
        return {"date1": values["date1"], "time1": values["time1"], "zone": zone}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """Thursday, March 4, 2027, 1 pm to 4:30 pm."""
        return ctx.tr.sentence(_worded(1, answers, ctx))


class OtherDates(Step):
    """One or two others, if any suit."""

    key = "other_dates"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """None of it is required."""
        return [
            element
            for number in (2, 3)
            for element in _date_and_time(number, answers, ctx, required=False)
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """One date or two; or none. One alone takes the place of the one that was refused."""
        if _is_none(text, ctx):
            return {"date2": "", "time2": "", "date3": "", "time3": ""}
        parts = [part for part in _SEVERAL.split(text) if part][: _MOST - 1] or [text]
        heard: dict[str, str] = {}
        first = answers.get(_REFUSED, 2) if len(parts) == 1 else 2
        for number, part in enumerate(parts, start=first):
            found = _heard(number, part, answers, ctx)
            if found is None:
                return None
            heard |= found
        return heard

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Each with its time, each possible, none twice."""
        refusals: list[Refusal] = []
        taken = {(answers["date1"], answers["time1"])}
        for number in (2, 3):
            on, at = values[f"date{number}"], values[f"time{number}"]
            try:
                if on and at and (on, at) in taken:
                    raise Refusal("date_twice", field=f"date{number}")
                if on or at:
                    _check(number, values, answers["zone"], answers, ctx)
                taken.add((on, at))
            except Refusal as refusal:
                refusals.append(refusal)
        if refusals:
            answers[_REFUSED] = int((refusals[0].field or "2")[-1])
            raise FormErrors(refusals)
        kept = {key: values[key] or None for key in ("date2", "time2", "date3", "time3")}
        return {**kept, _REFUSED: None}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The other dates, or that there are none."""
        others = [_worded(n, answers, ctx) for n in (2, 3) if f"date{n}" in answers]
        return ctx.tr.sentence("; ".join(others)) if others else ctx.tr.t("request.dates.none")


def preferred(answers: Answers) -> tuple[datetime, ...]:
    """The wished dates, naive, on the team's clock."""
    return tuple(_local(n, answers) for n in (1, 2, 3) if f"date{n}" in answers)


def fields(instants: Iterable[datetime], zone: str) -> Answers:
    """The answers that give these instants."""
    locals_ = [at.astimezone(ZoneInfo(zone)) for at in instants]
    dates = {f"date{n}": f"{at:%Y-%m-%d}" for n, at in enumerate(locals_, start=1)}
    times = {f"time{n}": f"{at:%H:%M}" for n, at in enumerate(locals_, start=1)}
    return {"zone": zone, **dates, **times}


def _date_and_time(
    number: int, answers: Answers, ctx: Ctx, *, required: bool
) -> tuple[Element, Element]:
    tr = ctx.tr
    usual = _USUAL_START if required else None
    return (
        kit.date_input(
            f"date{number}",
            tr.t(f"request.date{number}.label"),
            tr.t("request.date.wrong"),
            value=answers.get(f"date{number}"),
            required=required,
        ),
        kit.time_input(
            f"time{number}",
            tr.t(f"request.time{number}.label"),
            tr.t("request.time.wrong"),
            value=answers.get(f"time{number}", usual),
            required=required,
        ),
    )


def _guide(answers: Answers, ctx: Ctx, zone: str) -> Element:
    """What a date must be, said before it is chosen."""
    tr, rules = ctx.tr, ctx.rules
    today_on = ctx.now().astimezone(ZoneInfo(zone)).date()
    earliest = calendar.add_working_days(today_on, rules.lead_working_days)
    return kit.text(
        tr.t(
            "request.dates.guide",
            length=tr.duration(usual_minutes(answers["offering"])),
            start=tr.time(rules.day_starts),
            end=tr.time(rules.day_ends),
            earliest=tr.weekday_date(earliest),
        )
    )


def _zones(answers: Answers, ctx: Ctx) -> list[str]:
    """The person's own and the region's first, then all of Canada's."""
    usual = catalogue.region(answers["region"]).usual_zones
    chosen = answers.get("zone", ctx.reader.zone)
    return list(dict.fromkeys([chosen, ctx.reader.zone, *usual, *CANADIAN_ZONES]))


def _heard(number: int, text: str, answers: Answers, ctx: Ctx) -> dict[str, str] | None:
    """A typed date with its time, or one of the two, as the values of the inputs.

    A time that was read is kept while its date is asked again.

    Raises:
        Refusal: nearly a date or a time; `field` names its input.
    """
    date_key, time_key = f"date{number}", f"time{number}"
    zone = answers.get("zone", ctx.reader.zone)
    today = ctx.now().astimezone(ZoneInfo(zone)).date()
    try:
        local = parse_date_time(text, today)
    except Refusal as refusal:
        if refusal.code == "time_missing":
            return {date_key: f"{parse_date(text, today)}", time_key: answers.get(time_key, "")}
        alone = _time_alone(text)
        if alone:
            answers[time_key] = alone
            return {time_key: alone}
        if refusal.code == "date_not_understood" and not _has_figures(text):
            return None
        _keep_time(time_key, text, answers)
        refusal.field = time_key if refusal.code.startswith("time") else date_key
        raise
    return {date_key: f"{local:%Y-%m-%d}", time_key: f"{local:%H:%M}"}


def _time_alone(text: str) -> str | None:
    try:
        return f"{parse_time(text):%H:%M}"
    except Refusal as refusal:
        if refusal.code == "time_ambiguous":
            raise
        return None


def _keep_time(key: str, text: str, answers: Answers) -> None:
    try:
        found, _ = find_time(text)
    except Refusal:
        return
    if found:
        answers[key] = f"{found:%H:%M}"


def _has_figures(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _is_none(text: str, ctx: Ctx) -> bool:
    typed = fold(text[:60])
    both = (ctx.catalogues.texts(lang).singles["request.word.none"] for lang in ("en", "fr"))
    return any(typed == fold(word) for words in both for word in variants(words))


def _check(number: int, values: Values, zone: str, answers: Answers, ctx: Ctx) -> None:
    """Refuse a date that cannot be, at its input."""
    if not values[f"date{number}"]:
        raise Refusal("date_missing", field=f"date{number}")
    if not values[f"time{number}"]:
        raise Refusal("time_missing", field=f"time{number}")
    try:
        check_date(_local(number, values), zone, answers["offering"], ctx.now(), ctx.rules)
    except Refusal as refusal:
        refusal.field = f"date{number}"
        raise


def _local(number: int, values: Values | Answers) -> datetime:
    on = date.fromisoformat(values[f"date{number}"])
    return datetime.combine(on, time.fromisoformat(values[f"time{number}"]).replace(tzinfo=None))


def _worded(number: int, answers: Answers, ctx: Ctx) -> str:
    zone = answers["zone"]
    starts_at = calendar.earliest_instant(_local(number, answers), zone)
    length = timedelta(minutes=usual_minutes(answers["offering"]))
    return ctx.tr.when(starts_at, starts_at + length, zone)
