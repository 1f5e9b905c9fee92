"""The end of an application: what everything that ends one has in common."""

from __future__ import annotations

from typing import Protocol

from bot.domain.applications import Application
from bot.domain.interviews import Ending
from bot.services.desk import Desk, application_subject
from bot.services.endorsing import let_go
from bot.services.interview_ending import end_interviews
from bot.services.keeping import UnitOfWork


class Sealing(Protocol):
    """What becomes of a candidate's self-identification (services.self_identification)."""

    @property
    def available(self) -> bool: ...
    async def give(self, uow: UnitOfWork, application_id: str, sealed: str) -> None: ...
    async def erase(self, uow: UnitOfWork, application_id: str) -> bool: ...


async def drop_proposal(uow: UnitOfWork, application: Application) -> None:
    """What a coordinator of the other side proposed is settled, or void."""
    application.proposal = application.proposal_by = None
    application.proposal_note = ""
    subject = application_subject(application.application_id)
    await uow.outbox.drop(subject, kinds="application.proposed")


async def end_application(
    uow: UnitOfWork, desk: Desk, sealing: Sealing, application: Application, *, by: str | None
) -> None:
    """Owe everything that follows; the caller has moved it, and commits.

    Nobody's word is waited for any more, nothing is proposed, an interview that is still ahead is
    cancelled, and what the candidate said of themselves is erased.
    """
    await drop_proposal(uow, application)
    await end_interviews(uow, desk, application, Ending.DECIDED, by=by)
    await let_go(uow, desk, application)
    await sealing.erase(uow, application.application_id)
