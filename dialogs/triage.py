"""The coordinators' forms with one thing to write: a question, or why a request is declined."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import MovedOn
from cards import kit
from cards.triage import write_input
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Step
from dialogs.triage_parts import TriageFlow, about, shown


class Written(Step):
    """One thing to write: a question, or a reason."""

    def __init__(self, key: str, move: str) -> None:
        self.key = key
        self.move = move
        self.needs = (key,)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What happens with it is said first."""
        return [
            about(answers, ctx),
            kit.text(ctx.tr.t(f"triage.{self.move}.prompt")),
            write_input(self.move, self.key, ctx.tr),
        ]


class Ask(TriageFlow):
    """A question to the requester."""

    name = "triage_ask"
    texts = "triage.ask"
    move = "ask"
    steps = (Written("question", "ask"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request waits for the answer."""
        try:
            return await asked(answers["request_id"], answers["question"], ctx)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)


class Refuse(TriageFlow):
    """Decline the request, with a reason."""

    name = "triage_refuse"
    texts = "triage.refuse"
    move = "refuse"
    steps = (Written("reason", "refuse"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Both parties are told."""
        try:
            return await refused(answers["request_id"], answers["reason"], ctx)
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)


async def asked(request_id: str, question: str, ctx: Ctx) -> Reply:
    """Ask, and say that it is asked. Raises as `TriageService.ask`."""
    view = await ctx.services.triage.ask(ctx.me, request_id, question)
    requester = view.requester.name or ctx.tr.t("common.somebody")
    return shown(view, ctx, ctx.tr.t("triage.said.asked", requester=requester))


async def refused(request_id: str, reason: str, ctx: Ctx) -> Reply:
    """Decline, and say that it is declined. Raises as `TriageService.decline`."""
    view = await ctx.services.triage.decline(ctx.me, request_id, reason)
    return shown(view, ctx, ctx.tr.t("triage.said.declined"))
