"""Self-identification: sealed as soon as it is said, opened only by those who select.

Nothing here is told, put in a time line, searched or logged; a reading leaves ids alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot.domain.applications import REFERENCE, SELECTING, Application
from bot.domain.errors import MovedOn, NotFound, OutsideFault, Refusal
from bot.domain.people import Role
from bot.domain.self_identification import Group, Reading, SelfIdentification, prioritized
from bot.services.desk import Desk, application_subject, refresh, the_application
from bot.services.keeping import UnitOfWork
from bot.services.ports import Vault

log = structlog.get_logger(__name__)

# What is sealed is always this long: the seal's own length tells nothing of what was chosen.
SEALED_LENGTH = 160
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Whether something is `given` with an application; `mine` says that it is the reader's."""

    application_id: str
    reference: str
    mine: bool
    given: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """What one candidate said, for the one reader who opened it."""

    application_id: str
    reference: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many were sealed anew, and whose no key opens any more."""

    renewed: int
    lost: tuple[str, ...]


class SelfIdentificationService:
    """The one place that sees what is in the vault."""

    def __init__(self, desk: Desk, vault: Vault) -> None:
        self._desk = desk
        self._vault = vault

    @property
    def available(self) -> bool:
        """Whether it can be asked for: not without a key."""
        return self._vault.ready

    def seal(self, groups: Collection[Group]) -> str:
        """What was chosen, sealed; "" where nothing was. Who prefers not to say says no more."""
        if not groups:
            return ""
        silent = Group.PREFER_NOT_TO_SAY in groups
        chosen = [Group.PREFER_NOT_TO_SAY] if silent else [g for g in Group if g in groups]
        return self._vault.seal(json.dumps([g.value for g in chosen]).ljust(SEALED_LENGTH))

    async def give(self, uow: UnitOfWork, application_id: str, sealed: str) -> None:
        """Keep it with an application, in the caller's transaction, under the newest key.

        Raises:
            Refusal: `self_identification_again`, where the key of a draft is gone: say it again.
        """
        if not sealed:
            return
        try:
            renewed = self.seal(self._unsealed(sealed))
        except OutsideFault:
            raise Refusal("self_identification_again", field="groups") from None
        given = await uow.self_identifications.get(application_id)
        if given is None:
            given = SelfIdentification(application_id, renewed, self._desk.now)
            await uow.self_identifications.add(given)
        else:
            given.sealed, given.given_at = renewed, self._desk.now

    async def check_open(self, actor_id: str, application_id: str) -> bool:
        """See that the candidate may still say something, or say it anew; whether they did before.

        Raises:
            MovedOn: `application_moved_on`, once coordinators have selected.
        """
        async with self._desk.uow(reading=True) as uow:
            await self._open_to(uow, actor_id, application_id, lock=False)
            return await uow.self_identifications.get(application_id) is not None

    async def replace(self, actor_id: str, application_id: str, sealed: str) -> None:
        """Say it later, or say something else, while coordinators still select.

        Raises:
            MovedOn: `application_moved_on`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            await self._open_to(uow, actor_id, application_id)
            await self.give(uow, application_id, sealed)
            await refresh(uow, desk, application_subject(application_id), but=actor_id)
            await uow.commit()

    async def withdraw(self, actor_id: str, application_id: str) -> bool:
        """Erase it alone, at the candidate's request; False where there was none."""
        desk = self._desk
        async with desk.uow() as uow:
            await self._own(uow, actor_id, application_id)
            erased = await self.erase(uow, application_id)
            if erased:
                await refresh(uow, desk, application_subject(application_id), but=actor_id)
            await uow.commit()
            return erased

    async def erase(self, uow: UnitOfWork, application_id: str) -> bool:
        """Erase it in the caller's transaction: its application ends, or it is asked for."""
        return await erase(uow, application_id)

    async def look(self, reader_id: str, named: str) -> Sealed:
        """Whether there is one, by the application's id or reference: not what it says.

        Raises:
            NotFound: it is neither the reader's own nor theirs to open.
        """
        found = REFERENCE.fullmatch(named)
        async with self._desk.uow(reading=True) as uow:
            get = uow.applications.by_number(int(found[1]), int(found[2])) if found else None
            application = await (get or uow.applications.get(named))
            if application is None:
                raise NotFound("application_unknown")
            mine = application.applicant_id == reader_id
            if not mine and not await self.may_open(uow, reader_id, application):
                raise NotFound("application_unknown")
            key = application.application_id
            given = await uow.self_identifications.get(key) is not None
            return Sealed(key, application.reference, mine, given)

    def readable(self, sealed: str) -> bool:
        """Whether there is still a key for what a form keeps sealed."""
        try:
            return bool(sealed and self._unsealed(sealed))
        except OutsideFault:
            return False

    async def may_open(self, uow: UnitOfWork, reader_id: str, application: Application) -> bool:
        """Coordinators of the region while they select; nobody who has a part in it otherwise."""
        if application.status not in SELECTING or reader_id in _parties(application):
            return False
        return any(
            grant.role is Role.COORDINATOR and grant.region == application.region
            for grant in await uow.grants.of(reader_id)
        )

    async def open(self, reader_id: str, application_id: str) -> Opened:
        """What the candidate said. That it was opened, by whom and when, is kept first.

        Raises:
            NotFound: it is not for this reader.
            Refusal: `self_identification_none`, or `self_identification_lost` without its key.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application = await the_application(uow, application_id, lock=False)
            if not await self.may_open(uow, reader_id, application):
                raise NotFound("application_unknown")
            given = await uow.self_identifications.get(application_id)
            if given is None:
                raise Refusal("self_identification_none")
            try:
                groups = self._unsealed(given.sealed)
            except OutsideFault:
                log.warning("self_identification.lost", application_id=application_id)
                raise Refusal("self_identification_lost") from None
            reading = Reading(desk.new_id(), application_id, reader_id, desk.now)
            await uow.self_identifications.read(reading)
            await uow.commit()
        log.info(
            "self_identification.read",
            application_id=application_id,
            reader_id=reader_id,
            reading_id=reading.reading_id,
        )
        return Opened(application_id, application.reference, groups)

    async def order(
        self,
        uow: UnitOfWork,
        applications: Sequence[Application],
        *,
        by_acceptance: bool = False,
        reader_id: str | None = None,
    ) -> list[Application]:
        """In the order of selection: prioritized groups first, then by date. Shows nobody's.

        The date is that of submission; for seats in the orientation, that of acceptance. Whom the
        reader has another part with (they are the manager, say) goes by date alone: the place in
        the list tells them nothing either.
        """
        shown = [a.application_id for a in applications if reader_id not in _parties(a)]
        given = await uow.self_identifications.many(shown)
        first = {key for key, one in given.items() if self._is_first(one)}
        return sorted(
            applications,
            key=lambda a: (
                a.application_id not in first,
                (a.decided_at if by_acceptance else a.submitted_at) or _NEVER,
                a.year,
                a.number,
            ),
        )

    async def lost(self) -> tuple[str, ...]:
        """Ids of the applications whose seal no key opens."""
        async with self._desk.uow(reading=True) as uow:
            every = await uow.self_identifications.all()
            return tuple(one.application_id for one in every if not self.readable(one.sealed))

    async def rotate(self) -> Rotation:
        """Seal everything anew under the newest key; what no key opens is left as it is."""
        async with self._desk.uow(reading=True) as uow:
            every = [one.application_id for one in await uow.self_identifications.all()]
        renewed, lost = 0, list[str]()
        for application_id in every:
            try:
                renewed += await self._renew(application_id)
            except OutsideFault:
                lost.append(application_id)
        log.info("self_identification.rotated", count=renewed, lost_ids=lost)
        return Rotation(renewed, tuple(lost))

    async def _renew(self, application_id: str) -> bool:
        """Seal one anew; False where it was erased meanwhile. Raises `OutsideFault`: no key."""
        async with self._desk.uow() as uow:
            # Rivals: the candidate, who says something else or takes it back.
            await uow.applications.locked(application_id)
            given = await uow.self_identifications.get(application_id)
            if given is None:
                return False
            given.sealed = self.seal(self._unsealed(given.sealed))
            await uow.commit()
            return True

    def _is_first(self, given: SelfIdentification) -> bool:
        try:
            return prioritized(self._unsealed(given.sealed), self._desk.rules.selection_priority)
        except OutsideFault:
            log.warning("self_identification.lost", application_id=given.application_id)
            return False

    def _unsealed(self, sealed: str) -> tuple[Group, ...]:
        return tuple(Group(value) for value in json.loads(self._vault.open(sealed)))

    async def _open_to(
        self, uow: UnitOfWork, actor_id: str, application_id: str, *, lock: bool = True
    ) -> None:
        application = await self._own(uow, actor_id, application_id, lock=lock)
        if application.status not in SELECTING:
            status = application.status.value
            raise MovedOn("application_moved_on", status=status, wanted="self_identification")

    async def _own(
        self, uow: UnitOfWork, actor_id: str, application_id: str, *, lock: bool = True
    ) -> Application:
        application = await the_application(uow, application_id, lock=lock)
        if application.applicant_id != actor_id:
            raise NotFound("application_unknown")
        return application


def _parties(application: Application) -> set[str]:
    return {application.applicant_id, application.manager_id, application.reference_id}


async def erase(uow: UnitOfWork, application_id: str) -> bool:
    """Erase what was sealed with an application that ends; False where there was nothing."""
    erased = await uow.self_identifications.remove(application_id)
    if erased:
        log.info("self_identification.erased", application_id=application_id)
    return erased
