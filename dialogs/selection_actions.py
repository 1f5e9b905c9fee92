"""What those who select click and type: the list, one application, decisions, proposals."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.applications import Decision
from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Side
from cards import actions
from cards.actions import Action
from cards.selection_list import build_selection_list
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes
from dialogs.selection import DeclineCandidate, decided, declined
from dialogs.selection_parts import must, shown, the_selection

LIMIT = 4000  # the service says what is too long
SAID = {Decision.ACCEPT: "accepted", Decision.KEEP: "kept", Decision.DECLINE: "declined"}

routes = Routes(DeclineCandidate())


@routes.on(actions.SELECTION_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """Applications in the programme's order, one's own side first.

    A candidate who types it means their own.
    """
    which = action.text("which")
    if which not in ("", *Side):
        raise Refusal("card_bad")
    try:
        page = await ctx.services.selection.queue(ctx.me, which, action.number("first"))
    except Refusal:
        if action.typed and await ctx.services.applications.mine(ctx.me):
            return Reply(instead=Action(actions.APPLICATION_MINE, typed=True))
        raise
    return show(build_selection_list(page, ctx.tr))


@routes.on(actions.SELECTION_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now. Whoever has another part in it and types "review" sees theirs."""
    try:
        return shown(await the_selection(ctx, action), ctx)
    except NotFound:
        if action.typed and action.ref:
            found = await ctx.services.applications.find(ctx.me, action.ref)
            if found.relation != "coordinator":
                about = found.application.application_id
                return Reply(instead=Action(actions.APPLICATION_SHOW, id=about, typed=True))
        raise


@routes.on(actions.SELECTION_INVITE, otherwise=actions.SELECTION_SHOW)
async def invitation_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose days, then times."""
    view = await the_selection(ctx, action)
    must(view, "invite")
    return begin("interview_invite", application_id=view.application.application_id)


@routes.on(actions.SELECTION_ACCEPT, otherwise=actions.SELECTION_SHOW)
async def accepted(ctx: Ctx, action: Action) -> Reply:
    """Accept, or propose to."""
    found = await the_selection(ctx, action)
    view = await ctx.services.selection.accept(ctx.me, found.application.application_id)
    return decided(view, ctx, "accepted")


@routes.on(actions.SELECTION_KEEP, otherwise=actions.SELECTION_SHOW)
async def kept(ctx: Ctx, action: Action) -> Reply:
    """Keep for later, or propose to."""
    found = await the_selection(ctx, action)
    view = await ctx.services.selection.keep(ctx.me, found.application.application_id)
    return decided(view, ctx, "kept")


@routes.on(actions.SELECTION_DECLINE, otherwise=actions.SELECTION_SHOW)
async def one_declined(ctx: Ctx, action: Action) -> Reply:
    """With the words of the card, or those typed after the reference; else they are asked for.

    A manager or a reference who types it says no to what they were asked.
    """
    try:
        found = await the_selection(ctx, action)
    except NotFound:
        if action.typed:
            return Reply(instead=replace(action, verb=actions.ENDORSEMENT_DECLINE))
        raise
    text = action.text("text", limit=LIMIT)
    if action.typed and not text and "decline" in found.may:
        return begin("selection_decline", application_id=found.application.application_id)
    return await declined(found.application.application_id, text, ctx)


@routes.on(actions.SELECTION_CONFIRM, otherwise=actions.SELECTION_SHOW)
async def confirmed(ctx: Ctx, action: Action) -> Reply:
    """Make the other side's proposal so."""
    found = await the_selection(ctx, action)
    proposal = found.application.proposal
    view = await ctx.services.selection.confirm(
        ctx.me,
        found.application.application_id,
        action.text("text", limit=LIMIT),
        action.text("decision"),
    )
    return decided(view, ctx, SAID[Decision(proposal)]) if proposal else shown(view, ctx)


@routes.on(actions.SELECTION_SET_ASIDE, otherwise=actions.SELECTION_SHOW)
async def put_aside(ctx: Ctx, action: Action) -> Reply:
    """Drop the proposal."""
    found = await the_selection(ctx, action)
    view = await ctx.services.selection.set_aside(ctx.me, found.application.application_id)
    return shown(view, ctx, ctx.tr.t("selection.said.set_aside"))
