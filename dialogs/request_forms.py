"""Small forms about one request: another counterpart, an answer, a reason, a last question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.errors import MovedOn, Refusal
from bot.services.views import RequestView
from cards import kit
from cards.request_parts import ONE_TEXT, request_facts
from cards.safe import bare
from dialogs import counterpart
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.request import submitted
from dialogs.request_reply import done, stands


class AboutRequest(Flow):
    """A form about one request; `move` is what must be possible when it begins."""

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The request as it stands.

        Raises:
            MovedOn: it is too late for that.
        """
        view = await ctx.services.requests.view(ctx.me, options["request_id"])
        if self.move not in view.may:
            raise MovedOn("request_moved_on", status=view.request.status.value, wanted=self.move)
        return {**options, "reference": view.request.reference, **self.known(view)}

    def known(self, view: RequestView) -> Answers:
        """What the form needs to know of the request."""
        return {}

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request's own card comes back."""
        view = await ctx.services.requests.view(ctx.me, answers["request_id"])
        return stands(view, ctx)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """What it is about, with the reference."""
        return ctx.tr.t(f"{self.name}.title", reference=answers.get("reference", ""))


class CounterpartStep(Step):
    """Who else is asked."""

    key = "person"
    needs = ("counterpart",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The picker, and those whom a typed name found."""
        return counterpart.build_inputs(answers, ctx)

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """A name or an e-mail."""
        return await counterpart.hear(text, answers, ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Somebody whom the directory knows; the rest is checked when they are asked."""
        view = await ctx.services.requests.view(ctx.me, answers["request_id"])
        return await counterpart.parse(values, answers, ctx, view.request.joint_side)


class ChangeCounterpart(AboutRequest):
    """Ask somebody else of the other party."""

    name = "request_counterpart"
    move = "change_counterpart"
    steps: ClassVar[Sequence[Step]] = (CounterpartStep(),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """They are asked at once."""
        view = await ctx.services.requests.change_counterpart(
            ctx.me, answers["request_id"], answers["counterpart"]
        )
        return done(view, ctx, submitted(view, ctx))


class Words(Step):
    """One text, kept as typed."""

    needs = ("words",)

    def __init__(self, key: str, flow: str) -> None:
        self.key = key
        self._flow = flow

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What it answers, and where to write it."""
        tr = ctx.tr
        asked = answers.get("question")
        field = kit.text_input(
            "words",
            tr.t(f"{self._flow}.words.label"),
            tr.t(f"{self._flow}.words.wrong"),
            multiline=True,
            limit=ONE_TEXT,
        )
        return [kit.person_text(asked), field] if asked else [field]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """As it was typed; blanks alone say nothing."""
        words = bare(values["words"])
        if not words:
            raise Refusal("required", field="words")
        return {"words": words}


class AnswerQuestion(AboutRequest):
    """Answer the coordinators' question."""

    name = "request_answer"
    move = "answer"
    steps: ClassVar[Sequence[Step]] = (Words("answer", "request_answer"),)

    def known(self, view: RequestView) -> Answers:
        """What they asked."""
        return {"question": view.request.question}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The request goes back to them."""
        view = await ctx.services.requests.answer(ctx.me, answers["request_id"], answers["words"])
        return done(view, ctx, ctx.tr.t("request.answered"))


class DeclineAgreement(AboutRequest):
    """Decline to agree, saying why."""

    name = "agreement_decline"
    move = "decline"
    steps: ClassVar[Sequence[Step]] = (Words("reason", "agreement_decline"),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The requester is told."""
        view = await ctx.services.agreements.decline(
            ctx.me, answers["request_id"], answers["words"]
        )
        return stands(view, ctx, ctx.tr.t("agreement.declined"))


class ConfirmStep(Step):
    """The last question before something is taken away."""

    key = "confirm"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What it is about."""
        view = await ctx.services.requests.view(ctx.me, answers["request_id"])
        held = "booked" if view.session else "question"
        question = kit.text(ctx.tr.t(f"request.withdraw.{held}"))
        return [question, *(each for each in request_facts(view, ctx.tr, titled=True) if each)]


class Withdraw(AboutRequest):
    """Withdraw a request by typed words, which are asked about once more."""

    name = "request_withdraw"
    move = "withdraw"
    steps: ClassVar[Sequence[Step]] = (ConfirmStep(),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody concerned is told."""
        view = await ctx.services.requests.withdraw(ctx.me, answers["request_id"])
        return stands(view, ctx, ctx.tr.t("request.withdrawn"))
