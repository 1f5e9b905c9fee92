"""The forms about interviews.

invite: days ──▶ times ──▶ the candidate has them      move: days ──▶ time ──▶ the meeting moves
cancel, ask for other times: one thing to write
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bot.domain.errors import MovedOn
from bot.services.desk import interview_subject
from bot.services.selection_views import InterviewView, SelectionView
from cards import kit
from cards.interview import build_interview
from cards.interview_parts import reason_input, words_input
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow, Step
from dialogs.interview_times import Days, Times, about, chosen_starts, first_days
from dialogs.selection_parts import must, shown, stands


class SteeringFlow(Flow):
    """A form of those who select about one application; begun with its `application_id`.

    Attributes:
        move: What the reader must be able to do with it, in the words of `SelectionView.may`.
    """

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """Whose interview it is."""
        view = await ctx.services.selection.view(ctx.me, options["application_id"])
        must(view, self.move)
        return {**options, **about(view, ctx), **self.more(view, ctx)}

    def more(self, view: SelectionView, ctx: Ctx) -> Answers:
        """What the form begins with besides."""
        interview = view.interview
        return {"interview_id": interview.interview_id} if interview else {}

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """With the reference, while there is one."""
        return ctx.tr.t(self.text_key("title"), reference=answers.get("reference", "")).strip(
            " :\u00a0"
        )

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The application's card comes back."""
        return await stands(ctx, answers["application_id"])

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Do it; whoever comes second sees what the other did."""
        try:
            return await self.carry_out(answers, ctx)
        except MovedOn as refusal:
            return await stands(ctx, answers["application_id"], refusal)

    @abstractmethod
    async def carry_out(self, answers: Answers, ctx: Ctx) -> Reply:
        """Call the use case."""


class Invite(SteeringFlow):
    """Three times to offer."""

    name = "interview_invite"
    texts = "interview.invite"
    move = "invite"
    steps: ClassVar[Sequence[Step]] = (Days(length=True), Times())

    def more(self, view: SelectionView, ctx: Ctx) -> Answers:
        """The usual length, and the next two weeks."""
        return {"minutes": ctx.rules.interview_minutes, **first_days(ctx)}

    async def carry_out(self, answers: Answers, ctx: Ctx) -> Reply:
        """The candidate has them."""
        view = await ctx.services.inviting.invite(
            ctx.me, answers["application_id"], chosen_starts(answers), answers["minutes"]
        )
        until = view.interview.answer_by if view.interview else ctx.now()
        words = ctx.tr.t("selection.said.invited", until=ctx.tr.weekday_date_time(until))
        return shown(view, ctx, words)


class Move(SteeringFlow):
    """Another time for the same meeting."""

    name = "interview_move"
    texts = "interview.move"
    move = "reschedule"
    steps: ClassVar[Sequence[Step]] = (Days(length=False), Times(1))

    def more(self, view: SelectionView, ctx: Ctx) -> Answers:
        """Its length stays."""
        minutes, current = ctx.rules.interview_minutes, None
        if view.interview:
            minutes, current = view.interview.minutes, view.interview.starts_at
        as_it_is = {"minutes": minutes, "current": current and current.isoformat()}
        return {**super().more(view, ctx), **as_it_is, **first_days(ctx)}

    async def carry_out(self, answers: Answers, ctx: Ctx) -> Reply:
        """The meeting moves."""
        (starts_at,) = chosen_starts(answers)
        view = await ctx.services.inviting.reschedule(ctx.me, answers["interview_id"], starts_at)
        return shown(view, ctx, ctx.tr.t("selection.said.moved"))


class Why(Step):
    """A word of why, which the candidate reads."""

    key = "why"
    needs = ("reason",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """What happens with it is said first."""
        return [kit.text(ctx.tr.t("interview.cancel.prompt")), reason_input(ctx.tr)]


class CancelInterview(SteeringFlow):
    """Cancel, where it was typed."""

    name = "interview_cancel"
    texts = "interview.cancel"
    move = "cancel"
    steps: ClassVar[Sequence[Step]] = (Why(),)

    async def carry_out(self, answers: Answers, ctx: Ctx) -> Reply:
        """The candidate is told."""
        return await cancelled(answers["interview_id"], answers["reason"], ctx)


class FreeWhen(Step):
    """What the coordinator should know."""

    key = "words"
    needs = ("words",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """It may be left empty."""
        prompt = ctx.tr.t(f"interview.{answers['how']}.prompt")
        return [kit.text(prompt), words_input(ctx.tr)]


class AskOthers(Flow):
    """None of the times suits the candidate, where it was typed."""

    name = "interview_decline"
    texts = "interview.decline"
    drafted = False
    steps: ClassVar[Sequence[Step]] = (FreeWhen(),)

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The interview's card comes back."""
        view = await ctx.services.interviews.view(ctx.me, answers["interview_id"])
        return theirs(view, ctx, ctx.tr.t("interview.said.nothing"), kit.Tone.INFO)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The coordinator knows."""
        return await other_times(answers["interview_id"], answers.get("words") or "", ctx)


async def cancelled(interview_id: str, reason: str, ctx: Ctx) -> Reply:
    """Cancel, and say so. Raises as `InvitingService.cancel`."""
    view = await ctx.services.inviting.cancel(ctx.me, interview_id, reason)
    return shown(view, ctx, ctx.tr.t("selection.said.cancelled"))


async def other_times(interview_id: str, words: str, ctx: Ctx) -> Reply:
    """Ask for other times, and say so. Raises as `InterviewsService.decline`."""
    view = await ctx.services.interviews.decline(ctx.me, interview_id, words)
    return theirs(view, ctx, ctx.tr.t("interview.said.declined"), kit.Tone.INFO)


def theirs(
    view: InterviewView, ctx: Ctx, said: str | None = None, tone: kit.Tone = kit.Tone.GOOD
) -> Reply:
    """The interview's own card, kept true from now on."""
    card = build_interview(view, ctx.tr, said=said, tone=tone)
    return show(card, subject=interview_subject(view.interview.interview_id))
