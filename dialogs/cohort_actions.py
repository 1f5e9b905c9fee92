"""What candidates and those who steer click and type about orientations."""

from __future__ import annotations

from bot.domain.cohorts import TrainingStatus
from bot.domain.errors import Refusal
from bot.services.cohort_views import CohortView
from cards import actions, kit
from cards.actions import Action
from cards.cohort import build_no_cohort
from cards.cohort_steer import REASON, build_cohorts
from dialogs.cohort_move import Move
from dialogs.cohort_plan import Plan
from dialogs.cohort_steering import Attend, Cancel, Complete, called_off, must, shown
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes

routes = Routes(Plan(), Move(), Attend(), Complete(), Cancel())


@routes.on(actions.COHORT_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """Orientations ahead, for those who steer them; a candidate sees their own."""
    try:
        views = await ctx.services.cohorts.steered(ctx.me)
    except Refusal:
        return await mine(ctx, action)
    return show(build_cohorts(views, ctx.tr))


@routes.on(actions.COHORT_NEW)
async def planning(ctx: Ctx, action: Action) -> Reply:
    """Plan one."""
    await ctx.services.cohorts.regions_of(ctx.me)
    return begin("cohort_plan")


@routes.on(actions.COHORT_MINE)
async def mine(ctx: Ctx, action: Action) -> Reply:
    """The one that matters to a candidate now."""
    view = await ctx.services.cohorts.mine(ctx.me)
    if view is None:
        return show(build_no_cohort(ctx.tr))
    return shown(view, ctx)


@routes.on(actions.COHORT_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now."""
    return shown(await the_cohort(ctx, action), ctx)


@routes.on(actions.COHORT_ACCEPT, otherwise=actions.COHORT_SHOW)
async def accepted(ctx: Ctx, action: Action) -> Reply:
    """Take the seat that was offered, in time."""
    found = await the_cohort(ctx, action)
    view = await ctx.services.training.accept(ctx.me, found.cohort.cohort_id)
    return shown(view, ctx, ctx.tr.t("cohort.said.accepted"))


@routes.on(actions.COHORT_LEAVE, otherwise=actions.COHORT_SHOW)
async def left(ctx: Ctx, action: Action) -> Reply:
    """Decline it, or give it up."""
    found = await the_cohort(ctx, action)
    view = await ctx.services.training.leave(ctx.me, found.cohort.cohort_id)
    declined = view.seat is not None and view.seat.status is TrainingStatus.DECLINED
    said = ctx.tr.t("cohort.said.declined" if declined else "cohort.said.left")
    return shown(view, ctx, said, kit.Tone.INFO)


@routes.on(actions.COHORT_WAIT, otherwise=actions.COHORT_SHOW)
async def waiting(ctx: Ctx, action: Action) -> Reply:
    """Wait for a seat after all; one that is free is offered at once."""
    found = await the_cohort(ctx, action)
    view = await ctx.services.training.wait(ctx.me, found.cohort.cohort_id)
    offered = view.seat is not None and view.seat.status is TrainingStatus.OFFERED
    return shown(view, ctx, ctx.tr.t("cohort.said.offered" if offered else "cohort.said.waiting"))


@routes.on(actions.COHORT_OPEN, otherwise=actions.COHORT_SHOW)
async def opened(ctx: Ctx, action: Action) -> Reply:
    """Offer its seats."""
    found = await the_cohort(ctx, action)
    view = await ctx.services.cohorts.open(ctx.me, found.cohort.cohort_id)
    offered = view.confirmed + view.offered
    said = ctx.tr.n("cohort.said.opened", offered) if offered else ctx.tr.t("cohort.said.open")
    return shown(view, ctx, said)


@routes.on(actions.COHORT_PRESENT, otherwise=actions.COHORT_SHOW)
async def all_present(ctx: Ctx, action: Action) -> Reply:
    """Everybody was there on that day."""
    found = await the_cohort(ctx, action)
    day = action.number("day")
    view = await ctx.services.attendance.attend(ctx.me, found.cohort.cohort_id, day)
    return shown(view, ctx, ctx.tr.t("cohort.said.marked", n=day))


@routes.on(actions.COHORT_ATTEND, otherwise=actions.COHORT_SHOW)
async def attendance_begun(ctx: Ctx, action: Action) -> Reply:
    """Name those who were absent."""
    return await _begun("cohort_attend", "attend", ctx, action)


@routes.on(actions.COHORT_COMPLETE, otherwise=actions.COHORT_SHOW)
async def completion_begun(ctx: Ctx, action: Action) -> Reply:
    """End it."""
    return await _begun("cohort_complete", "complete", ctx, action)


@routes.on(actions.COHORT_MOVE, otherwise=actions.COHORT_SHOW)
async def moving_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose other days."""
    return await _begun("cohort_move", "move", ctx, action)


@routes.on(actions.COHORT_CANCEL, otherwise=actions.COHORT_SHOW)
async def cancelling(ctx: Ctx, action: Action) -> Reply:
    """Cancel it, with the reason written in the card; else it is asked for."""
    if "reason" not in action.data:
        return await _begun("cohort_cancel", "cancel", ctx, action)
    view = await the_cohort(ctx, action)
    return await called_off(view.cohort.cohort_id, action.text("reason", limit=REASON), ctx)


@routes.on(actions.COHORT_RETRY, otherwise=actions.COHORT_SHOW)
async def booking_retried(ctx: Ctx, action: Action) -> Reply:
    """Try Outlook again, after somebody mended it."""
    found = await the_cohort(ctx, action)
    must(found, "retry")
    view = await ctx.services.cohorts.retry_booking(ctx.me, found.cohort.cohort_id)
    return shown(view, ctx, ctx.tr.t("cohort.said.retrying"))


async def the_cohort(ctx: Ctx, action: Action) -> CohortView:
    """The cohort that a button or a typed code names. Raises `NotFound`."""
    if action.id is not None:
        return await ctx.services.cohorts.view(ctx.me, action.id)
    return await ctx.services.cohorts.by_code(ctx.me, action.subject)


async def _begun(flow: str, move: str, ctx: Ctx, action: Action) -> Reply:
    """Begin a form about a cohort, if it still can be. Raises `MovedOn`."""
    view = await the_cohort(ctx, action)
    must(view, move)
    return begin(flow, cohort_id=view.cohort.cohort_id)
