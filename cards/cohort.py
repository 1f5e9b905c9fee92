"""A cohort of the orientation, as a candidate sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cohorts import CohortStatus
from bot.services.cohort_views import CohortView
from cards import actions, kit
from cards.cohort_steer import build_steered
from cards.cohort_words import common_facts, days_part, standing_of, tone_of

if TYPE_CHECKING:
    from bot.i18n import Translator


def build_cohort(
    view: CohortView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How a cohort stands for whoever looks at it, and what they can do about it now."""
    # Whoever steers it and is offered a seat in it answers first.
    if view.relation == "coordinator" and "accept" not in view.may:
        return build_steered(view, tr, said=said, tone=tone)
    cohort, standing = view.cohort, standing_of(view)
    title, words = tr.t("cohort.title"), tr.t(f"cohort.standing.{standing}")
    return kit.card(
        tr,
        title,
        kit.badge(words, tone_of(standing)),
        *_next(view, standing, tr),
        days_part(view, tr),
        kit.facts(tr, common_facts(view, tr)),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, words),
        refresh=(actions.COHORT_SHOW, {"id": cohort.cohort_id}, ()),
    )


def build_no_cohort(tr: Translator) -> kit.Card:
    """Nothing was ever offered, and when it will be."""
    return kit.card(
        tr,
        tr.t("cohort.mine.title"),
        kit.text(tr.t("cohort.mine.empty")),
        actions=[
            kit.execute(tr.t("cohort.mine.application"), actions.APPLICATION_MINE),
            kit.execute(tr.t("form.help"), actions.HELP),
        ],
        summary=tr.t("cohort.mine.empty"),
        refresh=(actions.COHORT_MINE, {}, ()),
    )


def _next(view: CohortView, standing: str, tr: Translator) -> list[kit.Element | None]:
    """What happens next, and by when."""
    cohort, seat = view.cohort, view.seat
    if standing == "offered" and seat and seat.answer_by:
        until = tr.weekday_date_time(seat.answer_by)
        return [kit.text(tr.t("cohort.next.offered", until=until), bold=True)]
    reason = kit.person_text(cohort.cancel_reason) if cohort.cancel_reason else None
    return [reason, kit.text(tr.t(f"cohort.next.{_next_key(view, standing)}"))]


def _next_key(view: CohortView, standing: str) -> str:
    cohort = view.cohort
    if standing in ("cancelled", "completed", "waitlisted"):
        return standing
    if standing == "incomplete":
        return "another"
    if standing != "confirmed":
        return "back" if "wait" in view.may else "another"
    if view.over:
        return "ended"
    if cohort.fault:
        return "fault"
    if cohort.join_url is None:
        return "booking"
    return "running" if cohort.status is CohortStatus.RUNNING else "booked"


def _buttons(view: CohortView, tr: Translator) -> list[kit.Element | None]:
    cohort, may, about = view.cohort, view.may, view.cohort.cohort_id
    standing = standing_of(view)
    link = cohort.join_url if standing == "confirmed" and not view.over else None
    return [
        kit.positive(tr.t("cohort.do.accept"), actions.COHORT_ACCEPT, id=about)
        if "accept" in may
        else None,
        kit.execute(tr.t("cohort.do.decline"), actions.COHORT_LEAVE, id=about)
        if "decline" in may
        else None,
        kit.open_url(tr.t("cohort.do.open_meeting"), link) if link else None,
        kit.positive(tr.t("cohort.do.wait"), actions.COHORT_WAIT, id=about)
        if "wait" in may
        else None,
        _leave(view, tr) if "leave" in may else None,
        kit.positive(tr.t("roster.mine.title"), actions.ROSTER_MINE)
        if standing == "completed"
        else None,
        kit.execute(tr.t("cohort.mine.application"), actions.APPLICATION_MINE),
    ]


def _leave(view: CohortView, tr: Translator) -> kit.Element:
    """A seat is asked for once more; a place on the waitlist is given up at once."""
    about = view.cohort.cohort_id
    if standing_of(view) == "waitlisted":
        return kit.execute(tr.t("cohort.do.leave_waitlist"), actions.COHORT_LEAVE, id=about)
    sure = kit.destructive(tr.t("cohort.do.leave.confirm"), actions.COHORT_LEAVE, id=about)
    question = kit.text(tr.t("cohort.do.leave.question"))
    return kit.confirm(tr.t("cohort.do.leave"), question, actions=[sure])
