"""Cohorts as their cards see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.cohorts import Cohort, CohortStatus, TrainingSeat, TrainingStatus
from bot.domain.people import Side
from bot.services.cohort_views import CohortView, Trainee
from bot.services.views import Named

FIRST_AT = datetime(2027, 3, 10, 14, tzinfo=UTC)  # 9 am in Ottawa
ANSWER_BY = datetime(2027, 3, 3, 22, tzinfo=UTC)
LINK = "https://teams.microsoft.com/l/meetup-join/series"
WEEKS = tuple(FIRST_AT + timedelta(weeks=n, hours=-1 if n else 0) for n in range(5))
DAYS = tuple(FIRST_AT + timedelta(days=n, hours=-1 if n > 4 else 0) for n in (0, 1, 2, 5, 6))


def cohort(status: str = "open", **changed: Any) -> Cohort:
    """Five days in a row, over the change of the clocks."""
    made = Cohort(
        cohort_id="c1",
        code="K7M-2QF",
        language="en",
        zone="America/Toronto",
        starts=DAYS,
        minutes=420,
        capacity=16,
        created_at=FIRST_AT,
        created_by="planner",
        transaction_id="t",
        topics=("mental-health",),
        status=CohortStatus(status),
    )
    return replace(made, **changed)


def seat(status: str = "offered") -> TrainingSeat:
    """The reader's own place."""
    place = TrainingStatus(status)
    until = ANSWER_BY if place is TrainingStatus.OFFERED else None
    return TrainingSeat("c1", "me", "a", place, FIRST_AT, FIRST_AT, until)


def candidate(status: str = "offered", *may: str, **changed: Any) -> CohortView:
    """As a candidate sees it."""
    made = CohortView(
        cohort=cohort(),
        relation="candidate",
        seat=seat(status),
        may=frozenset(may),
        confirmed=0,
        offered=1,
    )
    return replace(made, **changed)


def trainee(
    number: int = 1,
    status: str = "confirmed",
    side: Side = Side.UNION,
    attended: tuple[int, ...] = (),
    region: str = "quebec",
    name: str | None = "",
) -> Trainee:
    """Somebody among those who take part or wait."""
    return Trainee(
        person=Named(f"p{number}", f"Candidate {number}" if name == "" else name),
        reference=f"AP-2027-{number:04}",
        side=side,
        region=region,
        status=TrainingStatus(status),
        answer_by=ANSWER_BY if status == "offered" else None,
        attended=attended,
    )


def steered(status: str = "open", *may: str, **changed: Any) -> CohortView:
    """As those who steer it see it."""
    made = CohortView(
        cohort=cohort(status),
        relation="coordinator",
        seat=None,
        may=frozenset(may),
        confirmed=0,
        offered=0,
    )
    return replace(made, **changed)
