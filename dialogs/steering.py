"""The coordinators' forms about a session, with or without a request: another time, cancelling.

reschedule: when ──▶ review, with how its leads are placed then ──▶ everybody is told once
cancel: a word of why ──▶ everybody is told once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import MovedOn, Refusal
from bot.services.desk import session_subject
from bot.services.views import SessionView
from cards import kit
from cards.notices import person_name
from cards.session import build_session
from cards.triage import WRITTEN, write_input
from dialogs.context import Ctx, Reply, show
from dialogs.flow import Answers, Element, Flow, Step, Values
from dialogs.triage_parts import about, shown
from dialogs.triage_people import placed
from dialogs.triage_times import date_and_time, heard_start, read_start


class SessionFlow(Flow):
    """A form about one session; begun with its `session_id`.

    Attributes:
        move: What the reader must be able to do with it, in the words of `SessionView.may`.
    """

    drafted = False
    move: str

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """What it is about, and when it is now."""
        view = await ctx.services.sessions.view(ctx.me, options["session_id"])
        session = view.session
        if self.move not in view.may:
            raise MovedOn("session_moved_on", status=session.status.value, wanted=self.move)
        local = session.starts_at.astimezone(ZoneInfo(session.zone))
        return {
            **options,
            "request_id": session.request_id or "",
            "offering": session.offering,
            "zone": session.zone,
            "minutes": int(session.duration.total_seconds() // 60),
            "current": session.starts_at.isoformat(),
            "date": f"{local:%Y-%m-%d}",
            "time": f"{local:%H:%M}",
        }

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Reply:
        """The card comes back."""
        return await steered(answers["session_id"], "kept", ctx, kit.Tone.INFO)


class NewTime(Step):
    """When, on the session's own clock, and a word of why."""

    key = "when"
    needs = ("starts_at",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """As it is now, to be changed."""
        tr = ctx.tr
        now = _when(answers["current"], answers, ctx)
        return [
            about(answers, ctx),
            kit.text(tr.t("triage.reschedule.now", when=now)),
            *date_and_time("triage.reschedule.clock", answers, ctx, required=True),
            kit.text_input(
                "reason",
                tr.t("triage.reschedule.reason"),
                tr.t("error.too_long", limit=WRITTEN),
                value=answers.get("reason", ""),
                required=False,
                limit=WRITTEN,
            ),
        ]

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """March 9 at 1 pm; without a figure it is the word of why."""
        return heard_start(text, answers["zone"], ctx)

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """The instant, and how those who lead are placed then."""
        starts_at = read_start(values, answers["zone"], answers["minutes"], ctx)
        if starts_at.isoformat() == answers["current"]:
            raise Refusal("session_same_time", field="date")
        found = await ctx.services.staffing.leads_at(ctx.me, answers["session_id"], starts_at)
        leads = [
            {
                "name": person_name(one.lead.person, ctx.tr),
                "side": one.lead.side.value,
                "placed": placed(one.availability.value, engaged=one.engaged),
            }
            for one in found.leads
        ]
        return {
            **values,
            "starts_at": starts_at.isoformat(),
            "leads": leads,
            "calendars": found.calendars_answered,
        }

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The new time, and why."""
        when = ctx.tr.sentence(_when(answers["starts_at"], answers, ctx))
        return ". ".join(filter(None, [when, answers.get("reason")]))


class ReviewTime(Step):
    """How those who lead are placed then, and what happens next."""

    key = "review"

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """One line a lead."""
        tr = ctx.tr
        away = None if answers["calendars"] else kit.notice(tr.t("triage.away"), kit.Tone.WARNING)
        rows = [
            (tr.t(f"triage.side.{lead['side']}"), _placed_lead(lead, answers, ctx))
            for lead in answers["leads"]
        ]
        elements = [away, kit.facts(tr, rows), kit.text(tr.t("triage.reschedule.what_next"))]
        return [element for element in elements if element]


class Reschedule(SessionFlow):
    """Another time for the same session."""

    name = "session_reschedule"
    texts = "triage.reschedule"
    move = "reschedule"
    steps = (NewTime(), ReviewTime())

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """The meeting moves, reminders follow, everybody is told once."""
        session_id, starts_at = answers["session_id"], datetime.fromisoformat(answers["starts_at"])
        reason = answers.get("reason", "")
        try:
            await ctx.services.steering.reschedule(ctx.me, session_id, starts_at, reason)
        except MovedOn as refusal:
            return await overtaken(session_id, refusal, ctx)
        return await steered(session_id, "rescheduled", ctx)


class Why(Step):
    """A word of why."""

    key = "reason"
    needs = ("reason",)

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """Who reads it is said first."""
        return [
            about(answers, ctx),
            kit.text(ctx.tr.sentence(_when(answers["current"], answers, ctx))),
            kit.text(ctx.tr.t("triage.cancel.prompt")),
            write_input("cancel", "reason", ctx.tr),
        ]


class Cancel(SessionFlow):
    """The session does not take place."""

    name = "session_cancel"
    texts = "triage.cancel"
    move = "cancel"
    steps = (Why(),)

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Everybody is told once; a request goes back to review."""
        try:
            return await session_cancelled(answers["session_id"], answers["reason"], ctx)
        except MovedOn as refusal:
            return await overtaken(answers["session_id"], refusal, ctx)


async def session_cancelled(session_id: str, reason: str, ctx: Ctx) -> Reply:
    """Cancel, and say so. Raises as `SteeringService.cancel`."""
    view = await ctx.services.steering.cancel(ctx.me, session_id, reason)
    return await _answered(view, ctx, "cancelled", kit.Tone.GOOD)


async def steered(session_id: str, what: str, ctx: Ctx, tone: kit.Tone = kit.Tone.GOOD) -> Reply:
    """How it stands after what was done: on the request's card, where there is a request."""
    view = await ctx.services.sessions.view(ctx.me, session_id)
    return await _answered(view, ctx, what, tone)


async def overtaken(session_id: str, refusal: Refusal, ctx: Ctx) -> Reply:
    """It moved on meanwhile: how it stands now."""
    view = await ctx.services.sessions.view(ctx.me, session_id)
    return await _card(view, ctx, ctx.tr.refusal(refusal), kit.Tone.WARNING)


async def _answered(view: SessionView, ctx: Ctx, what: str, tone: kit.Tone) -> Reply:
    alone = "" if view.session.request_id else ".alone"
    said = ctx.tr.t(f"triage.said.{what}{alone if what == 'cancelled' else ''}")
    return await _card(view, ctx, said, tone)


async def _card(view: SessionView, ctx: Ctx, said: str, tone: kit.Tone) -> Reply:
    session = view.session
    if session.request_id:
        request = await ctx.services.triage.view(ctx.me, session.request_id)
        return shown(request, ctx, said, tone)
    subject = session_subject(session.session_id)
    return show(build_session(view, ctx.tr, said=said, tone=tone), subject=subject)


def _when(starts_at: str, answers: Answers, ctx: Ctx) -> str:
    start = datetime.fromisoformat(starts_at)
    return ctx.tr.when(start, start + timedelta(minutes=answers["minutes"]), answers["zone"])


def _placed_lead(lead: Mapping[str, str], answers: Answers, ctx: Ctx) -> str:
    state = lead["placed"]
    if state == "unknown" and not answers["calendars"]:
        state = "away"
    placed_words = ctx.tr.t(f"triage.placed.{state}")
    return ctx.tr.t("triage.reschedule.lead", name=lead["name"], placed=placed_words)
