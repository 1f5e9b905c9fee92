"""People and drafts in memory, by the protocols of `bot.services.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.people import Draft, Person
from bot.services.keeping import Known
from bot.services.ports import DirectoryPerson, Reader, Sighting


class FakePeople:
    """Knows whom it was given, and takes note of everybody else."""

    def __init__(self, *readers: Reader) -> None:
        self.readers = {reader.person_id: reader for reader in readers}
        self.sightings: list[Sighting] = []
        self.chosen: set[str] = {reader.person_id for reader in readers}
        self.unreachable: set[str] = set()
        self.directory: list[DirectoryPerson] = []
        self.managers: dict[str, str] = {}
        self.places: tuple[str | None, str | None, str | None] = (None, None, None)

    async def seen(self, sighting: Sighting, known: Known | None = None) -> Reader:
        self.sightings.append(sighting)
        person_id = sighting.person_id
        if sighting.conversation_id:
            self.unreachable.discard(person_id)
        if person_id not in self.readers or person_id not in self.chosen:
            old = self.readers.get(person_id)
            french = (sighting.locale or "").startswith("fr")
            self.readers[person_id] = Reader(
                person_id=person_id,
                tenant_id=sighting.tenant_id,
                name=sighting.name or "",
                language="fr" if french else "en",
                zone=sighting.zone or "America/Toronto",
                welcomed=old.welcomed if old else False,
            )
        return self.readers[person_id]

    async def reader(self, person_id: str) -> Reader | None:
        return self.readers.get(person_id)

    async def welcome(self, person_id: str) -> bool:
        reader = self.readers[person_id]
        self.readers[person_id] = replace(reader, welcomed=True)
        return not reader.welcomed

    async def gone(self, person_id: str) -> None:
        self.unreachable.add(person_id)

    async def choose_language(self, person_id: str, language: str) -> Reader:
        self.chosen.add(person_id)
        self.readers[person_id] = replace(self.readers[person_id], language=language)
        return self.readers[person_id]

    async def save_settings(
        self,
        person_id: str,
        *,
        language: str,
        zone: str,
        muted: Sequence[str],
        skipped_reminders: Sequence[str],
    ) -> Reader:
        self.chosen.add(person_id)
        self.readers[person_id] = replace(
            self.readers[person_id],
            language=language,
            zone=zone,
            muted=tuple(muted),
            skipped_reminders=tuple(skipped_reminders),
        )
        return self.readers[person_id]

    async def introduce(self, person_id: str) -> Person:
        known = self.readers.get(person_id)
        found = next((p for p in self.directory if p.person_id == person_id), None)
        if known is None and found is None:
            raise Refusal("person_unknown", field="people")
        name = found.name if found else known.name if known else None
        return Person(person_id, name=name)

    async def search(self, text: str, limit: int = 10) -> Sequence[DirectoryPerson]:
        found = [p for p in self.directory if p.name.casefold().startswith(text.casefold())]
        return found[:limit]

    async def manager(self, person_id: str) -> Person | None:
        boss = self.managers.get(person_id)
        return await self.introduce(boss) if boss else None

    async def last_places(self, person_id: str) -> tuple[str | None, str | None, str | None]:
        return self.places


class FakeLiveCards:
    """Which card shows which subject to whom."""

    def __init__(self) -> None:
        self.cards: dict[tuple[str, str], str] = {}

    async def shown(
        self, person_id: str, subject: str, conversation_id: str, activity_id: str
    ) -> None:
        await self.turned(activity_id)
        self.cards[person_id, subject] = activity_id

    async def turned(self, activity_id: str) -> None:
        self.cards = {key: shown for key, shown in self.cards.items() if shown != activity_id}


class FakeDrafts:
    """The drafts that a chat keeps in it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Draft] = {}

    async def load(self, person_id: str, flow: str) -> Draft | None:
        return self.rows.get((person_id, flow))

    async def latest(self, person_id: str) -> Draft | None:
        mine = [draft for (owner, _), draft in self.rows.items() if owner == person_id]
        return max(mine, key=lambda draft: draft.updated_at, default=None)

    async def keep(self, draft: Draft) -> None:
        self.rows[draft.person_id, draft.flow] = draft

    async def discard(self, person_id: str, flow: str) -> None:
        self.rows.pop((person_id, flow), None)
