"""The entry: every click and every typed word of a personal chat comes through here.

click of a form ──▶ the form on the stack          other click ──▶ its verb's handler
typed words ──▶ in a form: its own words, then exact commands, then the step's answer
            └─▶ otherwise: a command, with small slips forgiven; else "I did not understand"
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from botbuilder.core import TurnContext
from botbuilder.dialogs import DialogContext, DialogInstance, DialogSet
from botbuilder.dialogs.memory import DialogStateManagerConfiguration

from bot.domain.errors import Conflict, OutsideFault, Refusal
from cards import actions
from cards.actions import Action
from cards.form import build_closed, build_lost
from cards.help import build_help
from cards.refusal import build_refusal
from dialogs import form_prompt
from dialogs.context import Reply
from dialogs.flow_dialog import FlowDialog
from dialogs.progress import Progress
from dialogs.routes import Routes
from dialogs.stack import StackAccessor
from dialogs.stage import STAGE, Click, Heard, Stage
from dialogs.words import command, form_word

# Heard as what they are even where any words may be the answer: help, a language, and the words
# with which somebody comes back to a form that they left half way.
NEVER_AN_ANSWER = frozenset(
    {
        actions.HELP,
        actions.LANGUAGE,
        actions.REQUEST_NEW,
        actions.APPLICATION_NEW,
        actions.APPLICATION_MINE,
    }
)

_MEMORY = DialogStateManagerConfiguration.__name__

# The numbers of the times offered for an interview: in a form, a number is an answer to it.
ALONE = frozenset({actions.INTERVIEW_PICK})


class Main:
    """Routes one turn."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self._memory: object = None
        self._stack = StackAccessor()
        self._dialogs = DialogSet(self._stack)
        for flow in routes.flows.values():
            self._dialogs.add(FlowDialog(flow))

    async def heard(self, context: TurnContext, stage: Stage, text: str) -> None:
        """Somebody typed something."""
        dc = await self._open(context, stage)
        if dc is None:
            return
        heard = self._heard_in_form if dc.active_dialog else self._heard_alone
        await self._safely(dc, stage, heard(dc, stage, text))
        await self._stack.save(context)

    async def clicked(self, context: TurnContext, stage: Stage, payload: object) -> None:
        """Somebody clicked a button.

        Raises:
            UnknownVerb: no card has it.
            Refusal: `card_bad`, for a payload that makes no sense; nothing was touched.
        """
        dc = await self._open(context, stage)
        if dc is None:
            return
        action = actions.parse(payload)
        click = _form_click(action) if action.verb == actions.FORM else None
        if click:
            await self._safely(dc, stage, self._form_clicked(dc, stage, click))
        else:
            reply = await self.routes.handle(stage.ctx, action)
            await self._safely(dc, stage, self._answer(dc, stage, reply))
        await stage.settle()
        await self._stack.save(context)

    async def _open(self, context: TurnContext, stage: Stage) -> DialogContext | None:
        """The stack; None where it made no sense any more, and the person was told so."""
        context.turn_state[STAGE] = stage
        # botbuilder makes these anew for each turn; they know nothing of any.
        if self._memory is not None:
            context.turn_state[_MEMORY] = self._memory
        dc = await self._dialogs.create_context(context)
        self._memory = context.turn_state[_MEMORY]
        for instance in dc.stack:
            if not await self._makes_sense(instance):
                await self._stack.delete(context)
                self._say_lost(stage, instance.id)
                return None
        return dc

    async def _makes_sense(self, entry: DialogInstance) -> bool:
        if self._dialogs.find_dialog(entry.id) is None:  # pyright: ignore[reportUnnecessaryComparison]  # botbuilder's hint is wrong
            return False
        try:
            Progress.read(entry.state)
        except TypeError:  # of an older program
            return False
        return True

    def _say_lost(self, stage: Stage, dialog_id: str) -> None:
        name = dialog_id.removeprefix("flow.").rpartition(".")[0]
        flow = self.routes.flows.get(name)
        title = stage.ctx.tr.t("error.title") if flow is None else flow.title({}, stage.ctx)
        again = flow.name if flow and flow.drafted else None
        stage.end_form(build_lost(again, title, stage.ctx.tr), title)

    async def _heard_in_form(self, dc: DialogContext, stage: Stage, text: str) -> None:
        ctx = stage.ctx
        word = form_word(text, ctx.catalogues)
        found = None if word else command(text, ctx.catalogues, exact=True)
        if found and found.verb in ALONE:
            found = None
        if found and not found.ref and found.verb not in NEVER_AN_ANSWER:
            top = dc.active_dialog
            dialog = await self._dialogs.find(top.id)
            if await dialog.takes_free_text(stage, top.state):
                found = None
        if found is None:
            stage.said = Heard(text, word)
            await dc.continue_dialog()
            return
        reply = await self.routes.handle(ctx, found)
        await self._answer(dc, stage, reply)
        if reply.flow is None:  # else it is shown already: that form, or this one again
            await dc.reprompt_dialog()

    async def _safely(self, dc: DialogContext, stage: Stage, doing: Awaitable[None]) -> None:
        """Let a form go on; one whose subject is gone or has moved on ends here."""
        tr = stage.ctx.tr
        try:
            await doing
        except Refusal as refusal:
            del dc.stack[:1]
            stage.end_form(build_refusal(tr.refusal(refusal), tr), tr.t("error.title"))
        except (OutsideFault, Conflict) as fault:
            dc.stack[:] = [entry for entry in dc.stack if entry.state]  # it never began
            key = "error.conflict" if isinstance(fault, Conflict) else "error.outside"
            stage.show(build_refusal(tr.t(key), tr), new=True)

    async def _heard_alone(self, dc: DialogContext, stage: Stage, text: str) -> None:
        ctx = stage.ctx
        found = command(text, ctx.catalogues)
        if found is not None:
            await self._answer(dc, stage, await self.routes.handle(ctx, found))
            return
        if form_word(text, ctx.catalogues) == "continue":
            draft = await ctx.services.drafts.latest(ctx.me)
            if draft and draft.flow in self.routes.flows:
                await self._begin(dc, draft.flow, {"_resume": True})
                return
        if form_word(text, ctx.catalogues):
            stage.show(build_help(ctx.reader, ctx.tr, said=ctx.tr.t("help.nothing_open")))
            return
        quoted = form_prompt.quoted(text)
        said = ctx.tr.t("help.not_understood", text=quoted) if quoted else None
        stage.show(build_help(ctx.reader, ctx.tr, said=said))

    async def _form_clicked(self, dc: DialogContext, stage: Stage, click: Click) -> None:
        stage.said = click
        ids = [entry.state["form"] for entry in dc.stack]
        if click.form in ids:
            del dc.stack[: ids.index(click.form)]  # a form begun in its middle is left
        if dc.active_dialog:
            await dc.continue_dialog()
            return
        ctx = stage.ctx
        flow = self.routes.flows.get(click.flow)
        if flow is None:
            stage.show(build_refusal(ctx.tr.t("error.card_bad"), ctx.tr))
        elif click.do == "begin" or (
            flow.drafted and await ctx.services.drafts.load(ctx.me, flow.name)
        ):
            await self._begin(dc, flow.name, {})
        else:
            stage.show(build_closed(flow.title({}, ctx), ctx.tr))

    async def _answer(self, dc: DialogContext, stage: Stage, reply: Reply) -> None:
        if reply.reader is not None:
            stage.ctx = stage.ctx.seen_by(reply.reader)
        if reply.card is not None:
            stage.show(reply.card, new=reply.new, subject=reply.subject, kept=reply.kept)
        if reply.flow is not None:
            await self._begin(dc, reply.flow, reply.options)

    async def _begin(self, dc: DialogContext, name: str, options: Mapping[str, Any]) -> None:
        """Begin a form. The same one, left half way, may be continued or begun anew."""
        flow = self.routes.flows[name]
        at = next((n for n, entry in enumerate(dc.stack) if entry.id == flow.dialog_id), None)
        if at is None:
            await dc.begin_dialog(flow.dialog_id, dict(options))
            return
        del dc.stack[:at]
        state = dc.stack[0].state
        if flow.drafted and state["done"]:
            state["asking"] = "resume"
        if flow.drafted or state["options"] == dict(options):
            await dc.reprompt_dialog()
        else:  # a form about another thing
            await dc.replace_dialog(flow.dialog_id, dict(options))


def _form_click(action: Action) -> Click:
    own = {"form_flow", "form_id", "form_step", "form_do", "to_step"}
    values = {key: _as_text(value) for key, value in action.data.items() if key not in own}
    return Click(
        flow=action.text("form_flow"),
        form=action.text("form_id"),
        step=action.text("form_step"),
        do=action.text("form_do"),
        to_step=action.text("to_step"),
        values=values,
    )


def _as_text(value: object) -> str:
    """A value as Teams sends it: booleans and numbers from some clients, text from others."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
