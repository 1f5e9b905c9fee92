"""What coordinators click and type: requests to review, decisions, sessions to steer."""

from __future__ import annotations

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.requests import REFERENCE
from bot.domain.sessions import AHEAD
from bot.services.views import RequestView, SessionView
from cards import actions
from cards.actions import Action
from cards.triage import WRITTEN, build_triage_list
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes
from dialogs.steering import Cancel, Reschedule, overtaken, session_cancelled
from dialogs.triage import Ask, Refuse, asked, refused
from dialogs.triage_approve import Approve
from dialogs.triage_parts import must, shown
from dialogs.triage_replace import Replace

routes = Routes(Approve(), Replace(), Ask(), Refuse(), Reschedule(), Cancel())


@routes.on(actions.TRIAGE_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """Requests to review, longest waiting first."""
    page = await ctx.services.triage.waiting(ctx.me, action.number("first"))
    return show(build_triage_list(page, ctx.tr))


@routes.on(actions.TRIAGE_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now. Whoever is a party to it and types "review" sees their own card."""
    try:
        return shown(await ctx.services.rounds.with_next(await _request(ctx, action)), ctx)
    except NotFound:
        if action.typed and action.ref:
            found = await ctx.services.requests.find(ctx.me, action.ref)
            return Reply(instead=Action(actions.REQUEST_SHOW, id=found.request.request_id))
        raise


@routes.on(actions.TRIAGE_APPROVE, otherwise=actions.TRIAGE_SHOW)
async def approval_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose a date and two people."""
    return await _begun("triage_approve", "approve", ctx, action)


@routes.on(actions.TRIAGE_REPLACE, otherwise=actions.TRIAGE_SHOW)
async def replacement_begun(ctx: Ctx, action: Action) -> Reply:
    """Choose somebody else."""
    view = await _request(ctx, action)
    if view.session and "replace" not in view.may and "reschedule" in view.may:
        raise Refusal("nobody_to_replace")
    return await _begun("triage_replace", "replace", ctx, action)


@routes.on(actions.TRIAGE_ASK, otherwise=actions.TRIAGE_SHOW)
async def question_asked(ctx: Ctx, action: Action) -> Reply:
    """With what was written in the card or after the reference; else it is asked for."""
    view = await _request(ctx, action)
    question = _written(action, "question")
    if action.typed and not question:
        return await _begun("triage_ask", "ask", ctx, action)
    return await asked(view.request.request_id, question, ctx)


@routes.on(actions.TRIAGE_DECLINE, otherwise=actions.TRIAGE_SHOW)
async def request_refused(ctx: Ctx, action: Action) -> Reply:
    """With the reason, likewise."""
    view = await _request(ctx, action)
    reason = _written(action, "reason")
    if action.typed and not reason:
        return await _begun("triage_refuse", "refuse", ctx, action)
    return await refused(view.request.request_id, reason, ctx)


@routes.on(actions.TRIAGE_RETRY, otherwise=actions.TRIAGE_SHOW)
async def booking_retried(ctx: Ctx, action: Action) -> Reply:
    """Try Outlook again, after somebody mended it."""
    view = await _request(ctx, action)
    must(view, "retry_booking")
    if view.session:
        await ctx.services.steering.retry_booking(ctx.me, view.session.session.session_id)
    return shown(await _request(ctx, action), ctx, ctx.tr.t("triage.said.retrying"))


@routes.on(actions.SESSION_RESCHEDULE, otherwise=actions.SESSION_SHOW)
async def rescheduling_begun(ctx: Ctx, action: Action) -> Reply:
    """Another time for a session: by its button, its code, or its request's reference."""
    view = await _session(ctx, action)
    if "reschedule" not in view.may:
        return await _not_any_more(view, "reschedule", ctx)
    return begin("session_reschedule", session_id=view.session.session_id)


@routes.on(actions.SESSION_CANCEL, otherwise=actions.SESSION_SHOW)
async def cancelling(ctx: Ctx, action: Action) -> Reply:
    """Cancel a session, with the reason written in the card; else it is asked for."""
    if action.typed and action.ref and REFERENCE.fullmatch(action.ref):
        request = await ctx.services.requests.find(ctx.me, action.ref)
        if request.relation == "requester" and "cancel" not in request.may:
            return Reply(instead=Action(actions.REQUEST_WITHDRAW, ref=action.ref, typed=True))
    view = await _session(ctx, action)
    if "cancel" not in view.may:
        return await _not_any_more(view, "cancel", ctx)
    if "reason" not in action.data:
        return begin("session_cancel", session_id=view.session.session_id)
    reason = _written(action, "reason")
    if not reason:
        return await overtaken(view.session.session_id, Refusal("reason_missing"), ctx)
    return await session_cancelled(view.session.session_id, reason, ctx)


async def _request(ctx: Ctx, action: Action) -> RequestView:
    """The request that a button or typed words name. Raises `NotFound`."""
    return await ctx.services.triage.view(ctx.me, action.subject)


async def _session(ctx: Ctx, action: Action) -> SessionView:
    """The session that a button, a code or a request's reference names. Raises `NotFound`."""
    sessions = ctx.services.sessions
    if action.id is not None:
        return await sessions.view(ctx.me, action.id)
    if not REFERENCE.fullmatch(action.subject):
        return await sessions.by_code(ctx.me, action.subject)
    request = await ctx.services.triage.view(ctx.me, action.subject)
    if request.session is None:
        raise Refusal("request_without_session")
    return await sessions.view(ctx.me, request.session.session.session_id)


async def _begun(flow: str, move: str, ctx: Ctx, action: Action) -> Reply:
    """Begin a form about a request, if it still can be. Raises `MovedOn`."""
    view = await _request(ctx, action)
    must(view, move)
    return begin(flow, request_id=view.request.request_id)


async def _not_any_more(view: SessionView, move: str, ctx: Ctx) -> Reply:
    """Whoever steers it sees how it stands; to others it is not theirs.

    Raises:
        Refusal: `not_allowed`.
        MovedOn: nothing is left to steer, and no request to show it on.
    """
    session = view.session
    late = MovedOn("session_moved_on", status=session.status.value, wanted=move)
    if session.request_id:
        try:
            return await overtaken(session.session_id, late, ctx)
        except NotFound:
            raise Refusal("not_allowed") from None
    ahead = session.status in AHEAD and session.starts_at > ctx.now()
    raise Refusal("not_allowed") if ahead else late


def _written(action: Action, field: str) -> str:
    """What was typed in the card, or after the reference."""
    return action.text(field, limit=WRITTEN) or action.text("text", limit=WRITTEN)
