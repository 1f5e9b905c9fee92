"""Every table. No foreign key points at people: a person may be named before they are known.

A counterpart, a facilitator of the roster or somebody added to a session is an Entra object id
that may never have written to the bot; a row of `people` appears when the program learns more.
"""

from storage import bot_state
from storage.metadata import metadata
from storage.tables.messages import history, live_cards, outbox
from storage.tables.people import drafts, facilitators, grants, people
from storage.tables.requests import request_counters, requests
from storage.tables.sessions import assignments, seats, sessions

__all__ = [
    "assignments",
    "bot_state",
    "drafts",
    "facilitators",
    "grants",
    "history",
    "live_cards",
    "metadata",
    "outbox",
    "people",
    "request_counters",
    "requests",
    "seats",
    "sessions",
]
