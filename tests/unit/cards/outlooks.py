"""Questions about what somebody did in Outlook, for the tests of cards and notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.outlook import Question, Topic, answers
from bot.services.outlook_views import OutlookView
from bot.services.views import Named

AT = datetime(2027, 2, 16, 14, tzinfo=UTC)
HERE = (AT, AT + timedelta(hours=4))
THERE = (AT + timedelta(days=1), AT + timedelta(days=1, hours=4))
NOUNS: dict[str, dict[str, Any]] = {
    "session": {"offering": "mental-health", "request_id": "r-1"},
    "interview": {"candidate": Named("p-9", "Candidate, Gatineau")},
    "cohort": {},
}


def view(topic: Topic = Topic.MOVED, noun: str = "session", **changed: Any) -> OutlookView:
    own = topic in (Topic.DECLINED, Topic.LEAD_DECLINED)
    question = Question(
        "q-1", "key", topic, f"{noun}:s-1", "event-1", AT, person_id="p-1" if own else ""
    )
    made = OutlookView(
        question=question,
        noun=noun,
        thing_id="s-1",
        zone="America/Toronto",
        here=HERE,
        there=THERE if topic is Topic.MOVED else None,
        may=answers(topic, noun),
        stands=True,
        **NOUNS[noun],
    )
    return replace(made, **changed)
