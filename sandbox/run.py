"""`make run`: fill the database the first time, start the program and the sandbox, tell where.

    [BOT_PORT=3978 SANDBOX_PORT=3979] python -m sandbox.run [--fresh]

Everything that it makes is under `var/`: the database, the sandbox's files, the logs. A second
run finds all of it as it was; `--fresh` removes it first.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox.people import SERVICE_MAILBOX
from sandbox.processes import (
    LOOPBACK,
    Child,
    Failed,
    Stopped,
    answers,
    require_free,
    require_running,
    stop_on_signals,
    wait_until,
)

BOT_PORT = int(os.environ.get("BOT_PORT") or 3978)
TEAMS_PORT = int(os.environ.get("SANDBOX_PORT") or 3979)
GRAPH_PORT = TEAMS_PORT + 1
SANDBOX_ARGUMENTS = [
    *("--port", str(TEAMS_PORT)),
    *("--graph-port", str(GRAPH_PORT)),
    *("--bot", f"http://{LOOPBACK}:{BOT_PORT}"),
]
VAR = Path("var")
DATABASE, SANDBOX, LOGS = VAR / "bot.db", VAR / "sandbox", VAR / "log"
SEED = SANDBOX / "seed"
SEEDED = SEED / "loaded"
KEY = SANDBOX / "self-id.key"

TRY = """\
Empowering Conversations · Le pouvoir d’en parler
  Open · Ouvrez : http://{loopback}:{port}/

  Be “Manager, Ottawa” and type: request a conversation. Then be the people whom the bot asks.
  En tant que « Déléguée syndicale, Québec », écrivez : demander une conversation.
  Be “Employee, Vancouver” and type: sessions. Join one; then move the clock to the next reminder.
  Be “Employee, Ottawa” and type: become a facilitator. Then be the manager, the coordinators…
  En tant que « Agente de programme, Gatineau », écrivez : devenir facilitatrice.
  Changez d’heure avec l’horloge de la page : les rappels et la séance arrivent en une minute.

Ctrl-C ends it · Ctrl-C arrête tout · var/log"""


def environment() -> dict[str, str]:
    """The program's settings in the sandbox; what the person set already wins."""
    env = {
        "BOT_GRAPH_URL": f"http://{LOOPBACK}:{GRAPH_PORT}/v1.0",
        "BOT_SANDBOX_CLOCK_URL": f"http://{LOOPBACK}:{TEAMS_PORT}/clock",
        "BOT_SERVICE_MAILBOX": SERVICE_MAILBOX,
        "BOT_PUBLIC_URL": f"http://{LOOPBACK}:{BOT_PORT}",
        "BOT_SELF_ID_KEYS": own_key(),
        "PYTHONUNBUFFERED": "1",
        **os.environ,
    }
    # The local Graph is never behind a proxy.
    env["NO_PROXY"] = env["no_proxy"] = f"{LOOPBACK},localhost"
    return env


def own_key() -> str:
    """The sandbox's key for what candidates say of themselves: made once, kept with its files."""
    if not KEY.exists():
        KEY.parent.mkdir(parents=True, exist_ok=True)
        KEY.touch(mode=0o600)
        KEY.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(), "utf-8")
    return KEY.read_text("utf-8").strip()


def python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def start_over() -> None:
    """Remove what earlier runs left, and nothing else."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{DATABASE}{suffix}").unlink(missing_ok=True)
    for folder in (SANDBOX, LOGS):
        shutil.rmtree(folder, ignore_errors=True)


def must(command: Sequence[str], env: dict[str, str]) -> None:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        told = f"python {shlex.join(command[1:])} failed.\n{done.stdout}{done.stderr}"
        raise Failed(told.rstrip())


def load(env: dict[str, str]) -> None:
    """Migrate, and the first time load people and sessions. All of it may be repeated."""
    must(python("bot", "migrate"), env)
    if SEEDED.exists():
        return
    print("Loading the sandbox’s people and sessions… · Chargement…", flush=True)
    must(python("sandbox", "seed", "--out", str(SEED)), env)
    roles = (SEED / "roles.txt").read_text("utf-8").splitlines()
    commands = [python("bot", "roles", "grant", *shlex.split(line)) for line in roles]
    commands.append(python("bot", "facilitators", "import", str(SEED / "facilitators.csv")))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda command: must(command, env), commands))
    must(python("bot", "sessions", "import", str(SEED / "sessions.csv")), env)
    SEEDED.touch()


def everything_answers() -> bool:
    return all(
        answers(f"http://{LOOPBACK}:{port}/{path}")
        for port, path in (
            (GRAPH_PORT, "clock"),
            (TEAMS_PORT, "clock"),
            (BOT_PORT, "health/ready"),
        )
    )


def serve(env: dict[str, str]) -> None:
    """Run both halves until one ends or somebody stops them."""
    children: list[Child] = []
    try:
        halves = (("The sandbox", "sandbox", SANDBOX_ARGUMENTS), ("The bot", "bot", ["run"]))
        for name, module, arguments in halves:
            log = LOGS / f"{module}.log"
            children.append(Child(name, python(module, *arguments), env=env, log=log))
        wait_until(everything_answers, children)
        print(TRY.format(loopback=LOOPBACK, port=TEAMS_PORT), flush=True)
        while True:
            require_running(children)
            time.sleep(0.5)
    finally:
        for child in reversed(children):
            child.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.run", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="start over with an empty database")
    options = parser.parse_args()
    stop_on_signals()
    try:
        require_free({BOT_PORT: "bot", TEAMS_PORT: "Teams", GRAPH_PORT: "Graph"})
        if options.fresh:
            start_over()
        env = environment()
        load(env)
        serve(env)
    except Stopped:
        print("\nStopped · Arrêté", flush=True)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
