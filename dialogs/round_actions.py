"""What coordinators click and type about the asking in order."""

from __future__ import annotations

from bot.domain.rounds import RoundStatus
from cards import actions, kit
from cards.actions import Action
from dialogs.context import Ctx, Reply
from dialogs.routes import Routes
from dialogs.triage_parts import shown

routes = Routes()


@routes.on(actions.ROUND_START, otherwise=actions.TRIAGE_SHOW)
async def started(ctx: Ctx, action: Action) -> Reply:
    """The bot asks in order from now on; the card said first what that means."""
    request_id = await _request_id(ctx, action)
    view = await ctx.services.rounds.start(ctx.me, request_id)
    if view.asking and view.asking.status is RoundStatus.EXHAUSTED:
        return shown(view, ctx, ctx.tr.t("triage.said.exhausted"), kit.Tone.WARNING)
    view = await ctx.services.rounds.with_next(view)
    return shown(view, ctx, ctx.tr.t("triage.said.ordered"))


@routes.on(actions.ROUND_STOP, otherwise=actions.TRIAGE_SHOW)
async def stopped(ctx: Ctx, action: Action) -> Reply:
    """Nobody else is asked."""
    view = await ctx.services.rounds.stop(ctx.me, await _request_id(ctx, action))
    return shown(view, ctx, ctx.tr.t("triage.said.stopped"), kit.Tone.INFO)


async def _request_id(ctx: Ctx, action: Action) -> str:
    """The id of the request that a button or typed words name. Raises `NotFound`."""
    view = await ctx.services.triage.view(ctx.me, action.subject)
    return view.request.request_id
