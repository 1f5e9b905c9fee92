"""The chats: what is written, changed, deleted and read in them, and who is told of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.people import Person
from sandbox.teams.activities import Activities, instant
from sandbox.teams.bot import BotClient
from sandbox.teams.hub import Hub
from sandbox.teams.ids import Conversation, Roster, chat_id
from sandbox.teams.store import Chat, Message, Status, Store

# Teams hides the dots after a while, whether or not a message came.
_TYPING_SECONDS = 10.0


class Chats:
    """Keeps every conversation, hands what people do to the program, tells the pages."""

    def __init__(
        self,
        *,
        store: Store,
        hub: Hub,
        roster: Roster,
        clock: SandboxClock,
        activities: Activities,
        bot: BotClient,
    ) -> None:
        """Put the parts together."""
        self.roster = roster
        self._store = store
        self._hub = hub
        self._clock = clock
        self._activities = activities
        self._bot = bot
        self._typing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # What one person sends reaches the program in the order in which it was sent.
        self._order: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    # ------------------------------------------------------------------ reading

    def own(self, person: Person) -> Conversation:
        """Return the person's own chat with the bot."""
        conversation = self.roster.conversation(chat_id(person))
        assert conversation is not None  # noqa: S101 - every person has one
        return conversation

    def state(self, person: Person) -> Chat:
        """Return how the person stands with the bot."""
        return self._store.chat(person.id, chat_id(person))

    def messages(self, conversation: Conversation) -> list[Message]:
        """Return a conversation from its beginning."""
        return self._store.messages(conversation.id)

    def message(self, conversation: Conversation, message_id: str) -> Message | None:
        """Return one message."""
        return self._store.message(conversation.id, message_id)

    def is_typing(self, person: Person) -> bool:
        """Say whether the bot is typing in the person's chat."""
        return chat_id(person) in self._typing

    # ------------------------------------------------------------------ what the bot does

    def show_typing(self, conversation: Conversation, *, typing: bool = True) -> None:
        """Show or hide the typing dots; they are not kept."""
        if typing == (conversation.id in self._typing):
            return
        (self._typing.add if typing else self._typing.discard)(conversation.id)
        self._tell(conversation, "typing", typing=typing)
        if typing:
            later = asyncio.get_running_loop().call_later
            later(_TYPING_SECONDS, partial(self.show_typing, conversation, typing=False))

    def post(
        self, conversation: Conversation, text: str, cards: tuple[dict[str, Any], ...], summary: str
    ) -> Message:
        """Add a message of the bot."""
        message = self._new(conversation, "bot", text, cards, summary)
        self.show_typing(conversation, typing=False)
        self._tell(conversation, "message", message=message.as_json())
        self._tell_unread(conversation)
        return message

    def change(self, conversation: Conversation, message: Message, **changes: Any) -> Message:
        """Change a message in place."""
        changed = replace(message, updated_at=instant(self._clock.now()), **changes)
        self._store.replace(changed)
        self._tell(conversation, "update", message=changed.as_json())
        return changed

    def delete(self, conversation: Conversation, message: Message) -> None:
        """Take a message away."""
        self._store.remove(message.id)
        self._tell(conversation, "delete", id=message.id)
        self._tell_unread(conversation)

    # ------------------------------------------------------------------ what people do

    def say(self, person: Person, conversation: Conversation, text: str) -> Message:
        """Add a person's words and hand them to the program."""
        message = self._new(conversation, "person", text, (), "")
        self._tell(conversation, "message", message=message.as_json())
        activity = self._activities.message(person, conversation, message.id, text)
        self._start(self._hand_over(person, [activity], message))
        return message

    def submit(self, person: Person, conversation: Conversation, value: Any, card: str) -> None:
        """Hand an `Action.Submit` to the program; nothing of it shows in the chat."""
        activity = self._activities.submit(person, conversation, value, card)
        self._start(self._hand_over(person, [activity]))

    def install(self, person: Person) -> bool:
        """Install the app for a person. Return False where it was there already."""
        if self.state(person).installed:
            return False
        self._set_status(person, Status.INSTALLED)
        events = self._activities.bot_added(person, self.own(person))
        self._start(self._hand_over(person, events))
        return True

    def install_for(self, person_id: str) -> bool:
        """Install for the person of an object id, as Graph orders it. False as above."""
        person = self.roster.person(person_id)
        return person is not None and self.install(person)

    def uninstall(self, person: Person) -> None:
        """Remove the app for a person; what was said stays."""
        if not self.state(person).installed:
            return
        self._set_status(person, Status.REMOVED)
        events = self._activities.bot_removed(person, self.own(person))
        self._start(self._hand_over(person, events))

    def block(self, person: Person, *, blocked: bool) -> None:
        """Have a person block the bot, or no longer. Teams tells the bot nothing of it."""
        self._store.set_blocked(person.id, blocked=blocked)
        self._tell_person(person)

    def read(self, person: Person) -> None:
        """Note that the person has seen what is there."""
        conversation = self.own(person)
        if self.state(person).unread:
            self._store.mark_read(person.id, conversation.id)
            self._tell_unread(conversation)

    # ------------------------------------------------------------------ the end

    async def close(self) -> None:
        """Stop what is still on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_over(
        self, person: Person, activities: list[dict[str, Any]], message: Message | None = None
    ) -> None:
        async with self._order[person.id]:
            for activity in activities:
                taken = await self._bot.deliver(activity)
                if message is not None and not taken:
                    conversation = self.roster.conversation(message.conversation)
                    assert conversation is not None  # noqa: S101 - it was written there
                    self.change(conversation, message, failed=True)

    def _new(
        self,
        conversation: Conversation,
        sender: str,
        text: str,
        cards: tuple[dict[str, Any], ...],
        summary: str,
    ) -> Message:
        now = self._clock.now()
        message = Message(
            id=self._store.new_id(int(now.timestamp() * 1000)),
            conversation=conversation.id,
            sender=sender,
            at=instant(now),
            text=text,
            cards=cards,
            summary=summary,
        )
        self._store.add(message)
        return message

    def _set_status(self, person: Person, status: Status) -> None:
        self._store.set_status(person.id, status)
        self._tell_person(person)

    def _tell(self, conversation: Conversation, event: str, **data: Any) -> None:
        if conversation.person is not None:
            self._hub.publish(event, person=conversation.person.id, **data)

    def _tell_unread(self, conversation: Conversation) -> None:
        if conversation.person is not None:
            self._tell(conversation, "unread", unread=self.state(conversation.person).unread)

    def _tell_person(self, person: Person) -> None:
        state = self.state(person)
        self._hub.publish(
            "people", person=person.id, installed=state.installed, blocked=state.blocked
        )
