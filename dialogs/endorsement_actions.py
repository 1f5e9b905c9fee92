"""What a manager or a reference answers, by a click or in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.errors import MovedOn, Refusal
from bot.services.endorsements import EndorsementView
from cards import actions, kit
from cards.actions import Action
from cards.endorsement import build_endorsement, build_endorsement_list, endorsement_facts
from cards.endorsement_words import applicant_of
from cards.request_parts import ONE_TEXT
from cards.safe import bare
from dialogs.context import Ctx, Reply, begin, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.routes import Routes


class Words(Step):
    """The reason of a no, or what somebody wants to know first."""

    needs = ("words",)

    def __init__(self, key: str) -> None:
        self.key = key

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Whom it is about, and where to write it."""
        tr = ctx.tr
        view = await ctx.services.endorsements.view(ctx.me, answers["id"])
        facts = kit.facts(tr, endorsement_facts(view, tr)[:2])
        prompt = "decline" if self.key == "reason" else "ask"
        words = tr.t(f"endorsement.{prompt}.prompt", applicant=applicant_of(view, tr))
        field = kit.text_input(
            "words",
            tr.t(f"endorsement.{self.key}.label"),
            tr.t("endorsement.words.wrong"),
            multiline=True,
            limit=ONE_TEXT,
        )
        return [*([facts] if facts else []), kit.text(words), field]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """As it was typed; blanks alone say nothing."""
        words = bare(values["words"])
        if not words:
            raise Refusal("required", field="words")
        return {"words": words}


class AboutEndorsement(Flow):
    """A form about one word that is waited for; `move` is what must be possible."""

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """How it stands.

        Raises:
            MovedOn: there is an answer already, or nobody waits any more.
        """
        view = await ctx.services.endorsements.view(ctx.me, options["id"])
        must(view, self.move)
        return {**options, "reference": view.application.reference}

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The card comes back."""
        return stands(await ctx.services.endorsements.view(ctx.me, answers["id"]), ctx)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """What it is about, with the reference."""
        return ctx.tr.t(f"{self.name}.title", reference=answers.get("reference", ""))


class DeclineEndorsement(AboutEndorsement):
    """Do not support, saying why."""

    name = "endorsement_decline"
    move = "decline"
    steps: ClassVar[Sequence[Step]] = (Words("reason"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The applicant is told."""
        service = ctx.services.endorsements
        view = await service.decline(ctx.me, answers["id"], answers["words"])
        return stands(view, ctx, ctx.tr.t("endorsement.done.declined"))


class AskApplicant(AboutEndorsement):
    """Ask the applicant something first."""

    name = "endorsement_ask"
    move = "ask"
    steps: ClassVar[Sequence[Step]] = (Words("question"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The applicant is asked."""
        view = await ctx.services.endorsements.ask(ctx.me, answers["id"], answers["words"])
        return stands(view, ctx, ctx.tr.t("endorsement.done.asked"))


routes = Routes(DeclineEndorsement(), AskApplicant())


@routes.on(actions.ENDORSEMENT_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """Those that wait for this person's word; a single one is shown at once."""
    views = await ctx.services.endorsements.mine(ctx.me)
    if len(views) == 1:
        return stands(views[0], ctx)
    return show(build_endorsement_list(views, ctx.tr, first=action.number("first")))


@routes.on(actions.ENDORSEMENT_SHOW)
async def one_shown(ctx: Ctx, action: Action) -> Reply:
    """How one stands now."""
    return stands(await the_endorsement(ctx, action), ctx)


@routes.on(actions.ENDORSEMENT_SUPPORT, otherwise=actions.ENDORSEMENT_SHOW)
async def supported(ctx: Ctx, action: Action) -> Reply:
    """Support, with a word typed in the card or after the reference, if any."""
    found = await the_endorsement(ctx, action)
    view = await ctx.services.endorsements.support(ctx.me, found.id, _written(action, "note"))
    return stands(view, ctx, ctx.tr.t("endorsement.done.supported"), kit.Tone.GOOD)


@routes.on(actions.ENDORSEMENT_DECLINE, otherwise=actions.ENDORSEMENT_SHOW)
async def declined(ctx: Ctx, action: Action) -> Reply:
    """Do not support, with the reason typed in the card or after the reference; else asked for."""
    found = await the_endorsement(ctx, action)
    reason = _written(action, "reason")
    if not reason and "decline" in found.may:
        return begin("endorsement_decline", id=found.id)
    view = await ctx.services.endorsements.decline(ctx.me, found.id, reason)
    return stands(view, ctx, ctx.tr.t("endorsement.done.declined"))


@routes.on(actions.ENDORSEMENT_ASK, otherwise=actions.ENDORSEMENT_SHOW)
async def asked(ctx: Ctx, action: Action) -> Reply:
    """Ask the applicant, likewise."""
    found = await the_endorsement(ctx, action)
    question = _written(action, "question")
    if not question:
        must(found, "ask")
        return begin("endorsement_ask", id=found.id)
    view = await ctx.services.endorsements.ask(ctx.me, found.id, question)
    return stands(view, ctx, ctx.tr.t("endorsement.done.asked"))


async def the_endorsement(ctx: Ctx, action: Action) -> EndorsementView:
    """The word that a button or typed words name. Raises `NotFound`."""
    if action.id is not None:
        return await ctx.services.endorsements.view(ctx.me, action.id)
    return await ctx.services.endorsements.find(ctx.me, action.subject)


def must(view: EndorsementView, wanted: str) -> None:
    """Refuse what cannot be said any more. Raises `MovedOn`."""
    if wanted not in view.may:
        status = view.endorsement.status.value
        raise MovedOn("endorsement_moved_on", status=status, wanted=wanted)


def stands(
    view: EndorsementView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.INFO
) -> Reply:
    """The card of how it stands, kept true from now on."""
    return show(build_endorsement(view, ctx.tr, said=said, tone=tone), subject=view.subject)


def _written(action: Action, field: str) -> str:
    """What was typed in the card, or after the reference."""
    return action.text(field, limit=ONE_TEXT) or action.text("text", limit=ONE_TEXT)
