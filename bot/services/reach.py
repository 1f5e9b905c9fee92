"""Reaching a person in the chat: where their chat is, and what to do while it refuses us."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import OutsideFault, Unreachable
from bot.domain.messages import LiveCard, OutboxRow, RowState, Via
from bot.domain.people import Person
from bot.services.desk import Desk, the_person
from bot.services.ports import ChatAddress, Chats, Installer


class Reach:
    """Finds or opens personal chats, and keeps note of who cannot be written to."""

    def __init__(self, desk: Desk, chats: Chats, installer: Installer) -> None:
        self._desk = desk
        self._chats = chats
        self._installer = installer

    async def person(self, person_id: str) -> Person:
        """The person as kept, or known by the id alone."""
        async with self._desk.uow(reading=True) as uow:
            return await uow.people.get(person_id) or Person(person_id)

    async def chat_of(self, person: Person) -> ChatAddress:
        """Where to write to a person; opened, and the app installed for them, where need be.

        Raises:
            Unreachable: they uninstalled or blocked the bot, or it may not be installed for them.
            OutsideFault: it did not work this time.
        """
        if person.unreachable_at is not None:
            raise Unreachable("unreachable_since")
        if person.conversation_id and person.service_url:
            return ChatAddress(person.conversation_id, person.service_url)
        async with self._desk.uow(reading=True) as uow:
            somewhere = await uow.people.somewhere()
        if somewhere is None:
            raise OutsideFault("nobody_met_yet")
        tenant_id, service_url = person.tenant_id or somewhere[0], somewhere[1]
        # What is written to them greets them: a welcome after it would push it out of view. Noted
        # first, because the chat that opens announces itself at once.
        first = await self._greeted(person.person_id)
        try:
            chat = await self._open(person.person_id, tenant_id, service_url)
        except OutsideFault:
            if first:
                await self._greeted(person.person_id, undo=True)
            raise
        async with self._desk.uow() as uow:
            kept = await the_person(uow, person.person_id)
            if kept.conversation_id is None:
                kept.tenant_id = kept.tenant_id or tenant_id
                kept.conversation_id, kept.service_url = chat.conversation_id, chat.service_url
                await uow.commit()
        return chat

    async def _greeted(self, person_id: str, *, undo: bool = False) -> bool:
        """Note that somebody is greeted, or not after all; whether that is new."""
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            if (person.welcomed_at is None) is undo:
                return False
            person.welcomed_at = None if undo else self._desk.now
            await uow.commit()
            return True

    async def _open(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        try:
            return await self._chats.open(person_id, tenant_id, service_url)
        except Unreachable:
            return await self._install(person_id, tenant_id, service_url)

    async def _install(self, person_id: str, tenant_id: str, service_url: str) -> ChatAddress:
        """The app is not there for them yet: install it through Graph, then try once more."""
        try:
            await self._installer.install(person_id)
        except OutsideFault as fault:
            raise Unreachable(fault.code) from fault
        return await self._chats.open(person_id, tenant_id, service_url)

    async def lost(self, person_id: str) -> None:
        """The chat refused us: their other channels are used until they are seen again."""
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            person.unreachable_at = person.unreachable_at or self._desk.now
            await uow.commit()

    async def moved(self, person_id: str, chat: ChatAddress) -> None:
        """The chat is not where it was: the next time it is opened anew, where Teams is now."""
        async with self._desk.uow() as uow:
            person = await the_person(uow, person_id)
            if person.conversation_id == chat.conversation_id:
                person.conversation_id = None
                await uow.commit()

    async def by_mail_instead(self, row: OutboxRow) -> None:
        """Owe the same notice by mail, once, where the chat could not carry it."""
        desk = self._desk
        async with desk.uow() as uow:
            await uow.outbox.add(
                replace(
                    row,
                    row_id=desk.new_id(),
                    via=Via.MAIL,
                    dedupe_key=f"{row.dedupe_key}:mail",
                    due_at=desk.now,
                    created_at=desk.now,
                    state=RowState.PENDING,
                    repeatable=False,
                    attempts=0,
                    lease_until=None,
                    lease_token=None,
                    receipt=None,
                    last_error=None,
                    done_at=None,
                )
            )
            await uow.commit()

    def shown(self, row: OutboxRow, chat: ChatAddress, activity_id: str) -> LiveCard:
        """The card that they have before them now, so that it can be kept true."""
        return LiveCard(
            person_id=row.recipient_id or "",
            subject=row.subject,
            conversation_id=chat.conversation_id,
            activity_id=activity_id,
            shown_at=self._desk.now,
        )
