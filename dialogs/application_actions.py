"""Applications: begin one, look at one's own, and what the candidate can do with it."""

from __future__ import annotations

from bot.domain.applications import EndorserKind
from bot.domain.errors import MovedOn, Refusal
from bot.services.application_views import ApplicationView
from bot.services.applications import LONGEST_ANSWER
from cards import actions
from cards.actions import Action
from cards.application import build_no_application
from cards.application_parts import endorser_name
from dialogs.application import Apply, EditApplication
from dialogs.application_forms import (
    AnotherManager,
    AnotherReference,
    AnswerEndorser,
    WithdrawApplication,
)
from dialogs.application_reply import done, stands, the_application
from dialogs.context import Ctx, Reply, begin, show
from dialogs.routes import Routes

routes = Routes(
    Apply(),
    EditApplication(),
    AnotherManager(),
    AnotherReference(),
    AnswerEndorser(),
    WithdrawApplication(),
)


@routes.on(actions.APPLICATION_NEW)
async def begun(ctx: Ctx, action: Action) -> Reply:
    """Begin the form, or go on with it; whoever has one under way sees how it stands."""
    eligibility = await ctx.services.applications.eligibility(ctx.me)
    if eligibility.open is not None:
        view = await ctx.services.applications.view(ctx.me, eligibility.open.application_id)
        return stands(view, ctx, ctx.tr.t("application.open"))
    eligibility.check()
    return begin("application")


@routes.on(actions.APPLICATION_MINE)
async def mine(ctx: Ctx, action: Action) -> Reply:
    """How my application stands; how to begin one where there is none."""
    view = await ctx.services.applications.mine(ctx.me)
    if view is not None:
        return stands(view, ctx)
    draft = await ctx.services.drafts.load(ctx.me, Apply.name)
    return show(build_no_application(ctx.tr, draft=draft is not None))


@routes.on(actions.APPLICATION_SHOW)
async def shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now; those who endorse or select have a card of their own."""
    view = await the_application(ctx, action)
    if view.relation in ("manager", "reference"):
        kind = EndorserKind(view.relation)
        named = f"{view.application.application_id}.{kind.value}"
        return Reply(instead=Action(actions.ENDORSEMENT_SHOW, id=named, typed=action.typed))
    if view.relation == "coordinator":
        about = view.application.application_id
        return Reply(instead=Action(actions.SELECTION_SHOW, id=about, typed=action.typed))
    return stands(view, ctx)


@routes.on(actions.APPLICATION_EDIT, otherwise=actions.APPLICATION_SHOW)
async def edited(ctx: Ctx, action: Action) -> Reply:
    """The form, filled in."""
    view = await _able(ctx, action, "edit")
    return begin("application_edit", application_id=view.application.application_id)


@routes.on(actions.APPLICATION_WITHDRAW, otherwise=actions.APPLICATION_SHOW)
async def withdrawn(ctx: Ctx, action: Action) -> Reply:
    """Withdraw: the button asked already, typed words are asked about."""
    found = await the_application(ctx, action)
    application_id = found.application.application_id
    if action.typed and "withdraw" in found.may:
        return begin("application_withdraw", application_id=application_id)
    view = await ctx.services.applications.withdraw(ctx.me, application_id)
    return stands(view, ctx, ctx.tr.t("application.withdrawn"))


@routes.on(actions.APPLICATION_ENDORSER, otherwise=actions.APPLICATION_SHOW)
async def endorser_changed(ctx: Ctx, action: Action) -> Reply:
    """Name somebody else."""
    kind = _kind(action)
    view = await _able(ctx, action, f"name_{kind.value}")
    application_id = view.application.application_id
    return begin(f"application_{kind.value}", application_id=application_id)


@routes.on(actions.APPLICATION_ANSWER, otherwise=actions.APPLICATION_SHOW)
async def answered(ctx: Ctx, action: Action) -> Reply:
    """Answer a question: in the card, after the reference, or in a form of its own."""
    found = await the_application(ctx, action)
    open_now = [kind for kind in EndorserKind if f"answer_{kind.value}" in found.may]
    kind = _kind(action) if "kind" in action.data else next(iter(open_now), EndorserKind.MANAGER)
    words = action.text("answer", limit=LONGEST_ANSWER) or action.text("text", limit=LONGEST_ANSWER)
    application_id = found.application.application_id
    if not words:
        await _able(ctx, action, f"answer_{kind.value}")
        return begin("application_answer", application_id=application_id, kind=kind.value)
    view = await ctx.services.applications.answer(ctx.me, application_id, kind, words)
    name = endorser_name(view, kind, ctx.tr)
    return done(view, ctx, ctx.tr.t("application.answered", name=name))


async def _able(ctx: Ctx, action: Action, move: str) -> ApplicationView:
    """The application, if that can still be done.

    Raises:
        MovedOn: it cannot.
    """
    view = await the_application(ctx, action)
    if move not in view.may:
        status = view.application.status.value
        raise MovedOn("application_moved_on", status=status, wanted=move)
    return view


def _kind(action: Action) -> EndorserKind:
    """Whom it is about. Raises `Refusal` where the payload makes no sense."""
    kind = action.text("kind")
    if kind not in set(EndorserKind):
        raise Refusal("card_bad")
    return EndorserKind(kind)
