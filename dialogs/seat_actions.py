"""Seats: join, leave, take or leave what is offered. One click each; twice does no harm."""

from __future__ import annotations

from bot.domain.seats import SeatStatus
from bot.domain.sessions import SessionStatus
from bot.services.views import SessionView
from cards import actions, kit
from cards.actions import Action
from dialogs.context import Ctx, Reply
from dialogs.orientation_code import or_orientation
from dialogs.routes import Routes
from dialogs.session_actions import shown_session, the_session, which_session

routes = Routes()


@routes.on(actions.SESSION_JOIN, otherwise=actions.SESSION_SHOW)
async def joined(ctx: Ctx, action: Action) -> Reply:
    """Take a seat, or a place in the waitlist."""
    session_id, code = await which_session(ctx, action)
    view = await ctx.services.seats.join(ctx.me, session_id, code)
    return shown_session(view, ctx, code, _joined_words(view, ctx), tone=kit.Tone.GOOD)


@routes.on(actions.SESSION_LEAVE, otherwise=actions.SESSION_SHOW)
@or_orientation(actions.COHORT_LEAVE)
async def left(ctx: Ctx, action: Action) -> Reply:
    """Give it up."""
    found, code = await the_session(ctx, action)
    waited = found.seat is not None and found.seat.status is SeatStatus.WAITLISTED
    view = await ctx.services.seats.leave(ctx.me, found.session.session_id)
    said = ctx.tr.t("waitlist.left_said" if waited else "seat.left_said")
    return shown_session(view, ctx, code, said)


@routes.on(actions.SESSION_ACCEPT_SEAT, otherwise=actions.SESSION_SHOW)
@or_orientation(actions.COHORT_ACCEPT)
async def accepted(ctx: Ctx, action: Action) -> Reply:
    """Take the seat that was offered, in time."""
    session_id, code = await which_session(ctx, action)
    view = await ctx.services.seats.accept_offer(ctx.me, session_id)
    return shown_session(view, ctx, code, _joined_words(view, ctx), tone=kit.Tone.GOOD)


@routes.on(actions.SESSION_DECLINE_SEAT, otherwise=actions.SESSION_SHOW)
@or_orientation(actions.COHORT_LEAVE)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """Leave the seat to whoever is next."""
    session_id, code = await which_session(ctx, action)
    view = await ctx.services.seats.leave(ctx.me, session_id)
    return shown_session(view, ctx, code, ctx.tr.t("seat.declined_said"))


def _joined_words(view: SessionView, ctx: Ctx) -> str:
    """How one stands after joining."""
    if view.rank is not None:
        rank = ctx.tr.ordinal(view.rank)
        return ctx.tr.n("waitlist.joined", view.session.capacity, rank=rank)
    booked = view.session.status is SessionStatus.BOOKED
    return ctx.tr.t("seat.joined" if booked else "seat.joined_before_booking")
