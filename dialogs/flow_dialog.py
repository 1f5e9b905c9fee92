"""The dialog that drives any flow.

begin ──▶ (a draft?) ──resume?──▶ step ⇄ step … ──▶ last step ──▶ finish ──▶ record
                                 │  ▲
                      cancel? ◀──┘  └── continue, and what was not accepted
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from botbuilder.core import TurnContext
from botbuilder.dialogs import (
    Dialog,
    DialogContext,
    DialogInstance,
    DialogReason,
    DialogTurnResult,
)

from bot.domain.errors import Conflict, Refusal
from bot.domain.people import Draft
from cards import form as form_cards
from cards.refusal import build_refusal
from dialogs import form_prompt
from dialogs.flow import Flow, FormErrors, Step
from dialogs.form_prompt import Wrong
from dialogs.progress import FORM_ID, Progress
from dialogs.stage import Click, Heard, Stage
from dialogs.words import changed_step


class FlowDialog(Dialog):
    """Runs one flow; its state on the stack is a `Progress`."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow.dialog_id)
        self.flow = flow

    async def begin_dialog(
        self, dialog_context: DialogContext, options: object = None
    ) -> DialogTurnResult:
        """Begin, or offer to go on with what was left."""
        given: dict[str, Any] = dict(options or {})
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
        turn = _FormTurn(self, dialog_context, stage, progress)
        match stage.said:
            case Click() as click:
                return await turn.clicked(click)
            case Heard() as heard:
                return await turn.heard(heard)
            case None:
                return await self.wait(dialog_context, stage, progress)

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
            form_cards.Said(done.key, ctx.tr.t(f"{flow.name}.step.{done.key}.label"), text)
            for done in progress.steps(flow)
            if progress.is_done(done) and (resuming or done.key != step.key)
            if (text := await done.summary(progress.answers, ctx))
        ]
        return form_cards.FormView(
            flow=flow.name,
            form=progress.form,
            step=step.key,
            title=flow.title(progress.answers, ctx),
            heading=_optional(stage, f"{flow.name}.step.{step.key}.title"),
            prompt=_optional(stage, f"{flow.name}.step.{step.key}.prompt"),
            number=number,
            total=total,
            elements=[] if progress.asking else await step.build(progress.answers, ctx),
            values=progress.typed,
            errors=errors,
            said=said,
            confirm=ctx.tr.t(f"{flow.name}.submit") if number == total else None,
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

    async def keep(self, stage: Stage, progress: Progress) -> None:
        """Save the draft."""
        if self.flow.drafted:
            kept: dict[str, object] = {
                "version": self.flow.version,
                "answers": progress.answers,
                "done": progress.done,
                "options": progress.options,
            }
            drafts = stage.ctx.services.drafts
            await drafts.save(stage.ctx.me, self.flow.name, progress.step, kept)

    async def discard(self, stage: Stage) -> None:
        """Forget the draft."""
        if self.flow.drafted:
            await stage.ctx.services.drafts.discard(stage.ctx.me, self.flow.name)


class _FormTurn:
    """One click or one message in a form."""

    def __init__(
        self, dialog: FlowDialog, dc: DialogContext, stage: Stage, progress: Progress
    ) -> None:
        self.dialog = dialog
        self.flow = dialog.flow
        self.dc = dc
        self.stage = stage
        self.ctx = stage.ctx
        self.progress = progress

    async def clicked(self, click: Click) -> DialogTurnResult:
        progress, flow = self.progress, self.flow
        if click.form != progress.form:
            return await self._wait(notice=self.ctx.tr.t("form.older_card"))
        step = progress.current(flow)
        if click.do == "next" and (click.step != step.key or progress.asking):
            progress.asking = None  # a second click of a card that has moved on
            return await self._wait()
        if click.do == "change":
            progress.asking = None
            progress.go_to(flow, click.to_step)
            return await self._wait()
        if click.do == "next":
            return await self._take(dict(click.values))
        return await self._word(click.do)

    async def heard(self, heard: Heard) -> DialogTurnResult:
        progress, flow, ctx = self.progress, self.flow, self.ctx
        if heard.word:
            return await self._word(heard.word)
        if progress.asking:
            return await self._wait()
        labels = {
            ctx.tr.t(f"{flow.name}.step.{step.key}.label"): step.key
            for step in progress.steps(flow)
            if progress.is_done(step) and await step.summary(progress.answers, ctx)
        }
        target = changed_step(heard.text, labels, ctx.catalogues)
        if target and progress.go_to(flow, target):
            return await self._wait()
        return await self._typed(progress.current(flow), heard.text)

    async def _typed(self, step: Step, text: str) -> DialogTurnResult:
        """Typed words that are the step's business."""
        progress, ctx = self.progress, self.ctx
        elements = await step.build(progress.answers, ctx)
        try:
            values = await step.hear(text, progress.answers, ctx)
            if values is None:
                today = ctx.now().astimezone(ZoneInfo(ctx.reader.zone)).date()
                values = form_prompt.place(elements, text, progress.typed, today)
        except (Refusal, FormErrors) as error:
            return await self._wait(form_prompt.worded(error, ctx.tr).errors)
        if values is None:
            quoted = ctx.tr.t("form.not_understood", text=form_prompt.quoted(text))
            return await self._wait(notice=quoted)
        progress.typed = {**progress.typed, **values}
        filled = {**form_prompt.defaults(elements), **progress.typed}
        missing = form_prompt.missing(elements, filled)
        if missing:
            return await self._wait()
        return await self._take(filled)

    async def _word(self, word: str) -> DialogTurnResult:
        """Back, cancel and their like, clicked or typed."""
        progress, flow, stage = self.progress, self.flow, self.stage
        asking, progress.asking = progress.asking, None
        match word:
            case "back":
                if asking is None:
                    progress.back(flow)
            case "cancel" | "cancelled" | "yes" if asking == "cancel" or word == "cancelled":
                return await self._cancelled()
            case "cancel":
                progress.asking = "cancel"
            case "restart":
                return await self._restart()
            case "next" | "yes" if asking is None:
                elements = await progress.current(flow).build(progress.answers, self.ctx)
                return await self._take({**form_prompt.defaults(elements), **progress.typed})
            case _:
                pass  # "continue", "no", or a yes to the draft: here we are
        await self.dialog.keep(stage, progress)
        return await self._wait()

    async def _take(self, given: dict[str, str]) -> DialogTurnResult:
        """Check and accept the step's values; at the end, finish."""
        progress, flow, ctx = self.progress, self.flow, self.ctx
        step = progress.current(flow)
        elements = await step.build(progress.answers, ctx)
        known = form_prompt.known(elements, given)
        try:
            values = form_prompt.checked(elements, known, ctx.tr)
            new = await step.parse(values, progress.answers, ctx)
        except Wrong as wrong:
            progress.typed = known
            return await self._wait(wrong.errors)
        except (Refusal, FormErrors) as error:
            progress.typed = known
            return await self._wait(form_prompt.worded(error, ctx.tr).errors)
        if progress.accept(flow, new):
            return await self._finish(step)
        await self.dialog.keep(self.stage, progress)
        return await self._wait()

    async def _finish(self, last: Step) -> DialogTurnResult:
        progress, flow, ctx = self.progress, self.flow, self.ctx
        try:
            card = await self._finished()
        except (Refusal, FormErrors) as error:
            errors = form_prompt.worded(error, ctx.tr).errors
            progress.reopen(flow, await self._step_with(errors, last))
            return await self._wait(errors)
        await self.dialog.discard(self.stage)
        self.stage.end_form(card, flow.title(progress.answers, ctx))
        return await self.dc.end_dialog()

    async def _finished(self) -> dict[str, Any]:
        try:
            return await self.flow.finish(self.progress.answers, self.ctx)
        except Conflict:  # another writer was quicker: how do things stand now?
            return await self.flow.finish(self.progress.answers, self.ctx)

    async def _step_with(self, errors: dict[str, str], last: Step) -> str:
        """The step that asks for what turned out wrong; else the last."""
        for step in self.progress.steps(self.flow):
            asked = form_cards.inputs_of(await step.build(self.progress.answers, self.ctx))
            if asked.keys() & errors.keys():
                return step.key
        return last.key

    async def _cancelled(self) -> DialogTurnResult:
        await self.dialog.discard(self.stage)
        title = self.flow.title(self.progress.answers, self.ctx)
        self.stage.end_form(form_cards.build_cancelled(title, self.ctx.tr), title)
        return await self.dc.end_dialog()

    async def _restart(self) -> DialogTurnResult:
        await self.dialog.discard(self.stage)
        answers = await self.flow.begin(self.progress.options, self.ctx)
        self.progress = Progress.start(self.flow, self.progress.options, answers)
        return await self._wait()

    async def _wait(
        self, errors: dict[str, str] | None = None, notice: str | None = None
    ) -> DialogTurnResult:
        return await self.dialog.wait(self.dc, self.stage, self.progress, errors, notice)


def _optional(stage: Stage, key: str) -> str:
    """A heading or a prompt, where the step has one."""
    return stage.ctx.tr.t(key) if stage.ctx.tr.has(key) else ""
