"""Help, and the language that everything is said in."""

from __future__ import annotations

from bot.domain.errors import Refusal
from cards import actions
from cards.actions import Action
from cards.help import build_help, build_language
from dialogs.context import Ctx, Reply, show
from dialogs.routes import Routes

routes = Routes()


@routes.on(actions.HELP)
async def help_shown(ctx: Ctx, action: Action) -> Reply:
    """What this person can do now."""
    return show(build_help(ctx.reader, ctx.tr))


@routes.on(actions.LANGUAGE)
async def language_chosen(ctx: Ctx, action: Action) -> Reply:
    """Switch at once: help in the other language in place, or a short word where it was typed."""
    language = action.text("language")
    if language not in ("en", "fr"):
        raise Refusal("card_bad")
    reader = await ctx.services.people.choose_language(ctx.me, language)
    tr = ctx.seen_by(reader).tr
    if action.typed:
        return Reply(card=build_language(tr), reader=reader)
    return Reply(
        card=build_help(reader, tr, said=tr.t("help.language.text")),
        reader=reader,
    )
