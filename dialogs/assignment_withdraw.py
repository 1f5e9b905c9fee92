"""Withdrawing from a session that one had accepted to lead.

why ──▶ the coordinators are told, the card shows how it stands
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.errors import MovedOn, Refusal
from bot.services.desk import assignment_subject
from bot.services.views import AssignmentView
from cards import kit
from cards.assignment import build_assignment, reason_input
from cards.notices import offering_title
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow, Step


class Why(Step):
    """One thing to write; what happens with it is said first."""

    key = "reason"
    needs = ("reason",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What was typed after the reference stands there already."""
        tr = ctx.tr
        view = await ctx.services.assignments.view(ctx.me, answers["assignment_id"])
        session = view.session.session
        when = tr.when(session.starts_at, session.ends_at, session.zone)
        asked = reason_input("withdraw", tr)
        typed = answers.get("typed")
        return [
            kit.text(offering_title(session.offering, tr), bold=True),
            kit.text(tr.sentence(when)),
            kit.text(tr.t("assignment.withdraw.prompt")),
            {**asked, "value": typed} if typed else asked,
        ]


class Withdraw(Flow):
    """Begun with the `assignment_id`, and with the `reason` where one was typed."""

    name = "assignment_withdraw"
    texts = "assignment.withdraw"
    drafted = False
    steps = (Why(),)

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What was typed waits in the input: nobody withdraws by a slip."""
        return {"assignment_id": options["assignment_id"], "typed": options.get("reason", "")}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The coordinators are told at once."""
        assignment_id = answers["assignment_id"]
        assignments = ctx.services.assignments
        try:
            view = await assignments.withdraw(ctx.me, assignment_id, answers["reason"])
        except MovedOn as refusal:
            return await self._overtaken(assignment_id, ctx, refusal)
        return shown_after(view, ctx, "withdrawn")

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The assignment's card comes back."""
        return shown_after(
            await ctx.services.assignments.view(ctx.me, answers["assignment_id"]), ctx
        )

    async def _overtaken(self, assignment_id: str, ctx: Ctx, refusal: Refusal) -> Reply:
        view = await ctx.services.assignments.view(ctx.me, assignment_id)
        card = build_assignment(view, ctx.tr, said=ctx.tr.refusal(refusal), tone=kit.Tone.WARNING)
        return show(card, subject=assignment_subject(assignment_id))


def shown_after(view: AssignmentView, ctx: Ctx, said: str | None = None) -> Reply:
    """The assignment's card, with what was just done."""
    words = ctx.tr.t(f"assignment.said.{said}") if said else None
    tone = kit.Tone.GOOD if said == "accepted" else kit.Tone.INFO
    card = build_assignment(view, ctx.tr, said=words, tone=tone)
    return show(card, subject=assignment_subject(view.assignment.assignment_id))
