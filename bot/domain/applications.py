"""An application to become a facilitator: from the form to the first session led."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.moves import Moves, check_move
from bot.domain.people import Side


class ApplicationStatus(StrEnum):
    """Where an application stands. The chart is in docs/lifecycles.md."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPORTED = "supported"
    REFERENCED = "referenced"
    INTERVIEW = "interview"
    KEPT = "kept"
    ACCEPTED = "accepted"
    IN_ORIENTATION = "in_orientation"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_S = ApplicationStatus
MOVES: Moves[ApplicationStatus] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    # The manager's support comes first in the order of things, whoever answers first.
    _S.SUBMITTED: frozenset({_S.SUPPORTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.SUPPORTED: frozenset({_S.REFERENCED, _S.DECLINED, _S.WITHDRAWN}),
    _S.REFERENCED: frozenset({_S.INTERVIEW, _S.KEPT, _S.DECLINED, _S.WITHDRAWN}),
    # Nobody is accepted without an interview.
    _S.INTERVIEW: frozenset({_S.ACCEPTED, _S.KEPT, _S.DECLINED, _S.WITHDRAWN}),
    _S.KEPT: frozenset({_S.INTERVIEW, _S.ACCEPTED, _S.DECLINED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.IN_ORIENTATION, _S.WITHDRAWN}),
    # Back to accepted: they left the cohort, or missed too much of it, and wait for the next.
    _S.IN_ORIENTATION: frozenset({_S.ACTIVE, _S.ACCEPTED, _S.WITHDRAWN}),
    _S.ACTIVE: frozenset(),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

OPEN = frozenset(MOVES) - {_S.DRAFT, _S.ACTIVE, _S.DECLINED, _S.WITHDRAWN}
# Those that coordinators have to look at.
SELECTING = frozenset({_S.SUBMITTED, _S.SUPPORTED, _S.REFERENCED, _S.INTERVIEW, _S.KEPT})
# Those in which the manager and the reference can still answer.
WAITING = frozenset({_S.SUBMITTED, _S.SUPPORTED})
WITHDRAWABLE = frozenset(s for s, moves in MOVES.items() if _S.WITHDRAWN in moves)
REFERENCE = re.compile(r"\bAP-(\d{4})-(\d{4,6})\b", re.IGNORECASE)


LONGEST_WORDS: Final = 1200  # characters of somebody's experience, and of their motivation


class Level(StrEnum):
    """How well somebody speaks a language, on the public service's own scale."""

    NONE = "none"
    INTERMEDIATE = "b"
    ADVANCED = "c"
    EXEMPT = "e"  # beyond the scale, a first language for instance


# Fluent enough to lead a conversation.
FLUENT = frozenset({Level.ADVANCED, Level.EXEMPT})


class Decision(StrEnum):
    """What coordinators decide of a candidate."""

    ACCEPT = "accept"
    KEEP = "keep"
    DECLINE = "decline"


@dataclass
class Application:
    """One person's wish to become a facilitator, for one side.

    `agent` is the English abbreviation of a bargaining agent of the facts, or "other", whose name
    is in `agent_other`; both are None on the employer side. `levels` maps languages ("en", "fr")
    to a `Level`'s value. `topics` are keys of offerings. `manager_id` and `reference_id` say who
    endorses. `proposal` is a `Decision` that a coordinator of the other side proposed, with
    `proposal_by` and the words for the candidate in `proposal_note`; one of the candidate's own
    side makes it so or sets it aside. `reason` is what the candidate reads after a decline.
    `version` grows with every change of status.
    """

    application_id: str
    year: int
    number: int
    applicant_id: str
    side: Side
    organization: str
    region: str
    zone: str
    levels: Mapping[str, str]
    topics: tuple[str, ...]
    experience: str
    motivation: str
    manager_id: str
    reference_id: str
    created_at: datetime
    status: ApplicationStatus = ApplicationStatus.DRAFT
    agent: str | None = None
    agent_other: str = ""
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str = ""
    proposal: str | None = None
    proposal_by: str | None = None
    proposal_note: str = ""
    version: int = 1

    @property
    def reference(self) -> str:
        """What people quote: AP-2027-0042."""
        return f"AP-{self.year}-{self.number:04d}"

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which they could lead."""
        return tuple(sorted(key for key, level in self.levels.items() if level in FLUENT))


def move(application: Application, to: ApplicationStatus) -> None:
    """Change an application's status; nothing else does.

    Raises:
        MovedOn: `application_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "application", application.status, to)
    application.status = to
    application.version += 1


class EndorserKind(StrEnum):
    """Who is asked for a word on an application."""

    MANAGER = "manager"
    REFERENCE = "reference"


class EndorsementStatus(StrEnum):
    """How the manager or the reference answered."""

    ASKED = "asked"
    SUPPORTED = "supported"
    DECLINED = "declined"


_E = EndorsementStatus
ENDORSEMENT_MOVES: Moves[EndorsementStatus] = {
    # To itself: somebody else is asked.
    _E.ASKED: frozenset({_E.ASKED, _E.SUPPORTED, _E.DECLINED}),
    _E.SUPPORTED: frozenset(),
    # Only by naming somebody else.
    _E.DECLINED: frozenset({_E.ASKED}),
}


@dataclass
class Endorsement:
    """The word of one person on one application; there is one of each kind.

    `question` is what they asked, `answer` what the candidate answered. `round` counts the
    people asked so far, from 1. `tell_at` is when the coordinators are told that there is no
    answer; None once they were, and once there is one.
    """

    application_id: str
    kind: EndorserKind
    person_id: str
    asked_at: datetime
    status: EndorsementStatus = EndorsementStatus.ASKED
    answered_at: datetime | None = None
    note: str = ""
    question: str = ""
    answer: str = ""
    round: int = 1
    tell_at: datetime | None = None


def endorse(endorsement: Endorsement, to: EndorsementStatus, at: datetime) -> None:
    """Change an endorsement's status; nothing else does.

    Raises:
        MovedOn: `endorsement_moved_on`, where the table does not hold this move.
    """
    check_move(ENDORSEMENT_MOVES, "endorsement", endorsement.status, to)
    endorsement.status = to
    endorsement.tell_at = None
    if to is _E.ASKED:
        endorsement.asked_at, endorsement.answered_at = at, None
        endorsement.note = endorsement.question = endorsement.answer = ""
        endorsement.round += 1
    else:
        endorsement.answered_at = at
