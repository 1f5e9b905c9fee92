"""Small forms about one application: another endorser, an answer, a last question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.applications import EndorserKind
from bot.domain.errors import MovedOn, Refusal
from bot.services.application_views import ApplicationView
from bot.services.applications import LONGEST_ANSWER
from cards import kit
from cards.application import withdraw_question
from cards.application_parts import endorser_name
from cards.safe import bare
from dialogs.application_people import MANAGER, REFERENCES, Manager, Reference
from dialogs.application_reply import done, stands
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers, Element, Flow, Step, Values


class AboutApplication(Flow):
    """A form about one application; `move` is what must be possible when it begins."""

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The application as it stands.

        Raises:
            MovedOn: it is too late for that.
        """
        view = await ctx.services.applications.view(ctx.me, options["application_id"])
        move = self.move_of(options)
        if move not in view.may:
            status = view.application.status.value
            raise MovedOn("application_moved_on", status=status, wanted=move)
        return {
            **options,
            "reference_number": view.application.reference,
            **self.known(view, options, ctx),
        }

    def move_of(self, options: Mapping[str, Any]) -> str:
        """What must be possible, given what the form was begun with."""
        return self.move

    def known(self, view: ApplicationView, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What the form needs to know of the application."""
        return {}

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's own card comes back."""
        return stands(await ctx.services.applications.view(ctx.me, answers["application_id"]), ctx)

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """What it is about, with the reference."""
        return ctx.tr.t(f"{self.name}.title", reference=answers.get("reference_number", ""))


class AnotherEndorser(AboutApplication):
    """Ask somebody else; `kind` says in whose place."""

    kind: EndorserKind

    def known(self, view: ApplicationView, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The side, and the other one who is asked: they may have to be two people.

        Whoever stands now is not filled in: somebody else is wanted.
        """
        application = view.application
        answers: Answers = {"side": application.side.value, "manager_known": ""}
        if self.kind is EndorserKind.MANAGER:
            picker = REFERENCES[application.side]
            return {**answers, **picker.filled(application.reference_id, None)}
        return {**answers, **MANAGER.filled(application.manager_id, None)}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """They are asked at once."""
        view = await ctx.services.applications.name_endorser(
            ctx.me, answers["application_id"], self.kind, answers[self.kind.value]
        )
        name = endorser_name(view, self.kind, ctx.tr)
        return done(view, ctx, ctx.tr.t("application.named", name=name))


class AnotherManager(AnotherEndorser):
    """Another manager."""

    name = "application_manager"
    kind = EndorserKind.MANAGER
    move = "name_manager"
    steps: ClassVar[Sequence[Step]] = (Manager(),)


class AnotherReference(AnotherEndorser):
    """Another reference."""

    name = "application_reference"
    kind = EndorserKind.REFERENCE
    move = "name_reference"
    steps: ClassVar[Sequence[Step]] = (Reference(),)


class AnswerStep(Step):
    """What they asked, and where to answer."""

    key = "answer"
    needs = ("words",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The question stands above the field."""
        tr = ctx.tr
        return [
            kit.text(tr.t("application_answer.prompt", name=answers["asker"])),
            kit.person_text(answers["question"]),
            kit.text_input(
                "words",
                tr.t("application.answer.label"),
                tr.t("application.answer.wrong"),
                multiline=True,
                limit=LONGEST_ANSWER,
            ),
        ]

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """As it was typed; blanks alone say nothing."""
        words = bare(values["words"])
        if not words:
            raise Refusal("required", field="words")
        return {"words": words}


class AnswerEndorser(AboutApplication):
    """Answer what the manager or the reference asked."""

    name = "application_answer"
    steps: ClassVar[Sequence[Step]] = (AnswerStep(),)

    def move_of(self, options: Mapping[str, Any]) -> str:
        """To the one who asked."""
        return f"answer_{options['kind']}"

    def known(self, view: ApplicationView, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Who asked what."""
        kind = EndorserKind(options["kind"])
        sight = view.endorsement(kind)
        asker = endorser_name(view, kind, ctx.tr)
        return {"question": sight.question if sight else "", "asker": asker}

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """It goes to them."""
        view = await ctx.services.applications.answer(
            ctx.me, answers["application_id"], EndorserKind(answers["kind"]), answers["words"]
        )
        return done(view, ctx, ctx.tr.t("application.answered", name=answers["asker"]))


class ConfirmStep(Step):
    """The last question before it is taken away."""

    key = "confirm"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What falls with it."""
        view = await ctx.services.applications.view(ctx.me, answers["application_id"])
        return [kit.text(ctx.tr.t(withdraw_question(view)))]


class WithdrawApplication(AboutApplication):
    """Withdraw by typed words, which are asked about once more."""

    name = "application_withdraw"
    move = "withdraw"
    steps: ClassVar[Sequence[Step]] = (ConfirmStep(),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody concerned is told."""
        view = await ctx.services.applications.withdraw(ctx.me, answers["application_id"])
        return stands(view, ctx, ctx.tr.t("application.withdrawn"))
