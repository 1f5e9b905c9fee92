"""Who qualifies to lead a session: the rules that no ranking and no coordinator may pass over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.pairing import same_team
from bot.domain.requests import Request
from bot.domain.roster import Facilitator, Trained
from bot.domain.sessions import Assignment
from bot.services.keeping import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asked:
    """Who has to do with a request's session already: asked to lead it, or with a seat."""

    assignments: Sequence[Assignment] = ()
    seated: frozenset[str] = frozenset()

    @property
    def people(self) -> frozenset[str]:
        """Whoever was asked, however they answered."""
        return frozenset(a.person_id for a in self.assignments)


async def asked_of(uow: UnitOfWork, request: Request) -> Asked:
    """Read it; nobody, while there is no session."""
    session = await uow.sessions.of_request(request.request_id)
    if session is None:
        return Asked()
    seats = await uow.seats.of_session(session.session_id)
    return Asked(
        await uow.assignments.of_session(session.session_id),
        frozenset(seat.person_id for seat in seats),
    )


def outside(person: Facilitator | Trained, request: Request, asked: Asked) -> bool:
    """Whether somebody is not of the team itself.

    The team itself: whoever asked, agreed, or has a seat, and a facilitator of the same
    organization whose team bears the same name.
    """
    parties = {request.requester_id, request.counterpart_id}
    return person.person_id not in parties | asked.seated and not same_team(
        (person.organization, person.team), (request.organization, request.team)
    )


def qualifies(facilitator: Facilitator, request: Request, asked: Asked) -> bool:
    """Active, trained in the topic, fluent in the language, and not of the team itself."""
    return (
        facilitator.active
        and request.offering in facilitator.topics
        and request.language in facilitator.languages
        and outside(facilitator, request, asked)
    )


async def qualified(uow: UnitOfWork, request: Request, asked: Asked) -> list[Trained]:
    """Who qualifies and was not asked for this very session already."""
    tried = asked.people
    trained = await uow.facilitators.trained(request.offering, request.language)
    return [one for one in trained if one.person_id not in tried and outside(one, request, asked)]
