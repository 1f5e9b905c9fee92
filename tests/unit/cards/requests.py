"""Requests as one reader sees them, in every state that a card must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.services.views import Named, RequestView, TimelineEntry

NOW = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
REQUESTER = Named("p-requester", "Manager, Ottawa")
COUNTERPART = Named("p-counterpart", "Union representative, Québec")


def request(**changed: Any) -> Request:
    """Just sent, three wished dates, on mental health."""
    wished = datetime(2027, 3, 4, 18, 0, tzinfo=UTC)
    made = Request(
        request_id="r1",
        year=2027,
        number=42,
        requester_id=REQUESTER.person_id,
        counterpart_id=COUNTERPART.person_id,
        side=Side.EMPLOYER,
        offering="mental-health",
        organization="2222",
        region="national-capital",
        team="Pay team",
        participants=12,
        language="en",
        zone="America/Toronto",
        preferred_at=tuple(wished + timedelta(days=7 * n) for n in range(3)),
        visibility=Visibility.TEAM,
        created_at=NOW,
        status=RequestStatus.SUBMITTED,
        submitted_at=NOW,
        expires_at=NOW + timedelta(days=14),
    )
    return replace(made, **changed)


def entry(what: str, number: int = 0, note: str = "", actor: Named | None = REQUESTER) -> Any:
    return TimelineEntry(NOW + timedelta(hours=number), what, actor, note)


def view(relation: str = "requester", may: str = "", **changed: Any) -> RequestView:
    """As a reader sees it; `may` with blanks between the words; `of` is the request."""
    made = RequestView(
        request=changed.pop("of", None) or request(),
        relation=relation,
        requester=REQUESTER,
        counterpart=COUNTERPART,
        session=None,
        leads=(),
        timeline=(entry("submitted"),),
        may=frozenset(may.split()),
        nudge_from=NOW + timedelta(days=1),
    )
    return replace(made, **changed)
