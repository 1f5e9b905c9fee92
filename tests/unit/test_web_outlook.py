"""What Graph sends to the web role: the handshake, the news, and what it is answered."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.metrics import Metrics
from bot.services.outlook_hints import BadNews
from bot.web import create_web, listen

PATHS = pytest.mark.parametrize("path", ["notifications", "lifecycle"])
NEWS = {"value": [{"clientState": "s"}]}


class Hints:
    """Keeps what it is told, or fails as it is told to."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.error: Exception | None = None
        self.slow = False

    async def take(self, body: object) -> int:
        if self.slow:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        self.told.append(body)
        return 1


class Answer:
    def __init__(self, got: aiohttp.ClientResponse, text: str) -> None:
        self.status, self.text = got.status, text
        self.kind, self.headers = got.content_type, got.headers


@pytest.fixture
async def hints() -> Hints:
    return Hints()


@pytest.fixture
async def post(hints: Hints) -> AsyncIterator[Any]:
    served = create_web(messages=None, metrics=Metrics(), outlook=hints.take)
    runner, port = await listen(served, "127.0.0.1", 0)

    async def send(path: str, body: object = None, **more: Any) -> Answer:
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        url = f"http://127.0.0.1:{port}/api/graph/{path}"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=data, **more) as got,
        ):
            return Answer(got, await got.text())

    yield send
    await runner.cleanup()


@PATHS
async def test_the_handshake_echoes_the_word_as_plain_text(post: Any, hints: Hints, path: str):
    word = "Validation: 7 · <script>alert(1)</script> é+&"
    answer = await post(path, b"", params={"validationToken": word})
    assert (answer.status, answer.kind, answer.text) == (200, "text/plain", word)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert hints.told == []


async def test_a_word_without_end_is_not_echoed(post: Any):
    answer = await post("notifications", b"", params={"validationToken": "x" * 4097})
    assert answer.status == 400


@PATHS
async def test_news_is_taken_and_answered_with_202(post: Any, hints: Hints, path: str):
    answer = await post(path, NEWS)
    assert (answer.status, answer.text) == (202, "")
    assert hints.told == [NEWS]


async def test_news_that_is_no_json_is_refused(post: Any, hints: Hints):
    assert (await post("notifications", b"{")).status == 400
    hints.error = BadNews()
    assert (await post("notifications", {})).status == 400


async def test_news_too_large_is_refused(post: Any, hints: Hints):
    answer = await post("notifications", b'"' + b"x" * (2**20 + 1) + b'"')
    assert answer.status == 413
    assert hints.told == []


async def test_a_database_that_is_away_makes_graph_tell_it_again(post: Any, hints: Hints):
    hints.error = ConnectionRefusedError()
    assert (await post("notifications", NEWS)).status == 500


async def test_an_answer_comes_within_three_seconds(post: Any, hints: Hints):
    hints.slow = True
    async with asyncio.timeout(3):
        assert (await post("notifications", NEWS)).status == 503


async def test_a_process_that_is_not_told_has_no_such_address():
    runner, port = await listen(create_web(messages=None, metrics=Metrics()), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{port}/api/graph/notifications"
    async with aiohttp.ClientSession() as session, session.post(url, json=NEWS) as got:
        assert got.status == 404
    await runner.cleanup()
