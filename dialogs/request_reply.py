"""Finding the request that somebody means, and answering with its card."""

from __future__ import annotations

from bot.services.desk import request_subject
from bot.services.views import RequestView
from cards import kit
from cards.actions import Action
from cards.request import build_request
from dialogs.context import Ctx, Reply, show


async def the_request(ctx: Ctx, action: Action) -> RequestView:
    """The request that a button or typed words name. Raises `NotFound`."""
    if action.id is not None:
        return await ctx.services.requests.view(ctx.me, action.id)
    return await ctx.services.requests.find(ctx.me, action.subject)


def stands(
    view: RequestView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.INFO
) -> Reply:
    """The card of how it stands, kept true from now on."""
    card = build_request(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=request_subject(view.request.request_id))


def done(view: RequestView, ctx: Ctx, said: str) -> Reply:
    """The same, saying what was just done."""
    return stands(view, ctx, said, kit.Tone.GOOD)
