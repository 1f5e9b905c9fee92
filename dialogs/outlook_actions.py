"""Answering what is asked about a meeting that somebody changed in Outlook by hand."""

from __future__ import annotations

from bot.services.desk import outlook_subject
from bot.services.outlook_views import OutlookView
from cards import actions
from cards.actions import Action
from cards.outlook import REASON, build_outlook
from dialogs.context import Ctx, Reply, show
from dialogs.routes import Routes

routes = Routes()


@routes.on(actions.OUTLOOK_SHOW)
async def opened(ctx: Ctx, action: Action) -> Reply:
    """How it stands now."""
    return _shown(await ctx.services.outlook.view(ctx.me, action.subject), ctx)


@routes.on(actions.OUTLOOK_ANSWER, otherwise=actions.OUTLOOK_SHOW)
async def answered(ctx: Ctx, action: Action) -> Reply:
    """Do what is wanted; the card then says what was done."""
    reason, answer = action.text("reason", limit=REASON), action.text("answer", limit=20)
    return _shown(await ctx.services.outlook.answer(ctx.me, action.subject, answer, reason), ctx)


def _shown(view: OutlookView, ctx: Ctx) -> Reply:
    return show(build_outlook(view, ctx.tr), subject=outlook_subject(view.question.question_id))
