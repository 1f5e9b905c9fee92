"""`python -m sandbox`: both halves on loopback, ended cleanly."""

import asyncio
import contextlib
import json
import signal
import sys

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from sandbox.__main__ import parse
from sandbox.people import load_people

PERSON = load_people().by_key("manager-halifax")


@contextlib.asynccontextmanager
async def sandbox(*arguments):
    """Run the command; after the body, ask it to end and see that it does so cleanly."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            yield process.stdout
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def line(stdout):
    return (await stdout.readline()).decode().strip()


async def test_both_halves_start_share_the_clock_and_end(tmp_path):
    port, graph_port = unused_port(), unused_port()
    teams, graph = (f"http://127.0.0.1:{each}/" for each in (port, graph_port))
    arguments = ("--port", str(port), "--graph-port", str(graph_port), "--data", str(tmp_path))
    async with sandbox(*arguments) as stdout, aiohttp.ClientSession() as session:
        assert [await line(stdout), await line(stdout)] == [teams, graph]
        async with session.get(f"{teams}api/links") as response:
            assert await response.json() == {"graph": graph}
        async with session.post(f"{teams}clock", json={"advance": 3600}) as response:
            assert response.status == 200
        async with session.get(f"{graph}clock") as response:
            assert (await response.json())["offset"] == 3600.0
        async with session.get(f"{teams}api/events") as response:
            assert response.status == 200
    assert json.loads((tmp_path / "clock.json").read_text()) == {"offset": 3600.0}


async def test_an_installation_by_graph_shows_in_teams(tmp_path):
    port, graph_port = unused_port(), unused_port()
    arguments = ("--port", str(port), "--graph-port", str(graph_port), "--data", str(tmp_path))
    async with sandbox(*arguments) as stdout, aiohttp.ClientSession() as session:
        assert await line(stdout) == f"http://127.0.0.1:{port}/"
        assert await line(stdout) == f"http://127.0.0.1:{graph_port}/"
        path = f"v1.0/users/{PERSON.id}/teamwork/installedApps"
        async with session.post(
            f"http://127.0.0.1:{graph_port}/{path}",
            json={
                "teamsApp@odata.bind": "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/x"
            },
            headers={"Authorization": "Bearer sandbox", "Prefer": 'IdType="ImmutableId"'},
        ) as response:
            assert response.status == 201, await response.text()
        async with session.get(f"http://127.0.0.1:{port}/api/people") as response:
            installed = [each["name"] for each in await response.json() if each["installed"]]
        assert installed == [PERSON.name]


async def test_a_half_runs_alone(tmp_path):
    for half in ("teams", "graph"):
        port = unused_port()
        async with sandbox(half, "--port", str(port), "--data", str(tmp_path)) as stdout:
            assert await line(stdout) == f"http://127.0.0.1:{port}/"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {"half": "both", "port": 3979, "graph_port": 3980, "bot": "http://127.0.0.1:3978"}),
        (["teams", "--port", "1", "--bot", "http://x"], {"port": 1, "bot": "http://x"}),
        (["graph", "--port", "2"], {"half": "graph", "graph_port": 2, "port": 3979}),
        (["--strict-limits"], {"strict_limits": True, "no_policy_install": False}),
        (["--with-axe", "teams"], {"with_axe": True, "half": "teams"}),
    ],
)
def test_the_command_line_is_read(arguments, expected):
    options = vars(parse(arguments))
    assert {key: options[key] for key in expected} == expected
