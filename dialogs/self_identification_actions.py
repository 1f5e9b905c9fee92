"""What is clicked and typed about self-identification.

Whoever selects opens it by a click on the card that says what opening means: what was said is in
the answer to that click alone, which nothing keeps.
"""

from __future__ import annotations

from bot.domain.errors import NotFound, Refusal
from bot.services.desk import application_subject
from bot.services.self_identification import Sealed
from cards import actions
from cards.actions import Action
from cards.self_identification import build_opened, build_sealed
from dialogs.application_reply import the_application
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes
from dialogs.self_identification import GiveSelfIdentification, WithdrawSelfIdentification, erase

routes = Routes(GiveSelfIdentification(), WithdrawSelfIdentification())


@routes.on(actions.SELF_IDENTIFICATION_SHOW, otherwise=actions.APPLICATION_SHOW)
async def shown(ctx: Ctx, action: Action) -> Reply:
    """One's own: the step that says it, or says it anew. A candidate's: the card to open it."""
    found = await _look(ctx, action)
    if found.mine:
        return begin("self_identification", application_id=found.application_id)
    if not found.given:
        raise Refusal("self_identification_none")
    card = build_sealed(found.application_id, found.reference, ctx.tr)
    return show(card, subject=application_subject(found.application_id))


@routes.on(actions.SELF_IDENTIFICATION_OPEN, otherwise=actions.APPLICATION_SHOW)
async def opened(ctx: Ctx, action: Action) -> Reply:
    """Open it, in the answer to this click alone; the reading is kept before."""
    found = await ctx.services.self_identification.open(ctx.me, action.subject)
    return Reply(
        card=build_opened(found, ctx.tr),
        kept=build_sealed(found.application_id, found.reference, ctx.tr),
        subject=application_subject(found.application_id),
    )


@routes.on(actions.SELF_IDENTIFICATION_GIVE, otherwise=actions.APPLICATION_SHOW)
async def giving(ctx: Ctx, action: Action) -> Reply:
    """Say it later, or say it anew."""
    return begin("self_identification", application_id=(await _mine(ctx, action)).application_id)


@routes.on(actions.SELF_IDENTIFICATION_WITHDRAW, otherwise=actions.APPLICATION_SHOW)
async def withdrawn(ctx: Ctx, action: Action) -> Reply:
    """Erase it alone; typed words are asked about once more. A second click says the same."""
    found = await _mine(ctx, action)
    if action.data.get("sure") is not True:
        if not found.given:
            raise Refusal("self_identification_none")
        about = {"application_id": found.application_id, "reference": found.reference}
        return begin("self_identification_withdraw", **about)
    return await erase(found.application_id, ctx)


async def _look(ctx: Ctx, action: Action) -> Sealed:
    """Of the application that a button or words name; of one's own where they name none."""
    named = action.id or action.ref
    if named is None:
        named = (await the_application(ctx, action)).application.application_id
    return await ctx.services.self_identification.look(ctx.me, named)


async def _mine(ctx: Ctx, action: Action) -> Sealed:
    """The same, one's own only. Raises `NotFound`."""
    found = await _look(ctx, action)
    if not found.mine:
        raise NotFound("application_unknown")
    return found
