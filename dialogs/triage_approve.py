"""Approving a request.

date ──▶ pair ──▶ review ──▶ both get their offer
          │
          └─ others ──▶ union ──▶ employer ──▶ review
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.errors import MovedOn, Refusal
from bot.domain.people import Side
from cards import kit
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Step
from dialogs.triage_pairs import ChosenPair, found_pairs, in_order, one_by_one
from dialogs.triage_parts import TriageFlow, shown, until
from dialogs.triage_people import ChosenLead, found_people, warning
from dialogs.triage_times import ChosenDate


class OneOfOthers(ChosenLead):
    """The co-facilitator of one side, where none of the best pairs was chosen."""

    def skip(self, answers: Answers) -> bool:
        """A pair is both at once, and a pair it usually is."""
        return not one_by_one(answers)


class Review(Step):
    """Everything once more, and what speaks against it."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Until when both can answer."""
        tr = ctx.tr
        against = [warning(answers[side.value], answers, ctx) for side in Side]
        starts_at = datetime.fromisoformat(answers["starts_at"])
        two = [answers[side.value] for side in Side]
        last_at = await ctx.services.staffing.answer_by(two, starts_at)
        words = tr.t("triage.approve.what_next", until=tr.weekday_date_time(last_at))
        order = kit.text(tr.t("triage.approve.in_order")) if in_order(answers) else None
        return [*filter(None, [*against, kit.text(words), order])]


class Approve(TriageFlow):
    """A date and two co-facilitators."""

    name = "triage_approve"
    version = 2
    texts = "triage.approve"
    move = "approve"
    steps = (
        ChosenDate(),
        ChosenPair(),
        OneOfOthers(Side.UNION),
        OneOfOthers(Side.EMPLOYER),
        Review(),
    )

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The wished dates too."""
        answers = await super().begin(options, ctx)
        view = await ctx.services.triage.view(ctx.me, options["request_id"])
        return {**answers, "preferred": [at.isoformat() for at in view.request.preferred_at]}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Both get their offer; a coordinator who comes second sees what the first did."""
        starts_at = datetime.fromisoformat(answers["starts_at"])
        pair = {side: answers[side.value] for side in Side}
        request_id, order = answers["request_id"], in_order(answers)
        try:
            view = await ctx.services.staffing.approve(
                ctx.me, request_id, starts_at, pair, in_order=order
            )
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        except Refusal as refusal:
            if refusal.code.startswith("facilitator_"):
                await self._look_again(answers, refusal, starts_at, ctx)
            raise
        words = f"triage.said.approved{'.ordered' if order else ''}"
        said = ctx.tr.t(words, until=until(view, ctx))
        return shown(await ctx.services.rounds.with_next(view), ctx, said)

    async def _look_again(
        self, answers: Answers, refusal: Refusal, starts_at: datetime, ctx: Ctx
    ) -> None:
        """Back to where the person was chosen, with those who are left."""
        if one_by_one(answers):
            answers.update(await found_people(answers["request_id"], starts_at, ctx))
            return
        answers.update(await found_pairs(answers["request_id"], starts_at, ctx))
        if answers["pairs"]:
            refusal.field = "pair"
