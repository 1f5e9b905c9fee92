"""Declining a candidate, where it was typed: the kind words once more before they are sent.

decline AP-2027-0001 ──▶ words ──▶ the candidate is told, or it is proposed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.errors import MovedOn
from bot.services.selecting import Stance
from bot.services.selection_views import SelectionView
from cards import kit
from cards.notices import person_name
from cards.selection import kind_words, write_input
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step
from dialogs.selection_parts import must, shown, stands


class Words(Step):
    """What the candidate reads, begun in their own language."""

    key = "words"
    needs = ("text",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What happens with it is said first."""
        view = await ctx.services.selection.view(ctx.me, answers["application_id"])
        theirs = ctx.catalogues.translator(view.language, ctx.tr.zone)
        key = ".propose" if view.stance is Stance.OTHER else ""
        return [
            kit.text(person_name(view.applicant, ctx.tr), bold=True),
            kit.text(ctx.tr.t(f"selection.decline.prompt{key}")),
            write_input(ctx.tr, answers.get("text") or kind_words(view, theirs)),
        ]


class DeclineCandidate(Flow):
    """One thing to write."""

    name = "selection_decline"
    texts = "selection.decline"
    drafted = False
    steps: ClassVar[Sequence[Step]] = (Words(),)

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Whose application it is."""
        view = await ctx.services.selection.view(ctx.me, options["application_id"])
        must(view, "decline")
        return {**options, "reference": view.application.reference}

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """With the reference, while there is one."""
        return ctx.tr.t(self.text_key("title"), reference=answers.get("reference", "")).strip()

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's card comes back."""
        return await stands(ctx, answers["application_id"])

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Told, or proposed."""
        try:
            return await declined(answers["application_id"], answers["text"], ctx)
        except MovedOn as refusal:
            return await stands(ctx, answers["application_id"], refusal)


async def declined(application_id: str, text: str, ctx: Ctx) -> Reply:
    """Decline or propose to, and say so. Raises as `SelectionService.decline`."""
    view = await ctx.services.selection.decline(ctx.me, application_id, text)
    return decided(view, ctx, "declined")


def decided(view: SelectionView, ctx: Ctx, how: str) -> Reply:
    """The card, with what was just done: decided, or proposed."""
    if view.stance is not Stance.OTHER:
        return shown(view, ctx, ctx.tr.t(f"selection.said.{how}"))
    side = ctx.tr.t(f"common.of_side.{view.application.side.value}")
    return shown(view, ctx, ctx.tr.t("selection.said.proposed", side=side))
