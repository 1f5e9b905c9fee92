"""Every table. No foreign key points at people: a person may be named before they are known.

A counterpart, a facilitator of the roster or somebody added to a session is an Entra object id
that may never have written to the bot; a row of `people` appears when the program learns more.
"""

from storage.metadata import metadata
from storage.tables.applications import (
    application_counters,
    applications,
    endorsements,
    interviews,
)
from storage.tables.messages import history, live_cards, outbox
from storage.tables.outlook import mailbox_watches, questions, written_events
from storage.tables.people import absences, drafts, facilitators, grants, people
from storage.tables.replicas import compatibility, mailbox_places, send_budget, send_threads
from storage.tables.requests import request_counters, requests
from storage.tables.self_identification import (
    self_identification_readings,
    self_identifications,
)
from storage.tables.sessions import assignments, rounds, seats, sessions
from storage.tables.training import cohorts, training_seats
from storage.tables.turns import activities_seen, conversation_state

__all__ = [
    "absences",
    "activities_seen",
    "application_counters",
    "applications",
    "assignments",
    "cohorts",
    "compatibility",
    "conversation_state",
    "drafts",
    "endorsements",
    "facilitators",
    "grants",
    "history",
    "interviews",
    "live_cards",
    "mailbox_places",
    "mailbox_watches",
    "metadata",
    "outbox",
    "people",
    "questions",
    "request_counters",
    "requests",
    "rounds",
    "seats",
    "self_identification_readings",
    "self_identifications",
    "send_budget",
    "send_threads",
    "sessions",
    "training_seats",
    "written_events",
]
