"""A request for a conversation: joint, from the union and the employer together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import MovedOn
from bot.domain.moves import Moves, check_move
from bot.domain.people import Side


class RequestStatus(StrEnum):
    """Where a request stands. The chart is in docs/lifecycles.md."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    IN_REVIEW = "in_review"
    NEEDS_INFORMATION = "needs_information"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = RequestStatus
MOVES: Moves[RequestStatus] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    # To itself: another counterpart is asked.
    _S.SUBMITTED: frozenset({_S.SUBMITTED, _S.AGREED, _S.DECLINED, _S.WITHDRAWN, _S.EXPIRED}),
    _S.AGREED: frozenset({_S.IN_REVIEW, _S.WITHDRAWN}),
    _S.IN_REVIEW: frozenset({_S.NEEDS_INFORMATION, _S.APPROVED, _S.DECLINED, _S.WITHDRAWN}),
    _S.NEEDS_INFORMATION: frozenset({_S.IN_REVIEW, _S.WITHDRAWN}),
    # Back to review: nobody is left to lead it, or its session was cancelled by a coordinator.
    _S.APPROVED: frozenset({_S.SCHEDULED, _S.IN_REVIEW, _S.WITHDRAWN}),
    _S.SCHEDULED: frozenset({_S.COMPLETED, _S.IN_REVIEW, _S.WITHDRAWN}),
    _S.COMPLETED: frozenset(),
    # Only by naming another counterpart, after the first one declined or never answered.
    _S.DECLINED: frozenset({_S.SUBMITTED}),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset({_S.SUBMITTED}),
}

OPEN = frozenset(
    {_S.SUBMITTED, _S.AGREED, _S.IN_REVIEW, _S.NEEDS_INFORMATION, _S.APPROVED, _S.SCHEDULED}
)
WITHDRAWABLE = frozenset(s for s, moves in MOVES.items() if _S.WITHDRAWN in moves)
REFERENCE = re.compile(r"\bEC-(\d{4})-(\d{4,6})\b", re.IGNORECASE)


class Visibility(StrEnum):
    """Whether the session is the team's own, or listed for everybody."""

    TEAM = "team"
    OPEN = "open"


@dataclass
class Request:
    """One team's wish for one conversation.

    `preferred_at` holds one to three instants in order of preference (aware UTC), chosen on
    the clock of `zone`. `participants` counts people. `version` grows with every change.
    """

    request_id: str
    year: int
    number: int
    requester_id: str
    counterpart_id: str
    side: Side
    offering: str
    organization: str
    region: str
    team: str
    participants: int
    language: str
    zone: str
    preferred_at: tuple[datetime, ...]
    visibility: Visibility
    created_at: datetime
    status: RequestStatus = RequestStatus.DRAFT
    accessibility: tuple[str, ...] = ()
    accessibility_note: str = ""
    submitted_at: datetime | None = None
    agreed_at: datetime | None = None
    expires_at: datetime | None = None
    nudged_at: datetime | None = None
    declined_by: str | None = None
    reason: str = ""
    question: str = ""
    version: int = 1

    @property
    def reference(self) -> str:
        """What people quote: EC-2027-0042."""
        return f"EC-{self.year}-{self.number:04d}"

    @property
    def joint_side(self) -> Side:
        """The side on which the counterpart agrees."""
        return self.side.other

    @property
    def counterpart_declined(self) -> bool:
        """Whether another counterpart may still be named."""
        return self.status is RequestStatus.EXPIRED or (
            self.status is RequestStatus.DECLINED and self.declined_by == self.counterpart_id
        )


def move(request: Request, to: RequestStatus) -> None:
    """Change a request's status; nothing else does.

    Raises:
        MovedOn: `request_moved_on`, where the table does not hold this move.
    """
    check_move(MOVES, "request", request.status, to)
    asked_anew = to is RequestStatus.SUBMITTED and request.status is RequestStatus.DECLINED
    if asked_anew and not request.counterpart_declined:
        raise MovedOn("request_moved_on", status=request.status.value, wanted=to.value)
    request.status = to
    request.version += 1
