"""People: search, read, manager."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from aiohttp import web

from sandbox.graph import shapes
from sandbox.graph.errors import bad_request, no_such_person
from sandbox.graph.world import WORLD

_CLAUSE = re.compile(r'"(displayName|mail|userPrincipalName):((?:[^"\\]|\\.)*)"')
_WORDS = re.compile(r"\w+")


async def search(request: web.Request) -> web.Response:
    """`GET /users`, with `$search`."""
    world = request.app[WORLD]
    if "$filter" in request.query:
        raise bad_request("This Graph has no $filter for people: use $search.")
    found = list(world.people.everyone)
    if told := request.query.get("$search"):
        if request.headers.get("ConsistencyLevel", "").lower() != "eventual":
            raise bad_request(
                "Request with $search query parameter only works through MSGraph with a special "
                "request header: 'ConsistencyLevel: eventual'",
                "Request_UnsupportedQuery",
            )
        clauses = _clauses(told)
        found = [
            person
            for person in found
            if any(_matches(shapes.user(person)[key], text) for key, text in clauses)
        ]
    people = [shapes.select(request, shapes.user(person), shapes.USER) for person in found]
    return shapes.page(request, people, "users")


def _clauses(told: str) -> list[tuple[str, str]]:
    parts = re.split(r'(?<=")\s+OR\s+(?=")', told)
    found: list[tuple[str, str]] = []
    for part in parts:
        clause = _CLAUSE.fullmatch(part.strip())
        if clause is None:
            raise bad_request(
                f'Syntax error in $search: {part!r} should be "property:words".',
                "Request_BadRequest",
            )
        found.append((clause[1], re.sub(r"\\(.)", r"\1", clause[2])))
    return found


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def _matches(value: str, text: str) -> bool:
    """Say whether each word typed begins a word of the value (or the value itself)."""
    known = _plain(value)
    words = _WORDS.findall(known)
    wanted = _plain(text).split()
    return bool(wanted) and all(
        known.startswith(word)
        or all(any(each.startswith(part) for each in words) for part in _WORDS.findall(word))
        for word in wanted
    )


async def read(request: web.Request) -> web.Response:
    """`GET /users/{id}`; the programme's own mailbox is somebody too."""
    world = request.app[WORLD]
    known: dict[str, Any]
    if world.owner(request) == world.mailbox:
        known = shapes.service_user(world.mailbox)
    else:
        known = shapes.user(world.person(request))
    usual = [name for name in shapes.USER if name in known]
    return web.json_response(shapes.select(request, known, usual))


async def manager(request: web.Request) -> web.Response:
    """`GET /users/{id}/manager`."""
    world = request.app[WORLD]
    person = world.person(request)
    boss = world.people.get(person.manager_id) if person.manager_id else None
    if boss is None:
        raise no_such_person("manager")
    known = shapes.select(request, shapes.user(boss), shapes.USER)
    return web.json_response({"@odata.type": "#microsoft.graph.user", **known})
