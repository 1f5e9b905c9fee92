"""A turn: `help` typed, `sessions` typed, a step of the request form, a seat taken; and echoes.

Side by side: all servers run at once and take turns, twenty at a time, so that whatever else the
machine does weighs on each alike. Authentication is on, the state is saved, activities are
deduplicated, there are 200 open sessions. CPU is the server's, of all its threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from bench import agents, data
from bench.harness import ROOT, Bench, Figures, Process, Result
from tests.conversations.talking import actions_of

ROUNDS, BATCH, CROWD = 12, 20, 100
TURNS = ROUNDS * BATCH
PEOPLE = TURNS + BATCH
PAUSE_SECONDS = 2.0  # on average, between an answer and the next thing that somebody does
TOPIC = "mental-health"
ECHOES = ("stock", "bare", "ours")


@dataclass
class Kind:
    """One kind of turn at one server: what is sent, and what came of it."""

    name: str
    server: Process
    activities: Sequence[Mapping[str, Any]]
    batches: list[Result] = field(default_factory=list[Result])

    async def warm_up(self, bench: Bench) -> None:
        """The first few are not counted."""
        await bench.post(self.server, self.activities[TURNS:])

    async def play(self, bench: Bench, number: int) -> None:
        """One batch."""
        some = self.activities[number * BATCH : (number + 1) * BATCH]
        self.batches.append(await bench.post(self.server, some))

    def figures(self) -> Figures:
        """What to print."""
        result = Result.of(self.batches)
        return {
            f"{self.name}.cpu_ms": result.cpu_ms,
            f"{self.name}.p50_ms": result.percentile(50),
            f"{self.name}.p99_ms": result.percentile(99),
        }


async def measure(bench: Bench) -> Figures:
    """All kinds at all servers."""
    figures: Figures = {}
    async with AsyncExitStack() as stack:
        kinds: list[Kind] = []
        for mode in ECHOES:
            serving = bench.serving(("-m", "bench.echo_server", mode), bench.environment(""))
            server = await stack.enter_async_context(serving)
            kinds.append(Kind(f"echo.{mode}", server, said(bench, "hello", "bonjour")))
        if python := agents.python():
            script = (str(ROOT / "bench" / "echo_agents.py"),)
            serving = bench.serving(script, bench.environment(""), python=python)
            server = await stack.enter_async_context(serving)
            kinds.append(Kind("echo.agents", server, said(bench, "hello", "bonjour")))
        for engine in bench.databases:
            serving = bench.serving(env=bench.environment(await filled(bench, engine), ROLE="web"))
            server = await stack.enter_async_context(serving)
            kinds += await our_kinds(bench, server, engine)
        for kind in kinds:
            await kind.warm_up(bench)
        for number in range(ROUNDS):
            for kind in kinds:
                await kind.play(bench, number)
        for kind in kinds:
            figures |= kind.figures()
        ours = [kind for kind in kinds if kind.name.startswith("turn.help.")]
        for engine, kind in zip(bench.databases, ours, strict=True):
            figures |= await crowd(bench, kind.server, engine)
    return figures


async def filled(bench: Bench, engine: str) -> str:
    """The address of a database with people and sessions."""
    url = bench.database(engine)
    async with data.migrated(url) as opened:
        await data.fill(opened, people=2 * PEOPLE, sessions=data.SESSIONS)
    return url


async def our_kinds(bench: Bench, server: Process, engine: str) -> list[Kind]:
    """The program's turns."""
    return [
        Kind(f"turn.help.{engine}", server, said(bench, "help", "aide")),
        Kind(f"turn.sessions.{engine}", server, said(bench, "sessions", "séances")),
        Kind(f"turn.form_step.{engine}", server, await form_steps(bench, server)),
        Kind(f"turn.join.{engine}", server, joins(bench)),
    ]


def said(bench: Bench, english: str, french: str) -> list[dict[str, Any]]:
    """Typed words, of one person after the other."""
    words = (english, french)
    return [bench.activity(n, text=words[n % 2]) for n in range(PEOPLE)]


async def form_steps(bench: Bench, server: Process) -> list[dict[str, Any]]:
    """The form begun (not measured), then its first step answered with a click.

    By people of their own: whoever has a form open gets it shown again below every answer.
    """
    people = range(PEOPLE, 2 * PEOPLE)
    begun = await bench.post(server, [bench.click(n, "request.new") for n in people])
    cards: list[dict[str, Any]] = [body["value"] for body in begun.bodies]
    return [
        bench.click(n, "form", **_next_of(card), offering=TOPIC)
        for n, card in zip(people, cards, strict=True)
    ]


def joins(bench: Bench) -> list[dict[str, Any]]:
    """Seats taken with a click; nobody takes the same one twice."""
    places = [((n + n // data.SESSIONS) % 100, n % data.SESSIONS) for n in range(PEOPLE)]
    return [
        bench.click(100 + person, "session.join", id=data.session_id(session))
        for person, session in places
    ]


async def crowd(bench: Bench, server: Process, engine: str) -> Figures:
    """A hundred people: in conversation, a second or two between turns; then never pausing."""
    talk = [*said(bench, "help", "aide"), *said(bench, "help", "aide")][: CROWD * ROUNDS]
    talking = await bench.post(server, talk, at_once=CROWD, pause_seconds=PAUSE_SECONDS)
    result = await bench.post(server, said(bench, "help", "aide"), at_once=CROWD)
    return {
        f"turn.help.{engine}.p99_of_{CROWD}_people_ms": talking.percentile(99),
        f"turn.help.{engine}.{CROWD}_people_per_second": len(talk) / talking.wall_seconds,
        f"turn.help.{engine}.p99_of_{CROWD}_without_pause_ms": result.percentile(99),
        f"turn.help.{engine}.per_second": PEOPLE / result.wall_seconds,
    }


def _next_of(card: dict[str, Any]) -> dict[str, Any]:
    """What the form's button to go on sends."""
    for button in actions_of(card):
        told: dict[str, Any] = button.get("data") or {}
        if told.get("form_do") == "next":
            return dict(told)
    raise RuntimeError("the card has no button to go on")
