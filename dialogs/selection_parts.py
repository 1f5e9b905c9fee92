"""What the forms and buttons of those who select share."""

from __future__ import annotations

from bot.domain.errors import MovedOn, Refusal
from bot.services.desk import application_subject
from bot.services.selection_views import SelectionView
from cards import kit
from cards.actions import Action
from cards.selection import build_selection
from dialogs.context import Ctx, Reply, show


def shown(
    view: SelectionView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.GOOD
) -> Reply:
    """The application's card, kept true from now on."""
    theirs = ctx.catalogues.translator(view.language, ctx.tr.zone)
    card = build_selection(view, ctx.tr, theirs, said=said, tone=tone)
    return show(card, subject=application_subject(view.application.application_id))


def must(view: SelectionView, move: str) -> None:
    """Refuse what cannot be done with it any more, or by this reader.

    Raises:
        MovedOn: `application_moved_on`.
    """
    if move not in view.may:
        raise MovedOn("application_moved_on", status=view.application.status.value, wanted=move)


async def the_selection(ctx: Ctx, action: Action) -> SelectionView:
    """The application that a button or typed words name. Raises `NotFound`."""
    if action.id is not None:
        return await ctx.services.selection.view(ctx.me, action.id)
    return await ctx.services.selection.find(ctx.me, action.subject)


async def stands(ctx: Ctx, application_id: str, refusal: Refusal | None = None) -> Reply:
    """How it stands, and that nothing was done."""
    view = await ctx.services.selection.view(ctx.me, application_id)
    if refusal is None:
        return shown(view, ctx, ctx.tr.t("selection.said.nothing"), kit.Tone.INFO)
    return shown(view, ctx, ctx.tr.refusal(refusal), kit.Tone.WARNING)
