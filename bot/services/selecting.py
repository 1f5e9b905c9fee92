"""Who selects: the coordinators of the candidate's region, each in the right of their side.

The coordinators of the candidate's own side decide; those of the other side propose. Where nobody
of the candidate's side has the region, administrators stand in, for a proposal alone.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.applications import Application
from bot.domain.errors import NotFound
from bot.domain.people import Role
from bot.services.desk import the_application
from bot.services.keeping import UnitOfWork


class Stance(StrEnum):
    """In what right somebody looks at an application."""

    OWN = "own"  # a coordinator of the candidate's side: decides
    OTHER = "other"  # a coordinator of the other side: proposes
    STAND_IN = "stand_in"  # an administrator, while the candidate's side has no coordinator


async def stance_of(uow: UnitOfWork, actor_id: str, application: Application) -> Stance:
    """In what right somebody looks at it; nobody selects their own application.

    Raises:
        NotFound: as if it were not there, for whoever does not select it.
    """
    grants = await uow.grants.of(actor_id)
    if actor_id != application.applicant_id:
        sides = {
            g.side for g in grants if g.role is Role.COORDINATOR and g.region == application.region
        }
        if application.side.value in sides:
            return Stance.OWN
        if sides:
            return Stance.OTHER
        administers = any(g.role is Role.ADMINISTRATOR for g in grants)
        if administers and not await _own_side(uow, application):
            return Stance.STAND_IN
    raise NotFound("application_unknown")


async def selected(
    uow: UnitOfWork, actor_id: str, application_id: str
) -> tuple[Application, Stance]:
    """The application, locked, and in what right the actor selects it. Raises `NotFound`."""
    application = await the_application(uow, application_id)
    return application, await stance_of(uow, actor_id, application)


async def selectors(uow: UnitOfWork, application: Application) -> list[str]:
    """The coordinators of the region, of both sides; its administrators where it has none."""
    found = await uow.grants.holders(Role.COORDINATOR, application.region)
    ids = {g.person_id for g in found} - {application.applicant_id}
    return sorted(ids) or await _administrators(uow, application)


async def deciders(uow: UnitOfWork, application: Application) -> list[str]:
    """Who makes a proposal so: the coordinators of the candidate's side, else administrators."""
    return await _own_side(uow, application) or await _administrators(uow, application)


async def _own_side(uow: UnitOfWork, application: Application) -> list[str]:
    found = await uow.grants.holders(Role.COORDINATOR, application.region)
    ids = {g.person_id for g in found if g.side == application.side.value}
    return sorted(ids - {application.applicant_id})


async def _administrators(uow: UnitOfWork, application: Application) -> list[str]:
    found = await uow.grants.holders(Role.ADMINISTRATOR)
    return sorted({g.person_id for g in found} - {application.applicant_id})
