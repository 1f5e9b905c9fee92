"""What the counterpart answers, by a click or in words."""

from __future__ import annotations

from bot.domain.requests import RequestStatus
from cards import actions
from cards.actions import Action
from cards.request_parts import ONE_TEXT
from dialogs.context import Ctx, Reply, begin
from dialogs.request_forms import DeclineAgreement
from dialogs.request_reply import done, stands, the_request
from dialogs.routes import Routes

routes = Routes(DeclineAgreement())


@routes.on(actions.REQUEST_AGREE, otherwise=actions.REQUEST_SHOW)
async def agreed(ctx: Ctx, action: Action) -> Reply:
    """Agree; a second time says the same, until the request has gone on."""
    found = await the_request(ctx, action)
    view = await ctx.services.agreements.agree(ctx.me, found.request.request_id)
    if view.request.status is not RequestStatus.AGREED:
        return stands(view, ctx)
    return done(view, ctx, ctx.tr.t("agreement.agreed"))


@routes.on(actions.REQUEST_DECLINE, otherwise=actions.REQUEST_SHOW)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """Decline, with the reason typed in the card or after the reference; else it is asked for."""
    found = await the_request(ctx, action)
    request_id = found.request.request_id
    reason = action.text("reason", limit=ONE_TEXT) or action.text("text", limit=ONE_TEXT)
    if not reason and "decline" in found.may:
        return begin("agreement_decline", request_id=request_id)
    view = await ctx.services.agreements.decline(ctx.me, request_id, reason)
    return stands(view, ctx, ctx.tr.t("agreement.declined"))


@routes.on(actions.REQUEST_LATER, otherwise=actions.REQUEST_SHOW)
async def postponed(ctx: Ctx, action: Action) -> Reply:
    """Not now: the card comes back the next working morning."""
    found = await the_request(ctx, action)
    view = await ctx.services.agreements.later(ctx.me, found.request.request_id)
    return stands(view, ctx, ctx.tr.t("agreement.postponed"))
