"""The sandbox's command line.

    python -m sandbox                     both halves: Teams on 3979, Graph on 3980
    python -m sandbox teams --port N --bot URL
    python -m sandbox graph --port N
    python -m sandbox seed --out DIR      files that fill the program's database

It listens on loopback only: it lets anybody be anyone.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app as create_graph
from sandbox.people import People, load_people
from sandbox.seed import write_seed
from sandbox.teams.app import CHATS, TeamsSettings
from sandbox.teams.app import create_app as create_teams

LOOPBACK = "127.0.0.1"
TEAMS_PORT, GRAPH_PORT = 3979, 3980
BOT_URL = f"http://{LOOPBACK}:3978"
DATA = Path("var/sandbox")
_GRACE_SECONDS = 2.0


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _common(parser)
    _teams(parser)
    parser.add_argument("--port", type=int, default=TEAMS_PORT, help="of the local Teams")
    parser.add_argument("--graph-port", type=int, default=GRAPH_PORT, help="of the local Graph")
    parser.set_defaults(half="both")
    # What a subcommand does not say keeps the value given before it.
    halves = parser.add_subparsers()
    teams = halves.add_parser("teams", argument_default=argparse.SUPPRESS)
    _common(teams)
    _teams(teams)
    teams.add_argument("--port", type=int)
    teams.add_argument("--graph-port", type=int, help="where the page's link to calendars leads")
    teams.set_defaults(half="teams")
    graph = halves.add_parser("graph", argument_default=argparse.SUPPRESS)
    _common(graph)
    graph.add_argument("--port", dest="graph_port", type=int)
    graph.set_defaults(half="graph")
    seed = halves.add_parser("seed", argument_default=argparse.SUPPRESS)
    _common(seed)
    seed.add_argument("--out", type=Path, required=True, help="folder for the files")
    seed.add_argument(
        "--on", type=date.fromisoformat, default=None, help="the day to count from (today)"
    )
    seed.set_defaults(half="seed")
    return parser.parse_args(arguments)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, default=_default(parser, DATA), help="where it is kept"
    )


def _teams(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bot", default=_default(parser, BOT_URL), help="the program's address")
    for flag, meaning in (
        (
            "--strict-limits",
            "throttle as Teams does: 7 messages a second a chat, 50 in all",
        ),
        ("--no-policy-install", "refuse what the bot writes to people who never met it"),
        ("--with-axe", "serve the accessibility checker to the browser test"),
    ):
        default = _default(parser, value=False)
        parser.add_argument(flag, action="store_true", default=default, help=meaning)


def _default(parser: argparse.ArgumentParser, value: Any) -> Any:
    return argparse.SUPPRESS if parser.argument_default is argparse.SUPPRESS else value


def applications(
    options: argparse.Namespace, people: People, clock: SandboxClock
) -> dict[int, web.Application]:
    """Return what is to be served, by port."""
    teams_url = f"http://{LOOPBACK}:{options.port}/"
    graph_url = f"http://{LOOPBACK}:{options.graph_port}/"
    served: dict[int, web.Application] = {}
    install: Callable[[str], bool] | None = None
    if options.half in {"both", "teams"}:
        settings = TeamsSettings(
            own_url=teams_url,
            bot_url=options.bot,
            graph_url=graph_url,
            store=options.data / "teams.db",
            strict_limits=options.strict_limits,
            policy_install=not options.no_policy_install,
            serve_axe=options.with_axe,
        )
        teams = served[options.port] = create_teams(people, clock, settings)
        install = teams[CHATS].install_for
    if options.half in {"both", "graph"}:
        served[options.graph_port] = create_graph(
            people, clock, data_dir=options.data, on_install=install
        )
    return served


async def serve(served: dict[int, web.Application]) -> None:
    """Serve until somebody asks for the end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        for port, app in served.items():
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE_SECONDS)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, LOOPBACK, port).start()
            print(f"http://{LOOPBACK}:{port}/", flush=True)
        await stopped.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks."""
    options = parse(arguments)
    people = load_people()
    clock = SandboxClock(options.data / "clock.json")
    if options.half == "seed":
        write_seed(people, options.out, on=options.on or clock.now().date())
        return 0
    asyncio.run(serve(applications(options, people, clock)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
