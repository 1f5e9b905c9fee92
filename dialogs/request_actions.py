"""Requests: begin one, look at one, list mine, and what the requester can do with one."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import MovedOn, NotFound
from cards import actions
from cards.actions import Action
from cards.request import PAGE, build_requests
from cards.request_parts import ONE_TEXT, name_of
from dialogs.assignment_actions import an_offer
from dialogs.context import Ctx, Reply, begin, show
from dialogs.places import ORGANIZATIONS, search_organizations
from dialogs.request import EditRequest, NewRequest
from dialogs.request_forms import AnswerQuestion, ChangeCounterpart, Withdraw
from dialogs.request_reply import done, stands, the_request
from dialogs.routes import Routes

routes = Routes(NewRequest(), EditRequest(), ChangeCounterpart(), AnswerQuestion(), Withdraw())
routes.search(ORGANIZATIONS)(search_organizations)


@routes.on(actions.REQUEST_NEW)
async def begun(ctx: Ctx, action: Action) -> Reply:
    """Begin the form, or go on with it."""
    return begin("request")


@routes.on(actions.REQUEST_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """My requests, ten at a time."""
    page = max(action.number("page"), 0)
    views, total = await ctx.services.requests.mine(ctx.me, limit=PAGE, offset=page * PAGE)
    return show(build_requests(views, total, page, ctx.tr))


@routes.on(actions.REQUEST_SHOW)
async def shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now; the coordinators have a card of their own."""
    try:
        view = await the_request(ctx, action)
    except NotFound:
        offer = await an_offer(ctx, action)  # whoever is asked to lead it quotes the same reference
        if offer is None:
            raise
        return Reply(instead=replace(action, verb=actions.ASSIGNMENT_SHOW))
    if view.relation == "coordinator":
        meant = Action(actions.TRIAGE_SHOW, id=view.request.request_id, typed=action.typed)
        return Reply(instead=meant)
    return stands(view, ctx)


@routes.on(actions.REQUEST_NUDGE, otherwise=actions.REQUEST_SHOW)
async def nudged(ctx: Ctx, action: Action) -> Reply:
    """Remind the counterpart, once a day."""
    found = await the_request(ctx, action)
    view = await ctx.services.requests.nudge(ctx.me, found.request.request_id)
    name = name_of(view.counterpart, ctx.tr)
    return done(view, ctx, ctx.tr.t("request.nudged", counterpart=name))


@routes.on(actions.REQUEST_WITHDRAW, otherwise=actions.REQUEST_SHOW)
async def withdrawn(ctx: Ctx, action: Action) -> Reply:
    """Withdraw: the button asked already, typed words are asked about.

    Whoever leads the request's session and types it withdraws from that.
    """
    try:
        found = await the_request(ctx, action)
    except NotFound:
        if action.typed and await an_offer(ctx, action):
            return Reply(instead=replace(action, verb=actions.ASSIGNMENT_WITHDRAW))
        raise
    request_id = found.request.request_id
    if action.typed and "withdraw" in found.may:
        return begin("request_withdraw", request_id=request_id)
    view = await ctx.services.requests.withdraw(ctx.me, request_id)
    return stands(view, ctx, ctx.tr.t("request.withdrawn"))


@routes.on(actions.REQUEST_ANSWER, otherwise=actions.REQUEST_SHOW)
async def answered(ctx: Ctx, action: Action) -> Reply:
    """Answer the coordinators: in the card, after the reference, or in a form of its own."""
    found = await the_request(ctx, action)
    request_id = found.request.request_id
    words = action.text("answer", limit=ONE_TEXT) or action.text("text", limit=ONE_TEXT)
    if not words:
        return await _begun_about("request_answer", "answer", ctx, action)
    view = await ctx.services.requests.answer(ctx.me, request_id, words)
    return done(view, ctx, ctx.tr.t("request.answered"))


@routes.on(actions.REQUEST_EDIT, otherwise=actions.REQUEST_SHOW)
async def edited(ctx: Ctx, action: Action) -> Reply:
    """The form, filled in."""
    return await _begun_about("request_edit", "edit", ctx, action)


@routes.on(actions.REQUEST_CHANGE_COUNTERPART, otherwise=actions.REQUEST_SHOW)
async def counterpart_changed(ctx: Ctx, action: Action) -> Reply:
    """Ask somebody else."""
    return await _begun_about("request_counterpart", "change_counterpart", ctx, action)


async def _begun_about(flow: str, move: str, ctx: Ctx, action: Action) -> Reply:
    """Begin a form about a request, if it still can be.

    Raises:
        MovedOn: it cannot.
    """
    view = await the_request(ctx, action)
    if move not in view.may:
        raise MovedOn("request_moved_on", status=view.request.status.value, wanted=move)
    return begin(flow, request_id=view.request.request_id)
