"""Choosing a person of the other party: with Teams' people picker, or by a typed name or e-mail."""

from __future__ import annotations

from bot.domain.people import Side
from dialogs.context import Ctx
from dialogs.flow import Answers, Element, Values
from dialogs.one_person import Picker

_PICKER = Picker("counterpart", "request.counterpart", found="found_people", names="names")


def build_inputs(answers: Answers, ctx: Ctx) -> list[Element]:
    """The picker; above it, the people that a typed name may mean."""
    return _PICKER.build(answers, ctx)


async def hear(text: str, answers: Answers, ctx: Ctx) -> Values | None:
    """Look a typed name or e-mail up in the directory."""
    return await _PICKER.hear(text, answers, ctx)


async def parse(values: Values, answers: Answers, ctx: Ctx, joint_side: Side) -> Answers:
    """Who was chosen, known by name from now on, and not of one's own party.

    Raises:
        Refusal: `person_unknown`, `counterpart_is_self`, `counterpart_same_side`.
    """

    async def check(chosen: str) -> None:
        await ctx.services.requests.check_counterpart(ctx.me, chosen, joint_side)

    return await _PICKER.parse(values, answers, ctx, check)


def name_of(answers: Answers, ctx: Ctx) -> str:
    """The chosen person's name, once it is known."""
    return _PICKER.name(answers, ctx)


def prefilled(person_id: str, name: str | None) -> Answers:
    """The answers with somebody chosen already."""
    return _PICKER.filled(person_id, name)
