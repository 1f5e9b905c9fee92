"""One click or one message in a form: what it means, and what the form does about it."""

from __future__ import annotations

from typing import Protocol
from zoneinfo import ZoneInfo

from botbuilder.dialogs import DialogContext, DialogTurnResult

from bot.domain.errors import Conflict, MovedOn, NotFound, Refusal
from cards import form as form_cards
from dialogs import form_prompt
from dialogs.context import Reply
from dialogs.flow import Flow, FormErrors, Step
from dialogs.form_prompt import Wrong
from dialogs.progress import Progress
from dialogs.stage import Click, Heard, Stage
from dialogs.words import changed_step


class Driver(Protocol):
    """The dialog that the turn belongs to."""

    flow: Flow

    async def wait(
        self,
        dialog_context: DialogContext,
        stage: Stage,
        progress: Progress,
        errors: dict[str, str] | None = None,
        notice: str | None = None,
    ) -> DialogTurnResult: ...

    def keep(self, stage: Stage, progress: Progress) -> None: ...

    async def discard(self, stage: Stage) -> None: ...


class FormTurn:
    """Reads what was done, moves the form's `Progress`, shows where that leads."""

    def __init__(self, dialog: Driver, dc: DialogContext, stage: Stage, progress: Progress) -> None:
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
        if heard.word and await self._is_forms(heard.word):
            return await self._word(heard.word)
        if progress.asking:
            return await self._wait()
        labels = {
            ctx.tr.t(flow.text_key(f"step.{step.key}.label")): step.key
            for step in progress.steps(flow)
            if progress.is_done(step) and await step.summary(progress.answers, ctx)
        }
        target = changed_step(heard.text, labels, ctx.catalogues)
        if target and progress.go_to(flow, target):
            return await self._wait()
        return await self._typed(progress.current(flow), heard.text)

    async def _is_forms(self, word: str) -> bool:
        """Yes and no are answers where the step asks something; else they answer the form.

        Words that stand there already, of a decision, are what a yes agrees to.
        """
        if word not in ("yes", "no") or self.progress.asking:
            return True
        elements = await self.progress.current(self.flow).build(self.progress.answers, self.ctx)
        inputs = form_cards.inputs_of(elements)
        filled = {**form_prompt.defaults(elements), **self.progress.typed}
        words = (i["type"] == "Input.Text" and filled.get(key) for key, i in inputs.items())
        return not inputs or (not self.flow.drafted and all(words))

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
            quote = "…" if step.private else form_prompt.quoted(text)
            return await self._wait(notice=ctx.tr.t("form.not_understood", text=quote))
        typed = {**progress.typed, **values}
        self._keep_typed(step, typed)
        filled = {**form_prompt.defaults(elements), **typed}
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
            case "no" if asking is None and not flow.drafted:
                return await self._cancelled()  # the last question was answered with no
            case "restart":
                return await self._restart()
            case "next" | "yes" if asking is None:
                elements = await progress.current(flow).build(progress.answers, self.ctx)
                return await self._take({**form_prompt.defaults(elements), **progress.typed})
            case _:
                pass  # "continue", "no", or a yes to the draft: here we are
        self.dialog.keep(stage, progress)
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
            self._keep_typed(step, known)
            return await self._wait(wrong.errors)
        except (Refusal, FormErrors) as error:
            self._keep_typed(step, known)
            return await self._wait(form_prompt.worded(error, ctx.tr).errors)
        if progress.accept(flow, new):
            return await self._finish(step)
        self.dialog.keep(self.stage, progress)
        return await self._wait()

    def _keep_typed(self, step: Step, typed: dict[str, str]) -> None:
        """What was not accepted (yet) stands in the card again, but for what is private."""
        self.progress.typed = {} if step.private else typed

    async def _finish(self, last: Step) -> DialogTurnResult:
        progress, flow, ctx = self.progress, self.flow, self.ctx
        try:
            reply = await self._finished()
        except (NotFound, MovedOn):
            raise
        except (Refusal, FormErrors) as error:
            errors = form_prompt.worded(error, ctx.tr).errors
            progress.reopen(flow, await self._step_with(errors, last))
            return await self._wait(errors)
        await self.dialog.discard(self.stage)
        title = flow.title(progress.answers, ctx)
        self.stage.end_form(reply.card or {}, title, subject=reply.subject)
        return await self.dc.end_dialog()

    async def _finished(self) -> Reply:
        try:
            done = await self.flow.finish(self.progress.answers, self.ctx)
        except Conflict:  # another writer was quicker: how do things stand now?
            done = await self.flow.finish(self.progress.answers, self.ctx)
        return done if isinstance(done, Reply) else Reply(card=done)

    async def _step_with(self, errors: dict[str, str], last: Step) -> str:
        """The step that asks for what turned out wrong; else the last."""
        for step in self.progress.steps(self.flow):
            asked = form_cards.inputs_of(await step.build(self.progress.answers, self.ctx))
            if asked.keys() & errors.keys():
                return step.key
        return last.key

    async def _cancelled(self) -> DialogTurnResult:
        await self.dialog.discard(self.stage)
        answers, ctx = self.progress.answers, self.ctx
        title = self.flow.title(answers, ctx)
        shown = await self.flow.cancelled(answers, ctx) or form_cards.build_cancelled(title, ctx.tr)
        reply = shown if isinstance(shown, Reply) else Reply(card=shown)
        self.stage.end_form(reply.card or {}, title, subject=reply.subject)
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
