"""The programme's numbers, each a setting with a sensible default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta

from bot.domain.pairing import Weights


@dataclass(frozen=True, slots=True)
class Rules:
    """What the programme may tune. Times of day are local to the reader or the session."""

    lead_working_days: int = 15
    furthest_days: int = 365
    capacity: int = 15
    smallest_team: int = 2
    day_starts: time = time(8)
    day_ends: time = time(17)
    quiet_from: time = time(18)
    quiet_until: time = time(8)
    agreement_expires_working_days: int = 10
    agreement_reminder_working_days: int = 3
    nudge_every: timedelta = timedelta(days=1)
    assignment_offer: timedelta = timedelta(hours=48)
    seat_offer: timedelta = timedelta(0)
    participant_reminders: tuple[str, ...] = ("7d", "1d", "1h")
    facilitator_reminders: tuple[str, ...] = ("14d", "2d", "1h")
    load_months: int = 18
    preparation_gap: timedelta = timedelta(minutes=30)
    endorsement_nudge_working_days: int = 5
    endorsement_mail_working_days: int = 10
    endorsement_tell_working_days: int = 15
    reapply_months: int = 6
    selection_priority: tuple[str, ...] = ("indigenous", "black", "racialized")
    interview_minutes: int = 60
    interview_answer_working_days: int = 5
    interview_reminders: tuple[str, ...] = ("1d", "1h")
    training_offer_working_days: int = 5
    sessions_aimed: int = 5
    sessions_a_month: int = 2
    replace_by_working_days: int = 2
    pairing: Weights = field(default_factory=Weights)
