"""What candidates and coordinators click and type about an interview."""

from __future__ import annotations

from bot.domain.errors import NotFound, Refusal
from bot.services.selection_views import InterviewView
from cards import actions
from cards.actions import Action
from cards.interview_parts import WORDS
from dialogs.context import Ctx, Reply, begin
from dialogs.interview import (
    AskOthers,
    CancelInterview,
    Invite,
    Move,
    cancelled,
    other_times,
    theirs,
)
from dialogs.routes import Routes
from dialogs.selection_parts import must, shown, the_selection

routes = Routes(Invite(), Move(), CancelInterview(), AskOthers())


@routes.on(actions.INTERVIEW_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now; typed alone, the newest of one's own."""
    return theirs(await _the_interview(ctx, action), ctx)


@routes.on(actions.INTERVIEW_PICK, otherwise=actions.INTERVIEW_SHOW)
async def picked(ctx: Ctx, action: Action) -> Reply:
    """One of the times, by its button or its number."""
    try:
        view = await _the_interview(ctx, action)
    except NotFound:
        if action.typed:
            raise Refusal("interview_not_offered") from None
        raise
    options, place = view.interview.options, action.number("place")
    if not 1 <= place <= len(options):
        raise Refusal("interview_time_gone")
    found = await ctx.services.interviews.pick(
        ctx.me, view.interview.interview_id, options[place - 1]
    )
    return theirs(found, ctx, ctx.tr.t("interview.said.picked"))


@routes.on(actions.INTERVIEW_DECLINE, otherwise=actions.INTERVIEW_SHOW)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """No time suits, or the candidate cannot come; typed, a word may be added."""
    view = await _the_interview(ctx, action)
    about = view.interview.interview_id
    how = next((move for move in ("none_suits", "cannot") if move in view.may), None)
    if action.typed and how:
        return begin("interview_decline", interview_id=about, how=how)
    return await other_times(about, action.text("words", limit=WORDS), ctx)


@routes.on(actions.INTERVIEW_RESCHEDULE, otherwise=actions.INTERVIEW_SHOW)
async def moving_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose another time."""
    application_id = await _application(ctx, action)
    view = await ctx.services.selection.view(ctx.me, application_id)
    must(view, "reschedule")
    return begin("interview_move", application_id=application_id)


@routes.on(actions.INTERVIEW_CANCEL, otherwise=actions.INTERVIEW_SHOW)
async def cancelling(ctx: Ctx, action: Action) -> Reply:
    """Cancel, with the reason written in the card or after the reference; else it is asked for."""
    application_id = await _application(ctx, action)
    view = await ctx.services.selection.view(ctx.me, application_id)
    reason = action.text("reason", limit=WORDS) or action.text("text", limit=WORDS)
    if action.typed and not reason:
        must(view, "cancel")
        return begin("interview_cancel", application_id=application_id)
    if view.interview is None:
        raise NotFound("interview_unknown")
    return await cancelled(action.id or view.interview.interview_id, reason, ctx)


@routes.on(actions.INTERVIEW_RETRY, otherwise=actions.INTERVIEW_SHOW)
async def retried(ctx: Ctx, action: Action) -> Reply:
    """Ask Outlook again, after somebody mended it."""
    application_id = await _application(ctx, action)
    view = await ctx.services.selection.view(ctx.me, application_id)
    must(view, "retry_booking")
    if view.interview is None:
        raise NotFound("interview_unknown")
    found = await ctx.services.inviting.retry_booking(ctx.me, view.interview.interview_id)
    return shown(found, ctx, ctx.tr.t("selection.said.retrying"))


async def _the_interview(ctx: Ctx, action: Action) -> InterviewView:
    """The one that a button names, or the newest of an application or of one's own."""
    if action.id is not None:
        return await ctx.services.interviews.view(ctx.me, action.id)
    return await ctx.services.interviews.find(ctx.me, action.ref or "")


async def _application(ctx: Ctx, action: Action) -> str:
    """The application of the interview that a button names, or the one that was typed."""
    if action.id is None:
        return (await the_selection(ctx, action)).application.application_id
    view = await ctx.services.interviews.view(ctx.me, action.id)
    return view.interview.application_id
