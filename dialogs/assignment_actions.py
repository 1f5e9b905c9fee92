"""A facilitator's answers to offers to lead, and the list of theirs."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotFound
from bot.services.views import AssignmentView
from cards import actions
from cards.actions import Action
from cards.assignment import REASON, build_my_assignments
from dialogs.assignment_withdraw import Withdraw, shown_after
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes

routes = Routes(Withdraw())


@routes.on(actions.ASSIGNMENT_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """My assignments, soonest first."""
    views = await ctx.services.assignments.mine(ctx.me)
    me = await ctx.services.roster.standing(ctx.me)
    return show(build_my_assignments(views, action.number("first"), ctx.tr, me=me))


@routes.on(actions.ASSIGNMENT_SHOW)
async def shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now."""
    return shown_after(await _the_assignment(ctx, action), ctx)


@routes.on(actions.ASSIGNMENT_ACCEPT, otherwise=actions.ASSIGNMENT_SHOW)
async def accepted(ctx: Ctx, action: Action) -> Reply:
    """Accept; a second time says the same. A counterpart who types "accept" agrees."""
    try:
        found = await _the_assignment(ctx, action)
    except NotFound:
        return await _meant_otherwise(ctx, action)
    seen = action.number("seen") or None
    view = await ctx.services.assignments.accept(ctx.me, found.assignment.assignment_id, seen)
    return shown_after(view, ctx, "accepted")


@routes.on(actions.ASSIGNMENT_DECLINE, otherwise=actions.ASSIGNMENT_SHOW)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """Decline, with what was written in the card or after the reference."""
    found = await _the_assignment(ctx, action)
    reason = action.text("reason", limit=REASON) or action.text("text", limit=REASON)
    if action.typed and "withdraw" in found.may:
        return Reply(instead=replace(action, verb=actions.ASSIGNMENT_WITHDRAW))
    view = await ctx.services.assignments.decline(ctx.me, found.assignment.assignment_id, reason)
    return shown_after(view, ctx, "declined")


@routes.on(actions.ASSIGNMENT_WITHDRAW, otherwise=actions.ASSIGNMENT_SHOW)
async def withdrawn(ctx: Ctx, action: Action) -> Reply:
    """Withdraw after having accepted: the card asked why, typed words are asked about."""
    found = await _the_assignment(ctx, action)
    assignment_id = found.assignment.assignment_id
    reason = action.text("reason", limit=REASON)
    if action.typed and "withdraw" in found.may:
        return begin(
            "assignment_withdraw",
            assignment_id=assignment_id,
            reason=action.text("text", limit=REASON),
        )
    view = await ctx.services.assignments.withdraw(ctx.me, assignment_id, reason)
    return shown_after(view, ctx, "withdrawn")


async def an_offer(ctx: Ctx, action: Action) -> AssignmentView | None:
    """The reader's own offer under the reference that was typed, if they have one."""
    if not action.ref:
        return None
    try:
        return await ctx.services.assignments.find(ctx.me, action.ref)
    except NotFound:
        return None


async def _the_assignment(ctx: Ctx, action: Action) -> AssignmentView:
    """The one that a button or typed words name. Raises `NotFound`."""
    if action.id is not None:
        return await ctx.services.assignments.view(ctx.me, action.id)
    return await ctx.services.assignments.find(ctx.me, action.subject)


async def _meant_otherwise(ctx: Ctx, action: Action) -> Reply:
    """Whoever was asked to agree to the request sees it, with its button to agree.

    Raises:
        NotFound: they were asked neither.
    """
    if action.typed and action.ref:
        view = await ctx.services.requests.find(ctx.me, action.ref)
        if view.relation == "counterpart":
            return Reply(instead=Action(actions.REQUEST_SHOW, ref=action.ref, typed=True))
    raise NotFound("assignment_unknown")
