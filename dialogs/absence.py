"""A facilitator's absences: the list, the form, and days typed at once.

absences ──▶ from, to, why (for oneself) ──▶ saved, with the sessions on those days
absent from March 1 to March 5 ──▶ the same          remove absence March 1 ──▶ removed
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot.domain.errors import NotFound, Refusal
from bot.i18n.parse import parse_date
from bot.services.roster_views import AbsenceView, local_day
from cards import actions, kit
from cards.absence import REASON, build_absences
from cards.actions import Action
from cards.roster import days_within
from dialogs.context import Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.routes import Routes

_BETWEEN: Final = re.compile(
    r"\s+(?:to|until|till|through|jusqu['’]au|jusqu['’]à|au|à|a|-|–|—)\s+", re.IGNORECASE
)
_FROM: Final = re.compile(r"^(?:from|du|de|dès|le|on|the)\s+", re.IGNORECASE)
_OVER_A_NEW_YEAR: Final = timedelta(days=183)  # the longest whose last day may lack its year
_YEAR: Final = re.compile(r"\b\d{4}\b")
_DAY: Final = re.compile(r"\b\d{1,2}(?:er|st|nd|rd|th|e)?\b", re.IGNORECASE)


class Days(Step):
    """From when, until when, and why, for oneself."""

    key = "days"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Two days; the reason may stay empty."""
        tr, today = ctx.tr, local_day(ctx.now(), ctx.reader.zone)
        last = today + timedelta(days=2 * ctx.rules.furthest_days)
        return [
            kit.date_input(
                "from", tr.t("absence.from.label"), tr.t("absence.from.wrong"), first=today,
                last=last,
            ),
            kit.date_input(
                "to", tr.t("absence.to.label"), tr.t("absence.to.wrong"), first=today, last=last
            ),
            kit.text_input(
                "reason",
                tr.t("absence.reason.label"),
                tr.t("error.too_long", limit=REASON),
                required=False,
                multiline=True,
                limit=REASON,
            ),
        ]  # fmt: skip

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Both days at once, where they can be read; else the form reads one by itself."""
        if not _BETWEEN.search(text):
            return None
        try:
            first, last = read_days(text, local_day(ctx.now(), ctx.reader.zone))
        except Refusal:
            return None
        return {"from": first.isoformat(), "to": last.isoformat()}

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The order of the days is the use case's to judge."""
        return dict(values)


class AddAbsence(Flow):
    """Say when one is away."""

    name = "absence"
    steps = (Days(),)
    drafted = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Nothing is filled in."""
        await ctx.services.absences.mine(ctx.me)
        return {}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Keep it; say what falls on those days."""
        first, last = (date.fromisoformat(answers[key]) for key in ("from", "to"))
        return await _added(ctx, first, last, answers["reason"])

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply | None:
        """The list."""
        return show(build_absences(await ctx.services.absences.mine(ctx.me), ctx.tr))


routes = Routes(AddAbsence())


@routes.on(actions.ABSENCE_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """My absences."""
    return show(build_absences(await ctx.services.absences.mine(ctx.me), ctx.tr))


@routes.on(actions.ABSENCE_ADD, otherwise=actions.ABSENCE_LIST)
async def adding_begun(ctx: Ctx, action: Action) -> Reply:
    """With the days that were typed; else they are asked for."""
    await ctx.services.absences.mine(ctx.me)
    typed = action.text("text")
    if not typed:
        return begin("absence")
    first, last = read_days(typed, local_day(ctx.now(), ctx.reader.zone))
    return await _added(ctx, first, last)


@routes.on(actions.ABSENCE_REMOVE, otherwise=actions.ABSENCE_LIST)
async def removed(ctx: Ctx, action: Action) -> Reply:
    """There after all; a second time says so."""
    typed = action.text("text")
    absence_id = await _of_days(ctx, typed) if typed else action.subject
    gone = await ctx.services.absences.remove(ctx.me, absence_id)
    said = ctx.tr.t("absence.said.removed" if gone else "absence.said.removed_before")
    views = await ctx.services.absences.mine(ctx.me)
    return show(build_absences(views, ctx.tr, said=said))


def read_days(text: str, today: date) -> tuple[date, date]:
    """The first and the last day of a typed stretch: "March 1 to 5", « du 1er au 5 mars ».

    Raises:
        Refusal: as `parse_date`.
    """
    parts = [_FROM.sub("", part.strip()) for part in _BETWEEN.split(f" {text.strip()} ")]
    if len(parts) != 2:  # noqa: PLR2004
        day = parse_date(_FROM.sub("", text.strip()), today)
        return day, day
    first, last = parts
    if _DAY.fullmatch(first):
        first = _DAY.sub(first, last, count=1)
    elif _DAY.fullmatch(last):
        last = _DAY.sub(last, first, count=1)
    begins = parse_date(first, today)
    ends = parse_date(last, max(begins, today))
    if ends - begins > _OVER_A_NEW_YEAR and not _YEAR.search(last):
        raise Refusal("absence_backwards")  # March 5 to 1: no year was meant
    return begins, ends


async def _of_days(ctx: Ctx, typed: str) -> str:
    """The id of the absence that those days are in. Raises `NotFound`."""
    first, last = read_days(typed, local_day(ctx.now(), ctx.reader.zone))
    for view in await ctx.services.absences.mine(ctx.me):
        if view.absence.from_on <= first and last <= view.absence.to_on:
            return view.absence.absence_id
    raise NotFound("absence_unknown")


async def _added(ctx: Ctx, first: date, last: date, reason: str = "") -> Reply:
    added: AbsenceView = await ctx.services.absences.add(ctx.me, first, last, reason)
    said = ctx.tr.t("absence.said.added", days=days_within(added.absence, ctx.tr))
    views = await ctx.services.absences.mine(ctx.me)
    return show(build_absences(views, ctx.tr, said=said))
