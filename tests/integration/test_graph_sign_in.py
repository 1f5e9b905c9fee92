"""Tokens on the way to Graph: where from, for which scope, and what their absence means."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from bot.domain.errors import OutsideFault, Rejected
from bot.graph.client import connect
from bot.graph.options import GraphOptions


class Credential:
    """Gives a token for each scope, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.scopes: list[str] = []

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        if self.error:
            raise self.error
        return AccessToken("abc", 0)


class Listener:
    """Answers everything alike, and remembers the headers."""

    def __init__(self, answer: web.Response) -> None:
        self.answer = answer
        self.headers: list[Any] = []

    async def hear(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers.copy())
        return self.answer


async def ask(listener: Listener, credential: Credential) -> Any:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", listener.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    graph = connect(
        GraphOptions(
            url=f"http://127.0.0.1:{runner.addresses[0][1]}/v1.0",
            scope="https://graph.example/.default",
            mailbox="m@x.example",
            credential=credential,
        )
    )
    try:
        return await graph.directory.person("P-1")
    finally:
        await graph.close()
        await runner.cleanup()


async def test_the_token_of_the_scope_goes_with_the_call() -> None:
    listener = Listener(web.json_response({"id": "P-1", "displayName": "Manager"}))
    credential = Credential()
    person = await ask(listener, credential)
    assert (person.person_id, person.name, person.mail) == ("p-1", "Manager", None)
    assert credential.scopes == ["https://graph.example/.default"]
    assert [each["Authorization"] for each in listener.headers] == ["Bearer abc"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientAuthenticationError("expired"), "graph_no_sign_in"),
        (Rejected("login.401"), "login.401"),
    ],
)
async def test_without_a_token_nothing_is_sent(error: Exception, code: str) -> None:
    listener = Listener(web.json_response({}))
    with pytest.raises(OutsideFault) as refused:
        await ask(listener, Credential(error))
    assert refused.value.code == code
    assert listener.headers == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (web.Response(text="<html>", content_type="text/html", status=502), "graph_unavailable"),
        (web.Response(text="<html>", content_type="text/html"), "graph_unexpected"),
        (web.Response(text="{", content_type="application/json"), "graph_unexpected"),
        (web.json_response({}), "graph_unexpected"),
        (web.Response(status=204), "graph_unexpected"),
    ],
)
async def test_an_answer_that_nobody_can_read_is_a_fault(answer: web.Response, code: str) -> None:
    with pytest.raises(OutsideFault) as refused:
        await ask(Listener(answer), Credential())
    assert refused.value.code == code
