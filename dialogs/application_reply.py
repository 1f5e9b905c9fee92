"""Finding the application that somebody means, and answering with its card."""

from __future__ import annotations

from bot.domain.errors import NotFound
from bot.services.application_views import ApplicationView
from bot.services.desk import application_subject
from cards import kit
from cards.actions import Action
from cards.application import build_application
from dialogs.context import Ctx, Reply, show


async def the_application(ctx: Ctx, action: Action) -> ApplicationView:
    """The application that a button or typed words name; one's own where they name none.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    if action.id is not None:
        return await ctx.services.applications.view(ctx.me, action.id)
    if action.ref is not None:
        return await ctx.services.applications.find(ctx.me, action.ref)
    mine = await ctx.services.applications.mine(ctx.me)
    if mine is None:
        raise NotFound("application_none")
    return mine


def stands(
    view: ApplicationView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.INFO
) -> Reply:
    """The card of how it stands, kept true from now on."""
    card = build_application(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=application_subject(view.application.application_id))


def done(view: ApplicationView, ctx: Ctx, said: str) -> Reply:
    """The same, saying what was just done."""
    return stands(view, ctx, said, kit.Tone.GOOD)
