import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ManualClock, SandboxClock, SystemClock

AT = datetime(2027, 1, 15, 20, tzinfo=UTC)


class Sandbox:
    """Answers as the sandbox's clock does, and may go away."""

    def __init__(self) -> None:
        self.answer: bytes = b'{"now": "2027-01-15T20:00:00Z", "offset": 0}'
        self.asked = threading.Event()
        self.hiccups = 0
        sandbox = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                sandbox.hiccups -= 1
                self.wfile.write(sandbox.answer if sandbox.hiccups < 0 else b"not yet")
                sandbox.asked.set()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it)
                """Say nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/clock"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def jump(self, seconds: float) -> None:
        self.answer = json.dumps({"now": "", "offset": seconds}).encode()

    def away(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox()
    yield running
    running.away()


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("America/Vancouver", -7), ("America/Edmonton", -6), ("America/Toronto", -5)],
)
def test_zones_are_the_packages_own(zone: str, hours: int) -> None:
    """Machines with files older than 2026c are an hour wrong for the first two."""
    assert AT.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=hours)


def test_system_clock_is_aware_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)


def test_manual_clock_stands_still_until_moved() -> None:
    clock = ManualClock(AT)
    assert clock.now() == AT
    clock.advance(timedelta(hours=1))
    assert clock.now() == AT + timedelta(hours=1)
    clock.set(datetime(2027, 1, 15, 8, tzinfo=timezone(timedelta(hours=-7))))
    assert clock.now() == datetime(2027, 1, 15, 15, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_manual_clock_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="zone"):
        ManualClock(AT.replace(tzinfo=None))


async def test_sandbox_clock_jumps_with_the_sandbox(sandbox: Sandbox) -> None:
    clock = SandboxClock(sandbox.url)
    sandbox.jump(86_400)
    await clock.refresh()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now - timedelta(days=1) <= datetime.now(UTC)


async def test_sandbox_clock_keeps_its_offset_when_the_sandbox_goes_away() -> None:
    sandbox = Sandbox()
    clock = SandboxClock(sandbox.url)
    sandbox.jump(3_600)
    await clock.refresh()
    sandbox.answer = b"<html>starting</html>"
    await clock.refresh()
    sandbox.away()
    await clock.refresh()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now - timedelta(hours=1) <= datetime.now(UTC)


async def test_sandbox_clock_asks_until_stopped(sandbox: Sandbox) -> None:
    clock = SandboxClock(sandbox.url)
    await clock.start()
    sandbox.asked.clear()
    assert await asyncio.to_thread(sandbox.asked.wait, 5)
    await clock.stop()
    await clock.stop()


async def test_sandbox_clock_begins_when_the_sandbox_has_answered(sandbox: Sandbox) -> None:
    sandbox.jump(86_400)
    sandbox.hiccups = 2
    clock = SandboxClock(sandbox.url)
    await clock.start()
    assert clock.now() - datetime.now(UTC) > timedelta(hours=23)
    await clock.stop()
