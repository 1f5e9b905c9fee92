"""Holds every exchange with the local Graph against the OpenAPI description of the real one.

contract = Contract.load(contracts_dir)
recorder = Recorder(contract)
app.middlewares.insert(0, recorder.middleware)      # any aiohttp application under /v1.0
...
recorder.require_clean()
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.typedefs import Handler
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

BASE = "/v1.0"
URN = "urn:graph"


@dataclass(frozen=True)
class Operation:
    """One method of one path of the contract."""

    template: str
    method: str
    facts: Mapping[str, Any]
    shared: tuple[Mapping[str, Any], ...]

    @property
    def pointer(self) -> str:
        path = self.template.replace("~", "~0").replace("/", "~1")
        return f"/paths/{path}/{self.method}"

    def parameters(self, place: str) -> dict[str, Mapping[str, Any]]:
        every = (*self.shared, *self.facts.get("parameters", ()))
        return {each["name"]: each for each in every if each["in"] == place}


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, as they went over the wire. Status 0: the answer was lost."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any
    status: int
    answer: Any


class Contract:
    """The description, indexed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        resource = Resource(contents=document, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(URN, resource)
        self._operations = [
            (_pattern(template), Operation(template, method, facts, tuple(shared)))
            for template, methods in document["paths"].items()
            for shared in [methods.get("parameters", ())]
            for method, facts in methods.items()
            if method != "parameters"
        ]

    @classmethod
    def load(cls, folder: Path) -> Contract:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return cls(yaml.load((folder / "graph.yaml").read_text("utf-8"), Loader=loader))

    def find(self, method: str, path: str) -> Operation | None:
        for pattern, operation in self._operations:
            if operation.method == method.lower() and pattern.fullmatch(path):
                return operation
        return None

    def problems(self, exchange: Exchange) -> Iterator[str]:
        """Everything in an exchange that the contract does not allow."""
        operation = self.find(exchange.method, exchange.path)
        if operation is None:
            yield "no such operation"
            return
        yield from self._query(operation, exchange.query)
        yield from self._body(operation, exchange)
        yield from self._answer(operation, exchange)

    def _query(self, operation: Operation, query: Iterable[tuple[str, str]]) -> Iterator[str]:
        known = operation.parameters("query")
        given = dict(query)
        for name, value in given.items():
            if name not in known:
                yield f"query {name}: not a parameter"
                continue
            kind = known[name]["schema"]["type"]
            if kind == "integer" and not value.isdigit():
                yield f"query {name}: not a number"
            if kind == "boolean" and value not in {"true", "false"}:
                yield f"query {name}: neither true nor false"
            if kind == "array" and not all(value.split(",")):
                yield f"query {name}: an empty entry"
        for name, parameter in known.items():
            if parameter.get("required") and name not in given:
                yield f"query {name}: missing"

    def _body(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        described = operation.facts.get("requestBody")
        if exchange.body is None:
            if described and described.get("required"):
                yield "body: missing"
            return
        if described is None:
            yield "body: none is expected"
            return
        yield from self._schema("body", f"{operation.pointer}/requestBody", exchange.body)

    def _answer(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        if not exchange.status:
            return
        known = operation.facts["responses"]
        status = str(exchange.status)
        name = status if status in known else f"{status[0]}XX"
        if name not in known:
            yield f"answer: status {status} is not described"
            return
        described = known[name]
        pointer = f"{operation.pointer}/responses/{name}"
        if "$ref" in described:
            pointer = described["$ref"].removeprefix("#")
        elif "content" not in described:
            if exchange.answer is not None:
                yield "answer: a body where none is described"
            return
        yield from self._schema("answer", pointer, exchange.answer)

    def _schema(self, what: str, pointer: str, value: Any) -> Iterator[str]:
        reference = {"$ref": f"{URN}#{pointer}/content/application~1json/schema"}
        validator = Draft202012Validator(reference, registry=self._registry)
        for error in validator.iter_errors(value):
            place = "/".join(str(part) for part in error.absolute_path)
            yield f"{what} {place}: {error.message}"[:500]


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(re.escape(part) for part in parts))


def house_problems(exchange: Exchange) -> Iterator[str]:
    """What the contract leaves open and our own rules do not."""
    headers = exchange.headers
    if not headers.get("Authorization", "").startswith("Bearer "):
        yield "header Authorization: no token"
    if 'IdType="ImmutableId"' not in headers.get("Prefer", ""):
        yield "header Prefer: no immutable ids"
    if "$search" in dict(exchange.query) and headers.get("ConsistencyLevel") != "eventual":
        yield "header ConsistencyLevel: missing beside $search"
    if exchange.body is not None and not headers.get("Content-Type", "").startswith(
        "application/json"
    ):
        yield "header Content-Type: not JSON"


@dataclass
class Recorder:
    """An aiohttp middleware that keeps every exchange under /v1.0, and checks it."""

    contract: Contract
    exchanges: list[Exchange] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def middleware(self) -> Any:
        @web.middleware
        async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith(BASE):
                return await handler(request)
            sent = await request.read()
            answer = await handler(request)
            self._keep(request, sent, answer)
            return answer

        return record

    def _keep(self, request: web.Request, sent: bytes, answer: web.StreamResponse) -> None:
        lost = request.transport is None or request.transport.is_closing()
        told = answer.body if isinstance(answer, web.Response) else None
        exchange = Exchange(
            method=request.method,
            path=request.path.removeprefix(BASE),
            query=tuple(request.query.items()),
            headers=request.headers.copy(),
            body=json.loads(sent) if sent else None,
            status=0 if lost else answer.status,
            answer=json.loads(told) if isinstance(told, bytes) and told else None,
        )
        self.exchanges.append(exchange)
        place = f"{exchange.method} {exchange.path}"
        for problem in (*self.contract.problems(exchange), *house_problems(exchange)):
            self.problems.append(f"{place}: {problem}")

    def require_clean(self) -> None:
        """Fail where anything went over the wire that may not."""
        assert self.problems == []
        assert self.exchanges
