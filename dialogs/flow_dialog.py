"""The dialog that drives any flow.

begin ──▶ (a draft?) ──resume?──▶ step ⇄ step … ──▶ last step ──▶ finish ──▶ record
                                 │  ▲
                      cancel? ◀──┘  └── continue, and what was not accepted
"""

from __future__ import annotations

from typing import Any, cast

from botbuilder.core import TurnContext
from botbuilder.dialogs import (
    Dialog,
    DialogContext,
    DialogInstance,
    DialogReason,
    DialogTurnResult,
)

from bot.domain.errors import Refusal
from bot.domain.people import Draft
from cards import form as form_cards
from cards.refusal import build_refusal
from dialogs import form_prompt
from dialogs.flow import Flow
from dialogs.form_turn import FormTurn
from dialogs.progress import FORM_ID, Progress
from dialogs.stage import Click, Heard, Stage


class FlowDialog(Dialog):
    """Runs one flow; its state on the stack is a `Progress`."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow.dialog_id)
        self.flow = flow

    async def begin_dialog(
        self, dialog_context: DialogContext, options: object = None
    ) -> DialogTurnResult:
        """Begin, or offer to go on with what was left."""
        given = dict(cast("dict[str, Any]", options or {}))
        resume = bool(given.pop("_resume", False))
        stage = Stage.of(dialog_context.context)
        try:
            answers = await self.flow.begin(given, stage.ctx)
        except Refusal as refusal:
            stage.show(build_refusal(stage.ctx.tr.refusal(refusal), stage.ctx.tr))
            return await dialog_context.end_dialog()
        progress = Progress.start(self.flow, given, answers)
        draft = await self._draft(stage)
        if draft is not None:
            self._take_up(progress, draft)
            progress.asking = None if resume else "resume"
        return await self.wait(dialog_context, stage, progress)

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Take a click of the form, or typed words."""
        stage = Stage.of(dialog_context.context)
        progress = Progress.read(dialog_context.active_dialog.state)
        turn = FormTurn(self, dialog_context, stage, progress)
        if isinstance(stage.said, Click):
            return await turn.clicked(stage.said)
        return await turn.heard(cast("Heard", stage.said))

    async def resume_dialog(
        self, dialog_context: DialogContext, reason: DialogReason, result: object
    ) -> DialogTurnResult:
        """Another form, begun in the middle of this one, is over: here we were."""
        stage = Stage.of(dialog_context.context)
        progress = Progress.read(dialog_context.active_dialog.state)
        return await self.wait(dialog_context, stage, progress)

    async def reprompt_dialog(self, context: TurnContext, instance: DialogInstance) -> None:
        """Show the step again, after a word of help."""
        stage = Stage.of(context)
        await self.show(stage, Progress.read(instance.state))

    async def takes_free_text(self, stage: Stage, state: dict[str, Any]) -> bool:
        """Whether any words at all may be the answer to what is asked now."""
        progress = Progress.read(state)
        if progress.asking:
            return False
        elements = await progress.current(self.flow).build(progress.answers, stage.ctx)
        return form_prompt.takes_free_text(elements)

    async def show(
        self,
        stage: Stage,
        progress: Progress,
        errors: dict[str, str] | None = None,
        notice: str | None = None,
    ) -> None:
        """The card of the form as it stands."""
        ctx, flow = stage.ctx, self.flow
        title = flow.title(progress.answers, ctx)
        view = await self._view(stage, progress, errors or {}, notice)
        if progress.asking == "resume":
            draft = await self._draft(stage)
            since = ctx.tr.date_time(draft.updated_at if draft else ctx.now())
            card = form_cards.build_resume(view, since, ctx.tr)
        elif progress.asking == "cancel":
            card = form_cards.build_cancel_question(view, ctx.tr)
        else:
            card = form_cards.build_form(view, ctx.tr)
        stage.form(card, title)

    async def wait(
        self,
        dialog_context: DialogContext,
        stage: Stage,
        progress: Progress,
        errors: dict[str, str] | None = None,
        notice: str | None = None,
    ) -> DialogTurnResult:
        """Show the form as it stands, keep its state, and wait."""
        await self.show(stage, progress, errors, notice)
        progress.write(dialog_context.active_dialog.state)
        return Dialog.end_of_turn

    async def _view(
        self, stage: Stage, progress: Progress, errors: dict[str, str], notice: str | None
    ) -> form_cards.FormView:
        ctx, flow = stage.ctx, self.flow
        step = progress.current(flow)
        number, total = progress.position(flow)
        resuming = progress.asking == "resume"
        said = [
            form_cards.Said(done.key, ctx.tr.t(flow.text_key(f"step.{done.key}.label")), text)
            for done in progress.steps(flow)
            if progress.is_done(done) and (resuming or done.key != step.key)
            if (text := await done.summary(progress.answers, ctx))
        ]
        return form_cards.FormView(
            flow=flow.name,
            form=progress.form,
            step=step.key,
            title=flow.title(progress.answers, ctx),
            heading=_optional(stage, flow.text_key(f"step.{step.key}.title")),
            prompt=_optional(stage, flow.text_key(f"step.{step.key}.prompt")),
            number=number,
            total=total,
            elements=[] if progress.asking else await step.build(progress.answers, ctx),
            values=progress.typed,
            errors=errors,
            said=said,
            confirm=ctx.tr.t(flow.text_key("submit")) if number == total else None,
            notice=notice,
        )

    async def _draft(self, stage: Stage) -> Draft | None:
        """The draft left in this flow, if it is of this version."""
        if not self.flow.drafted:
            return None
        draft = await stage.ctx.services.drafts.load(stage.ctx.me, self.flow.name)
        known = draft is not None and draft.answers.get("version") == self.flow.version
        return draft if known else None

    def _take_up(self, progress: Progress, draft: Draft) -> None:
        kept: dict[str, Any] = draft.answers
        progress.answers = dict(kept["answers"])
        progress.done = list(kept["done"])
        progress.options = dict(kept["options"])
        progress.step = draft.step
        progress.form = progress.answers.get(FORM_ID, progress.form)

    def keep(self, stage: Stage, progress: Progress) -> None:
        """Have the draft saved with the state, when the turn ends well."""
        if self.flow.drafted:
            kept: dict[str, object] = {
                "version": self.flow.version,
                "answers": progress.answers,
                "done": progress.done,
                "options": progress.options,
            }
            ctx = stage.ctx
            stage.turn.draft = Draft(ctx.me, self.flow.name, progress.step, ctx.now(), kept)

    async def discard(self, stage: Stage) -> None:
        """Forget the draft."""
        if self.flow.drafted:
            stage.turn.draft = None
            await stage.ctx.services.drafts.discard(stage.ctx.me, self.flow.name)


def _optional(stage: Stage, key: str) -> str:
    """A heading or a prompt, where the step has one."""
    return stage.ctx.tr.t(key) if stage.ctx.tr.has(key) else ""
