"""Who is called what: the ids that Teams gives to people, chats and the bot, always the same."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from sandbox.people import TENANT_ID, People, Person, Team

APP_ID = "4f2d6c1e-9a3b-4f57-8c68-5d0e7b1a2c39"
BOT_ID = f"28:{APP_ID}"
BOT_NAME = "Empowering Conversations"


def _digest(text: str, length: int) -> str:
    digest = hashlib.sha256(f"{APP_ID}/{text}".encode()).digest() * 2
    return base64.urlsafe_b64encode(digest).decode()[:length]


def user_id(person: Person) -> str:
    """Return the id by which this bot knows a person; another bot would see another one."""
    return f"29:1{_digest(person.id, 63)}"


def chat_id(person: Person) -> str:
    """Return the id of the person's own chat with the bot."""
    return f"a:1{_digest('chat ' + person.id, 84)}"


def group_id(team: Team) -> str:
    """Return the id of a team's group chat."""
    return f"19:{hashlib.sha256(team.key.encode()).hexdigest()[:32]}@thread.v2"


def team_id(team: Team) -> str:
    """Return the id of a team, which is that of its General channel."""
    return f"19:{hashlib.sha256(team.key.encode()).hexdigest()[:32]}@thread.tacv2"


def bot_account() -> dict[str, Any]:
    """Return the bot as it stands in `recipient` and `membersAdded`."""
    return {"id": BOT_ID, "name": BOT_NAME}


def member(person: Person) -> dict[str, Any]:
    """Return a person as the roster gives them."""
    role, _, place = person.name.rpartition(", ")
    return {
        "id": user_id(person),
        "objectId": person.id,
        "aadObjectId": person.id,
        "name": person.name,
        "givenName": role,
        "surname": place,
        "email": person.mail,
        "userPrincipalName": person.mail,
        "tenantId": TENANT_ID,
        "userRole": "user",
    }


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat: a person's own when `person` is set, else a team's group chat."""

    id: str
    members: tuple[Person, ...]
    person: Person | None = None
    team: Team | None = None


class Roster:
    """Finds conversations, people and teams by the ids above."""

    def __init__(self, people: People) -> None:
        """Work out every id once."""
        self._people = people
        self._by_user_id = {user_id(person): person for person in people.everyone}
        self._teams = {team_id(team): team for team in people.teams.values()}
        self._conversations = {
            chat_id(person): Conversation(chat_id(person), (person,), person=person)
            for person in people.everyone
        } | {
            group_id(team): Conversation(group_id(team), tuple(people.of_team(key)), team=team)
            for key, team in people.teams.items()
        }

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation; Teams adds `;messageid=` to those of channels."""
        return self._conversations.get(conversation_id.partition(";")[0])

    def person(self, member_id: str) -> Person | None:
        """Return a person by their `29:` id, their object id, or `8:orgid:` and object id."""
        return self._by_user_id.get(member_id) or self._people.get(
            member_id.removeprefix("8:orgid:")
        )

    def team(self, wanted: str) -> Team | None:
        """Return a team by the id of its General channel."""
        return self._teams.get(wanted)
