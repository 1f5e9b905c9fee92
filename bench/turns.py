"""A turn: `help` typed, `sessions` typed among 200 open ones, one step of the request form.

Authentication is on, the state is saved, activities are deduplicated; answers go to the
neighbours over HTTP. The CPU is the server's, user and system.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench import data
from bench.harness import Bench, Figures, Process, Result
from tests.conversations.talking import actions_of

PEOPLE, SESSIONS, TURNS, WARM_UP, CROWD = 200, 200, 400, 50, 100
TOPIC = "mental-health"


async def measure(bench: Bench) -> Figures:
    """Turns on each database."""
    figures: Figures = {}
    for engine in bench.databases:
        url = bench.database(engine)
        async with data.migrated(url) as opened:
            await data.fill(opened, people=PEOPLE, sessions=SESSIONS)
        async with bench.serving(env=bench.environment(url, ROLE="web")) as server:
            for name, result in (
                ("help", await said(bench, server, "help", "aide")),
                ("sessions", await said(bench, server, "sessions", "séances")),
                ("form_step", await form_step(bench, server)),
                ("join", await joined(bench, server)),
            ):
                figures |= _named(f"turn.{name}.{engine}", result)
            crowd = await said(bench, server, "help", "aide", at_once=CROWD)
            figures[f"turn.help.{engine}.p99_of_{CROWD}_at_once_ms"] = crowd.percentile(99)
            figures[f"turn.help.{engine}.per_second"] = TURNS / crowd.wall_seconds
    return figures


async def said(
    bench: Bench, server: Process, english: str, french: str, *, at_once: int = 1
) -> Result:
    """Typed words of people who have been here before."""
    words = (english, french)

    def some(count: int) -> list[dict[str, Any]]:
        return [bench.activity(person % PEOPLE, text=words[person % 2]) for person in range(count)]

    await bench.post(server, some(PEOPLE if at_once > 1 else WARM_UP), at_once=at_once)
    return await bench.post(server, some(TURNS), at_once=at_once)


async def form_step(bench: Bench, server: Process) -> Result:
    """The form begun (not measured), then its first step answered with a click."""
    begun = await bench.post(
        server, [bench.click(person, "request.new") for person in range(PEOPLE)]
    )
    answered = [
        bench.click(person, "form", **_next_of(body["value"]), offering=TOPIC)
        for person, body in enumerate(begun.bodies)
    ]
    await bench.post(server, answered[:WARM_UP])
    result = await bench.post(server, answered[WARM_UP:])
    if any(_next_of(body["value"])["form_step"] == "topic" for body in result.bodies):
        raise RuntimeError("the form did not go on")
    return result


async def joined(bench: Bench, server: Process) -> Result:
    """A seat taken with a click."""
    clicks = [
        bench.click(100 + person % 100, "session.join", id=data.session_id(person))
        for person in range(SESSIONS)
    ]
    await bench.post(server, clicks[:WARM_UP])
    return await bench.post(server, clicks[WARM_UP:])


def _next_of(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the form's button to go on sends."""
    for button in actions_of(dict(card)):
        data: dict[str, Any] = button.get("data") or {}
        if data.get("form_do") == "next":
            return dict(data)
    raise RuntimeError("the card has no button to go on")


def _named(name: str, result: Result) -> Figures:
    return {
        f"{name}.cpu_ms": result.cpu_ms,
        f"{name}.p50_ms": result.percentile(50),
        f"{name}.p99_ms": result.percentile(99),
    }
