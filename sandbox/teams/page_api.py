"""What the chat page asks: people, messages, clicks, searches, and what changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.people import People, Person
from sandbox.teams.activities import Activities
from sandbox.teams.bot import BotClient
from sandbox.teams.chats import Chats
from sandbox.teams.connector import CARD_TYPE, LARGEST_CARD, card_size
from sandbox.teams.ids import Conversation, group_id

LARGEST_TEXT = 28 * 1024
_PEOPLE_DATASET = "graph.microsoft.com/users"
_SEARCH_RESPONSE = "application/vnd.microsoft.search.searchResponse"
Handler = Callable[[web.Request, Person], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """The page asked for something that cannot be; `status` and the words go to it."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        """Keep what will be answered."""
        super().__init__(message)
        self.status = status


@web.middleware
async def answer_page(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn a refusal into an answer."""
    try:
        return await handler(request)
    except Refused as error:
        return web.json_response({"error": str(error)}, status=error.status)


class PageApi:
    """The routes under `/api` and the page's part of the clock."""

    def __init__(
        self,
        *,
        people: People,
        chats: Chats,
        bot: BotClient,
        activities: Activities,
        clock: SandboxClock,
        graph_url: str,
    ) -> None:
        """Serve these people."""
        self._people = people
        self._chats = chats
        self._bot = bot
        self._activities = activities
        self._clock = clock
        self._graph_url = graph_url

    def routes(self) -> list[web.RouteDef]:
        """Return the operations of the page."""
        person = "/api/people/{person}"
        return [
            web.get("/api/people", self._list),
            web.get("/api/links", self._links),
            web.post("/clock/next", self._next),
            web.post("/api/groups/{team}/messages", self._say_in_group),
            web.get(f"{person}/messages", self._with_person(self._messages)),
            web.post(f"{person}/messages", self._with_person(self._say)),
            web.post(f"{person}/invoke", self._with_person(self._invoke)),
            web.post(f"{person}/search", self._with_person(self._search)),
            web.post(f"{person}/read", self._with_person(self._read)),
            web.post(f"{person}/install", self._with_person(self._install)),
            web.post(f"{person}/uninstall", self._with_person(self._uninstall)),
            web.post(f"{person}/block", self._with_person(self._block)),
        ]

    def _with_person(self, handler: Handler) -> Callable[[web.Request], Awaitable[Any]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await handler(request, self._person(request.match_info["person"]))

        return handle

    def _person(self, person_id: str) -> Person:
        person = self._people.get(person_id)
        if person is None:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such person.")
        return person

    async def _list(self, _: web.Request) -> web.Response:
        return web.json_response([self._one(person) for person in self._people.everyone])

    def _one(self, person: Person) -> dict[str, Any]:
        state = self._chats.state(person)
        return {
            "id": person.id,
            "name": person.name,
            "role": dict(person.role),
            "language": person.language,
            "zone": person.zone,
            "initials": person.initials,
            "color": person.color,
            "unread": state.unread,
            "installed": state.installed,
        }

    async def _messages(self, _: web.Request, person: Person) -> web.Response:
        state = self._chats.state(person)
        messages = self._chats.messages(self._chats.own(person))
        return web.json_response(
            {
                "messages": [message.as_json() for message in messages],
                "typing": self._chats.is_typing(person),
                "installed": state.installed,
                "blocked": state.blocked,
            }
        )

    async def _say(self, request: web.Request, person: Person) -> web.Response:
        conversation = self._writable(person)
        match await _json(request):
            case {"text": str() as text}:
                message = self._chats.say(person, conversation, _checked_text(text))
                return web.json_response({"id": message.id}, status=HTTPStatus.ACCEPTED)
            case {"value": value, "replyToId": str() as card}:
                self._check_message(conversation, card)
                self._chats.submit(person, conversation, value, card)
                return web.json_response({}, status=HTTPStatus.ACCEPTED)
            case _:
                raise Refused(HTTPStatus.BAD_REQUEST, "Expected text, or value and replyToId.")

    async def _say_in_group(self, request: web.Request) -> web.Response:
        match await _json(request):
            case {"person": str() as person_id, "text": str() as text}:
                person = self._person(person_id)
            case _:
                raise Refused(HTTPStatus.BAD_REQUEST, "Expected person and text.")
        team = self._people.teams.get(request.match_info["team"])
        group = team and self._chats.roster.conversation(group_id(team))
        if not group or person not in group.members:
            raise Refused(HTTPStatus.NOT_FOUND, "The person is in no such team.")
        message = self._chats.say(person, group, _checked_text(text))
        return web.json_response({"id": message.id}, status=HTTPStatus.ACCEPTED)

    async def _invoke(self, request: web.Request, person: Person) -> web.Response:
        conversation = self._writable(person)
        match await _json(request):
            case {"messageId": str() as card, "verb": str() as verb, **rest}:
                self._check_message(conversation, card)
            case _:
                raise Refused(HTTPStatus.BAD_REQUEST, "Expected messageId and verb.")
        action = {"verb": verb, "data": rest.get("data") or {}}
        action |= {key: rest[key] for key in ("id", "title") if key in rest}
        trigger = rest.get("trigger") or "manual"
        answer = await self._bot.invoke(
            self._activities.execute(person, conversation, card, action, trigger)
        )
        return web.json_response(self._in_place(conversation, card, answer))

    def _in_place(
        self, conversation: Conversation, card_id: str, answer: dict[str, Any]
    ) -> dict[str, Any]:
        """Put a card that was answered in the place of the card that was clicked."""
        if answer["type"] != CARD_TYPE or answer["statusCode"] != HTTPStatus.OK:
            return answer
        card = answer["value"]
        if not isinstance(card, dict) or card_size(card) > LARGEST_CARD:
            value = {"code": "BadCard", "message": "The app's card is missing or above 28 KB."}
            return {
                "statusCode": int(HTTPStatus.BAD_GATEWAY),
                "type": "application/vnd.microsoft.error",
                "value": value,
            }
        # Read again: the program may have changed or deleted the message while it answered.
        message = self._chats.message(conversation, card_id)
        if message is not None and message.cards != (card,):
            self._chats.change(conversation, message, cards=(card,))
        return answer

    async def _search(self, request: web.Request, person: Person) -> web.Response:
        conversation = self._writable(person)
        match await _json(request):
            case {"dataset": str() as dataset, **rest}:
                text = str(rest.get("queryText") or "")
                top, skip = _whole(rest.get("top"), 15), _whole(rest.get("skip"), 0)
            case _:
                raise Refused(HTTPStatus.BAD_REQUEST, "Expected a dataset.")
        if dataset.partition("?")[0] == _PEOPLE_DATASET:
            found = self._people.search(text, top=top, skip=skip)
            return web.json_response({"results": [{"title": p.name, "value": p.id} for p in found]})
        query = {
            "queryText": text,
            "queryOptions": {"skip": skip, "top": top},
            "dataset": dataset,
        }
        card = str(rest.get("messageId") or "")
        answer = await self._bot.invoke(self._activities.search(person, conversation, card, query))
        match answer:
            case {"type": kind, "value": {"results": list() as results}} if (
                kind == _SEARCH_RESPONSE
            ):
                return web.json_response({"results": results})
            case _:
                return web.json_response({"results": [], "error": answer["value"]})

    async def _read(self, _: web.Request, person: Person) -> web.Response:
        self._chats.read(person)
        return web.json_response(self._one(person))

    async def _install(self, _: web.Request, person: Person) -> web.Response:
        self._chats.install(person)
        return web.json_response(self._one(person))

    async def _uninstall(self, _: web.Request, person: Person) -> web.Response:
        self._chats.uninstall(person)
        return web.json_response(self._one(person))

    async def _block(self, request: web.Request, person: Person) -> web.Response:
        match await _json(request):
            case {"blocked": bool() as blocked}:
                self._chats.block(person, blocked=blocked)
            case _:
                raise Refused(HTTPStatus.BAD_REQUEST, "Expected blocked, true or false.")
        return web.json_response(self._one(person))

    async def _links(self, _: web.Request) -> web.Response:
        return web.json_response({"graph": self._graph_url})

    async def _next(self, _: web.Request) -> web.Response:
        """Jump to a second after the next reminder, where there is one ahead."""
        due = await self._bot.next_reminder()
        jumped = due is not None and due > self._clock.now().timestamp()
        if due is not None and jumped:
            self._clock.set(datetime.fromtimestamp(due, UTC) + timedelta(seconds=1))
        return web.json_response({"now": self._clock.now().isoformat(), "jumped": jumped})

    def _writable(self, person: Person) -> Conversation:
        state = self._chats.state(person)
        if not state.installed or state.blocked:
            raise Refused(HTTPStatus.CONFLICT, "The app is not installed here, or is blocked.")
        return self._chats.own(person)

    def _check_message(self, conversation: Conversation, message_id: str) -> None:
        if self._chats.message(conversation, message_id) is None:
            raise Refused(HTTPStatus.NOT_FOUND, "There is no such message.")


async def _json(request: web.Request) -> Any:
    try:
        return await request.json()
    except ValueError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from error


def _checked_text(text: str) -> str:
    if not text.strip():
        raise Refused(HTTPStatus.BAD_REQUEST, "The message is empty.")
    try:
        size = len(text.encode("utf-16-le"))
    except UnicodeEncodeError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "The message holds half a character.") from error
    if size > LARGEST_TEXT:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The message is too long for Teams.")
    return text


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) and value >= 0 else default
