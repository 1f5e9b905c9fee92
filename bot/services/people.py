"""People: who is in front of the chat, what they chose, and who they are to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from bot.domain.catalogue import LANGUAGES
from bot.domain.errors import Gone, OutsideFault, Refusal
from bot.domain.people import Person
from bot.domain.roster import Standing
from bot.services import interview_reminders, reminders, training_reminders
from bot.services.desk import Desk, the_person
from bot.services.keeping import Known, UnitOfWork
from bot.services.ports import Directory, DirectoryPerson, Reader, Sighting


class PeopleService:
    """Keeps what the program knows of a person, and no more than it needs."""

    def __init__(self, desk: Desk, directory: Directory) -> None:
        self._desk = desk
        self._directory = directory

    async def seen(self, sighting: Sighting, known: Known | None = None) -> Reader:
        """Take note of the person (their chat is reachable again) and say who they are.

        Most sightings tell nothing new and write nothing. `known` is what was read of them a
        moment ago, with the state of their conversation.
        """
        desk = self._desk
        if known is None:
            async with desk.uow(reading=True) as uow:
                known = await uow.people.known(sighting.person_id)
        if known is not None and not _news(known.person, sighting):
            return _as_reader(known)
        async with desk.uow() as uow:
            person = await the_person(uow, sighting.person_id)
            _learn(person, sighting)
            reader = await _met(uow, person)
            await uow.commit()
            return reader

    async def reader(self, person_id: str) -> Reader | None:
        """A person as the dialogs and the messenger need to know them; None when unknown."""
        async with self._desk.uow(reading=True) as uow:
            return await _reader(uow, person_id)

    async def welcome(self, person_id: str) -> bool:
        """True the first time only: the person is to be greeted."""
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            if person.welcomed_at is not None:
                return False
            person.welcomed_at = self._desk.now
            await uow.commit()
            return True

    async def gone(self, person_id: str) -> None:
        """They uninstalled the bot: not reachable by chat until seen again."""
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            person.unreachable_at = person.unreachable_at or self._desk.now
            await uow.commit()

    async def choose_language(self, person_id: str, language: str) -> Reader:
        """Read in this language from now on."""
        if language not in LANGUAGES:
            raise Refusal("language_unknown", field="language")
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            person.language = language
            reader = await _met(uow, person)
            await uow.commit()
            return reader

    async def save_settings(
        self,
        person_id: str,
        *,
        language: str,
        zone: str,
        muted: Sequence[str],
        skipped_reminders: Sequence[str],
    ) -> Reader:
        """Keep their choices; reminders that stand follow them."""
        desk = self._desk
        async with desk.uow() as uow:
            person = await the_person(uow, person_id)
            person.language, person.zone = language, zone
            person.muted, person.skipped_reminders = tuple(muted), tuple(skipped_reminders)
            await reminders.replan(uow, desk, person)
            await training_reminders.replan(uow, desk, person)
            await interview_reminders.replan(uow, desk, person)
            reader = await _met(uow, person)
            await uow.commit()
            return reader

    async def recipient(self, person_id: str) -> Reader | None:
        """Whom to write to; the directory is asked first where it may tell something new."""
        async with self._desk.uow(reading=True) as uow:
            known = await uow.people.known(person_id)
            if known is not None and _introduced(known.person):
                return _as_reader(known)
        with suppress(Refusal):
            await self.introduce(person_id)
        return await self.reader(person_id)

    async def introduce(self, person_id: str) -> Person:
        """A person somebody picked, with the name and mail that the directory has for them.

        While the directory is away they are known by their id, and named later.

        Raises:
            Refusal: `person_unknown`, where the directory knows no such person and nobody here
                has met them.
        """
        async with self._desk.uow(reading=True) as uow:
            known = await uow.people.get(person_id)
            if known and _introduced(known):
                return known
        try:
            found = await self._directory.person(person_id)
        except Gone:
            if known and known.name:
                return known
            raise Refusal("person_unknown", field="people") from None
        except OutsideFault:
            found = None
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            if found:
                _take(person, found)
            await uow.commit()
            return person

    async def search(self, text: str, limit: int = 10) -> Sequence[DirectoryPerson]:
        """People by the beginning of their name or mail. Raises `OutsideFault`."""
        return await self._directory.search(text, limit=limit)

    async def manager(self, person_id: str) -> Person | None:
        """Whom the directory names as their manager; None where it names nobody, or is away."""
        try:
            found = await self._directory.manager(person_id)
        except OutsideFault:
            return None
        if found is None:
            return None
        async with self._desk.uow() as uow:
            person = await the_person(uow, found.person_id)
            _take(person, found)
            await uow.commit()
            return person

    async def last_places(self, person_id: str) -> tuple[str | None, str | None, str | None]:
        """The organization, region and team of the person's last request, for defaults."""
        async with self._desk.uow(reading=True) as uow:
            person = await uow.people.get(person_id)
        if person is None:
            return None, None, None
        return person.last_organization, person.last_region, person.last_team


async def introduce(desk: Desk, directory: Directory, person_ids: Iterable[str]) -> None:
    """Ask the directory for the mail of people, and keep it. Raises `OutsideFault`."""
    for person_id in person_ids:
        try:
            found = await directory.person(person_id)
        except Gone:
            continue  # not in the directory: they use the link on their card
        async with desk.uow() as uow:
            person = await the_person(uow, person_id)
            person.mail, person.name = found.mail, person.name or found.name
            await uow.commit()


def _introduced(person: Person) -> bool:
    """Whether all is known that the directory could tell."""
    return bool(person.name and person.mail and (person.language or person.locale))


def _take(person: Person, found: DirectoryPerson) -> None:
    person.name = found.name or person.name
    person.mail = found.mail or person.mail
    person.department = found.department or person.department
    if person.locale is None and found.language:
        person.locale = found.language


def _changes(person: Person, sighting: Sighting) -> dict[str, object]:
    told = {
        "tenant_id": sighting.tenant_id,
        "name": sighting.name,
        "locale": sighting.locale,
        "teams_zone": sighting.zone,
        "conversation_id": sighting.conversation_id,
        "service_url": sighting.service_url,
    }
    return {k: v for k, v in told.items() if v is not None and v != getattr(person, k)}


def _news(person: Person, sighting: Sighting) -> bool:
    back = person.unreachable_at is not None and sighting.conversation_id is not None
    return back or bool(_changes(person, sighting))


def _learn(person: Person, sighting: Sighting) -> None:
    for name, value in _changes(person, sighting).items():
        setattr(person, name, value)
    if sighting.conversation_id is not None:
        person.unreachable_at = None


async def _met(uow: UnitOfWork, person: Person) -> Reader:
    """The same of somebody who is there, what changed in this unit included."""
    known = await uow.people.known(person.person_id)
    assert known is not None  # noqa: S101  # they are of this unit
    return _as_reader(known)


async def _reader(uow: UnitOfWork, person_id: str) -> Reader | None:
    known = await uow.people.known(person_id)
    return None if known is None else _as_reader(known)


def _as_reader(known: Known) -> Reader:
    person = known.person
    roles = {role.value for role in known.roles}
    # Somebody who pauses still has what they accepted, and ends the pause.
    if known.standing not in (None, Standing.RETIRED):
        roles.add("facilitator")
    if known.asked:
        roles.add("endorser")
    return Reader(
        person_id=person.person_id,
        tenant_id=person.tenant_id,
        name=person.name or "",
        language=person.reads,
        zone=person.lives_in,
        roles=frozenset(roles),
        muted=person.muted,
        skipped_reminders=person.skipped_reminders,
        welcomed=person.welcomed_at is not None,
    )
