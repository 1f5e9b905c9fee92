"""Other days for an orientation: the days ──▶ review ──▶ the series moves, everybody is told."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import MovedOn
from bot.domain.training_days import Rhythm, rhythm_of
from bot.services.cohort_views import CohortView
from dialogs.cohort_plan import Days, Review
from dialogs.cohort_steering import CohortFlow, shown
from dialogs.context import Ctx, Reply
from dialogs.flow import Answers


class Move(CohortFlow):
    """The same steps as when it was planned, filled in with what stands."""

    name = "cohort_move"
    texts = "cohort.move"
    move = "move"
    steps = (Days(), Review())

    async def facts(self, view: CohortView, ctx: Ctx) -> Answers:
        """On the cohort's own clock."""
        cohort = view.cohort
        start = cohort.starts_at.astimezone(ZoneInfo(cohort.zone))
        end = start + timedelta(minutes=cohort.minutes)
        return {
            "zone": cohort.zone,
            "rhythm": rhythm_of(cohort.starts, cohort.zone).value,
            "date": start.date().isoformat(),
            "time": f"{start:%H:%M}",
            "until": f"{end:%H:%M}",
        }

    async def finish(self, answers: Answers, ctx: Ctx) -> Reply:
        """Those concerned are told once."""
        hours = time.fromisoformat(answers["time"]), time.fromisoformat(answers["until"])
        try:
            view = await ctx.services.cohorts.reschedule(
                ctx.me,
                answers["cohort_id"],
                date.fromisoformat(answers["date"]),
                Rhythm(answers["rhythm"]),
                hours,
            )
        except MovedOn as refusal:
            return await self.overtaken(answers, ctx, refusal)
        return shown(view, ctx, ctx.tr.t("cohort.said.moved"))
