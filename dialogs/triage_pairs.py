"""Choosing two at once: the best pairs with their reasons, or anybody else who qualifies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.people import Side
from bot.services.pairing_views import Pairs
from cards import kit
from cards.pairs import ORDER, OTHERS, half_entry, pair_entry, pair_inputs, pair_title
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Step, Values
from dialogs.triage_people import found_people


async def found_pairs(request_id: str, starts_at: datetime, ctx: Ctx) -> Answers:
    """The best pairs then, as plain answers; where there is none, whoever qualifies at all."""
    found = await ctx.services.pairing.best(ctx.me, request_id, starts_at)
    answers: Answers = {"pairs": [pair_entry(pair) for pair in found.pairs], "pair": None}
    if not found.pairs:
        return {**answers, **await found_people(request_id, starts_at, ctx)}
    return {**answers, "people": _people(found), "calendars": found.calendars_answered}


class ChosenPair(Step):
    """One of the best pairs, or others; and whether the bot may ask in order."""

    key = "pair"
    needs = ("pair",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The best is filled in, with why; the coordinator decides."""
        tr = ctx.tr
        away = [] if answers["calendars"] else [kit.notice(tr.t("triage.away"), kit.Tone.WARNING)]
        pairs = answers["pairs"]
        return [*away, *pair_inputs(pairs, answers.get("pair"), answers.get("order"), tr)]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Both at once; whoever wants others sees everybody who qualifies."""
        picked = values["pair"]
        new: Answers = {"pair": picked, "order": values["order"]}
        if picked != OTHERS:
            pair = answers["pairs"][int(picked) - 1]
            people = [each[side.value] for each in answers["pairs"] for side in Side]
            return {
                **new,
                **{side.value: pair[side.value]["id"] for side in Side},
                "people": people,
            }
        if answers.get("pair") == OTHERS:
            return new
        starts_at = datetime.fromisoformat(answers["starts_at"])
        found = await found_people(answers["request_id"], starts_at, ctx)
        return {**new, "union": None, "employer": None, **found}

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The two names; others say who they are themselves."""
        if answers["pair"] == OTHERS:
            return ctx.tr.t("pairing.others")
        return pair_title(answers["pairs"][int(answers["pair"]) - 1], ctx.tr)

    def skip(self, answers: Answers) -> bool:
        """Without any pair there are only people to choose."""
        return "pairs" in answers and not answers["pairs"]


def one_by_one(answers: Answers) -> bool:
    """Whether each side is chosen by itself: none of the best pairs will do, or there is none."""
    return answers.get("pair") == OTHERS or answers.get("pairs") == []


def in_order(answers: Answers) -> bool:
    """Whether the coordinator agreed to the bot's asking in order."""
    return answers.get("order") == ORDER


def _people(found: Pairs) -> list[Element]:
    return [half_entry(pair.of(side)) for pair in found.pairs for side in Side]
