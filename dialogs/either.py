"""Words that mean one thing to one person and another to the next.

"decline EC-2027-0042" is a counterpart's answer to a request, a coordinator's decision on it, or a
facilitator's answer to the offer to lead it: whichever of these the person has before them.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import NotFound
from bot.services.views import RequestView
from cards import actions
from cards.actions import Action
from dialogs.assignment_actions import an_offer
from dialogs.context import Ctx, Reply
from dialogs.routes import Routes

routes = Routes()


@routes.on(actions.DECLINE, otherwise=actions.REQUEST_SHOW)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """Find what this person can decline; where nothing is left, say how things stand."""
    request, assignment = await _request(ctx, action), await an_offer(ctx, action)
    if request and "decline" in request.may:
        verb = actions.REQUEST_DECLINE
    elif request and "refuse" in request.may:
        verb = actions.TRIAGE_DECLINE
    elif assignment:
        verb = actions.ASSIGNMENT_DECLINE
    elif request is None:
        raise NotFound("request_unknown")
    else:
        verb = _by_relation(request)
    return Reply(instead=replace(action, verb=verb))


def _by_relation(request: RequestView) -> str:
    """Nothing can be declined now: the noun's own answer says why."""
    if request.relation == "counterpart":
        return actions.REQUEST_DECLINE
    return actions.TRIAGE_DECLINE if request.relation == "coordinator" else actions.REQUEST_SHOW


async def _request(ctx: Ctx, action: Action) -> RequestView | None:
    try:
        return await ctx.services.requests.find(ctx.me, action.subject)
    except NotFound:
        return None
