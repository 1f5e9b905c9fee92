"""The Bot Connector's REST side, as the program calls it in Teams."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from sandbox.people import TENANT_ID, Person
from sandbox.teams import errors
from sandbox.teams.chats import Chats
from sandbox.teams.faults import Faults, SendLimits
from sandbox.teams.ids import Conversation, group_id, member
from sandbox.teams.store import Message, Status

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
LARGEST_MESSAGE = 100 * 1024  # in UTF-16, as Teams counts
LARGEST_CARD = 28 * 1024
_LARGEST_PAGE = 500
_PREFIX = "/connector/v3"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a refusal into Teams' answer."""
    try:
        return await handler(request)
    except errors.ConnectorError as error:
        return error.response()


def fault_middleware(faults: Faults) -> Any:
    """Have the faults that were asked for happen to the program's calls."""

    @web.middleware
    async def fail(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(_PREFIX):
            return await handler(request)
        fault = faults.take(request.path)
        if fault is None:
            return await handler(request)
        if fault.after:
            await handler(request)
        if not fault.status:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        raise fault.error()

    return fail


def limit_middleware(limits: SendLimits | None) -> Any:
    """Count the program's requests against the budget of its tenant."""

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        if limits is not None and request.path.startswith(_PREFIX):
            limits.request()
        return await handler(request)

    return count


class Connector:
    """The routes, refusing what Teams refuses.

    With `policy_install` the organization installs the app for a person who has never met it
    when the bot first writes to them; else that is a 403, as where there is no such policy.
    """

    def __init__(
        self,
        chats: Chats,
        *,
        service_url: str,
        policy_install: bool = True,
        limits: SendLimits | None = None,
    ) -> None:
        """Serve these chats."""
        self._chats = chats
        self._service_url = service_url
        self._policy_install = policy_install
        self._limits = limits

    def routes(self) -> list[web.RouteDef]:
        """Return the operations that the program uses."""
        conversation = f"{_PREFIX}/conversations/{{conversation}}"
        activity = f"{conversation}/activities/{{activity}}"
        return [
            web.post(f"{_PREFIX}/conversations", self._create),
            web.post(f"{conversation}/activities", self._send),
            web.post(activity, self._send),
            web.put(activity, self._update),
            web.delete(activity, self._delete),
            web.get(f"{conversation}/members", self._members),
            web.get(f"{conversation}/members/{{member}}", self._member),
            web.get(f"{conversation}/pagedmembers", self._paged_members),
            web.get(f"{_PREFIX}/teams/{{team}}", self._team),
            web.get(f"{_PREFIX}/teams/{{team}}/conversations", self._channels),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        body = await _body(request)
        person = self._sole_member(body)
        conversation = self._chats.own(person)
        self._meet(person)
        answer = {"id": conversation.id, "serviceUrl": self._service_url}
        if (activity := body.get("activity")) is not None:
            message = self._post(conversation, _object(activity))
            answer |= {"activityId": message.id} if message else {}
        return web.json_response(answer, status=HTTPStatus.CREATED)

    def _sole_member(self, body: dict[str, Any]) -> Person:
        channel_data = body.get("channelData") or {}
        tenant = body.get("tenantId") or (channel_data.get("tenant") or {}).get("id")
        if tenant and tenant != TENANT_ID:
            raise errors.bad_argument("The tenant is not that of the bot.")
        match body.get("members"):
            case [{"id": str() as member_id}]:
                person = self._chats.roster.person(member_id)
            case _:
                raise errors.bad_argument("Exactly one member is expected; groups cannot be made.")
        if person is None and member_id.startswith("29:"):
            raise errors.bad_argument("Failed to decrypt pairwise id")
        if person is None:
            raise errors.not_installed()
        return person

    def _meet(self, person: Person) -> None:
        status = self._chats.state(person).status
        if status is Status.NEW and self._policy_install:
            self._chats.install(person)
        elif status is not Status.INSTALLED:
            raise errors.not_installed()

    async def _send(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        activity = await _body(request)
        self._may_write(conversation)
        message = self._post(conversation, activity)
        answer = {"id": message.id} if message else {}
        return web.json_response(answer, status=HTTPStatus.CREATED)

    def _post(self, conversation: Conversation, activity: dict[str, Any]) -> Message | None:
        if activity.get("type") == "typing":
            self._chats.show_typing(conversation)
            return None
        text, cards, summary = _content(activity)
        if self._limits is not None:
            self._limits.check(conversation.id)
        return self._chats.post(conversation, text, cards, summary)

    async def _update(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        activity = await _body(request)
        self._may_write(conversation)
        message = self._bots_message(request, conversation)
        text, cards, summary = _content(activity)
        self._chats.change(conversation, message, text=text, cards=cards, summary=summary)
        return web.json_response({"id": message.id})

    async def _delete(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        self._may_write(conversation)
        self._chats.delete(conversation, self._bots_message(request, conversation))
        return web.Response()

    async def _members(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        return web.json_response([member(person) for person in conversation.members])

    async def _member(self, request: web.Request) -> web.Response:
        conversation = self._conversation(request)
        person = self._chats.roster.person(request.match_info["member"])
        if person not in conversation.members:
            raise errors.member_not_found()
        return web.json_response(member(person))

    async def _paged_members(self, request: web.Request) -> web.Response:
        members = self._conversation(request).members
        try:
            size = int(request.query.get("pageSize", "200"))
            start = int(request.query.get("continuationToken") or "0")
        except ValueError as error:
            raise errors.bad_argument("pageSize or continuationToken is not valid.") from error
        if not (1 <= size <= _LARGEST_PAGE and 0 <= start <= len(members)):
            raise errors.bad_argument("pageSize or continuationToken is not valid.")
        answer: dict[str, Any] = {"members": [member(p) for p in members[start : start + size]]}
        if start + size < len(members):
            answer["continuationToken"] = str(start + size)
        return web.json_response(answer)

    async def _team(self, request: web.Request) -> web.Response:
        team = self._chats.roster.team(request.match_info["team"])
        if team is None:
            raise errors.conversation_not_found()
        group = self._chats.roster.conversation(group_id(team))
        return web.json_response(
            {
                "id": request.match_info["team"],
                "name": team.name["en"],
                "type": "standard",
                "channelCount": 1,
                "memberCount": len(group.members) if group else 0,
                "tenantId": TENANT_ID,
            }
        )

    async def _channels(self, request: web.Request) -> web.Response:
        if self._chats.roster.team(request.match_info["team"]) is None:
            raise errors.conversation_not_found()
        return web.json_response({"conversations": [{"id": request.match_info["team"]}]})

    def _conversation(self, request: web.Request) -> Conversation:
        found = self._chats.roster.conversation(request.match_info["conversation"])
        if found is None:
            raise errors.conversation_not_found()
        if found.person and self._chats.state(found.person).status is Status.NEW:
            raise errors.conversation_not_found()
        if found.person and not self._chats.state(found.person).installed:
            raise errors.not_in_roster()
        return found

    def _may_write(self, conversation: Conversation) -> None:
        if conversation.person and self._chats.state(conversation.person).blocked:
            raise errors.blocked()

    def _bots_message(self, request: web.Request, conversation: Conversation) -> Message:
        message = self._chats.message(conversation, request.match_info["activity"])
        if message is None:
            raise errors.activity_not_found()
        if message.sender != "bot":
            raise errors.not_permitted("A bot may change only its own messages.")
        return message


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads((await request.read()).decode())
        size = len(json.dumps(body, ensure_ascii=False).encode("utf-16-le"))
    except ValueError as error:
        raise errors.bad_argument("The body is not JSON.") from error
    if size > LARGEST_MESSAGE:
        raise errors.too_big("Message size too large.")
    return _object(body)


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise errors.bad_argument("An object is expected.")
    return body


def _content(activity: dict[str, Any]) -> tuple[str, tuple[dict[str, Any], ...], str]:
    """Read a message's text, cards and summary."""
    if activity.get("type") != "message":
        raise errors.bad_argument("Unknown activity type")
    text, summary = activity.get("text") or "", activity.get("summary") or ""
    attachments = activity.get("attachments") or []
    if not (isinstance(text, str) and isinstance(summary, str) and isinstance(attachments, list)):
        raise errors.bad_argument("Bad format of text, summary or attachments")
    cards = tuple(_card(attachment) for attachment in attachments)
    if not text and not cards:
        raise errors.bad_argument("Activity must have text or attachments")
    return text, cards, summary


def _card(attachment: Any) -> dict[str, Any]:
    match attachment:
        case {"contentType": str() as kind, "content": {"type": "AdaptiveCard"} as card}:
            if kind != CARD_TYPE:
                raise errors.bad_argument("Unknown attachment type")
        case _:
            raise errors.bad_argument("Unknown attachment type")
    if card_size(card) > LARGEST_CARD:
        raise errors.too_big("The card is larger than 28 KB.")
    return card


def card_size(card: dict[str, Any]) -> int:
    """Return a card's size in bytes, written without spaces."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())
