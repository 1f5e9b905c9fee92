"""Who qualifies to lead a session: the rules that no ranking and no coordinator may pass over."""

from __future__ import annotations

from bot.domain.requests import Request
from bot.domain.roster import Facilitator
from bot.services.keeping import UnitOfWork


def qualifies(facilitator: Facilitator, request: Request, seated: frozenset[str]) -> bool:
    """Trained in the topic, fluent in the language, and not of the team itself.

    The team itself: whoever asked, agreed, or has a seat, and a facilitator of the same
    organization whose team bears the same name.
    """
    own = facilitator.person_id in {request.requester_id, request.counterpart_id} | seated or (
        facilitator.organization == request.organization
        and facilitator.team is not None
        and facilitator.team.casefold() == request.team.casefold()
    )
    return (
        facilitator.active
        and request.offering in facilitator.topics
        and request.language in facilitator.languages
        and not own
    )


async def qualified(uow: UnitOfWork, request: Request) -> tuple[list[Facilitator], frozenset[str]]:
    """Who qualifies, and who was asked for this very session already."""
    session = await uow.sessions.of_request(request.request_id)
    asked = await uow.assignments.of_session(session.session_id) if session else ()
    seats = await uow.seats.of_session(session.session_id) if session else ()
    seated = frozenset(seat.person_id for seat in seats)
    roster = await uow.facilitators.trained(request.offering, request.language)
    return (
        [f for f in roster if qualifies(f, request, seated)],
        frozenset(a.person_id for a in asked),
    )
