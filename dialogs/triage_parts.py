"""What the coordinators' forms and buttons share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import MovedOn, Refusal
from bot.services.desk import request_subject
from bot.services.views import RequestView
from cards import kit
from cards.notices import offering_title
from cards.triage import build_triage
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow


def shown(
    view: RequestView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.GOOD
) -> Reply:
    """The request's card, kept true from now on."""
    card = build_triage(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=request_subject(view.request.request_id))


def must(view: RequestView, move: str) -> None:
    """Refuse what cannot be done with the request any more.

    Raises:
        MovedOn: `request_moved_on`.
    """
    if move not in view.may:
        raise MovedOn("request_moved_on", status=view.request.status.value, wanted=move)


class TriageFlow(Flow):
    """A form about one request; begun with its `request_id`.

    Attributes:
        move: What the reader must be able to do with it, in the words of `RequestView.may`.
    """

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What the request is about."""
        view = await ctx.services.triage.view(ctx.me, options["request_id"])
        must(view, self.move)
        request = view.request
        return {
            **options,
            "reference": request.reference,
            "offering": request.offering,
            "team": request.team,
            "zone": request.zone,
        }

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """With the reference, while there is one."""
        return ctx.tr.t(self.text_key("title"), reference=answers.get("reference", "")).strip()

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request's card comes back."""
        view = await ctx.services.triage.view(ctx.me, answers["request_id"])
        return shown(view, ctx, ctx.tr.t("triage.said.kept"), kit.Tone.INFO)

    async def overtaken(self, answers: Answers, ctx: Ctx, refusal: Refusal) -> Reply:
        """Somebody else was quicker: how the request stands, and that nothing was done."""
        view = await ctx.services.triage.view(ctx.me, answers["request_id"])
        return shown(view, ctx, ctx.tr.refusal(refusal), kit.Tone.WARNING)


def until(view: RequestView, ctx: Ctx) -> str:
    """When the newest offers lapse."""
    return ctx.tr.weekday_date_time(max(lead.answer_by for lead in view.leads))


def about(answers: Answers, ctx: Ctx) -> Element:
    """Which conversation, for which team."""
    title = offering_title(answers["offering"], ctx.tr)
    return kit.text(", ".join(filter(None, [title, answers.get("team")])), bold=True)
