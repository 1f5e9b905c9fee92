"""The command line: `python -m bot run`, and what else an operator types (`--help`)."""

from __future__ import annotations

from bot import startup

# isort: split
import argparse
import asyncio
import locale
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot import core, logging
from bot.clock import ManualClock, SandboxClock
from bot.doctor import examine
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.files import BadLine, person_id, read_facilitators, read_sessions
from bot.graph.client import connect
from bot.i18n import Catalogues, Translator
from bot.restore import make_restoring
from bot.services.restoring import NotThatBackup
from bot.settings import Settings, SettingsError
from bot.teams.connector import new_session
from bot.vault import new_key
from bot.web import CannotListen
from storage.alone import NotAlone, only_worker
from storage.faults import of_database
from storage.given_up import SqlGivenUp
from storage.revision import NewerDatabase

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

STEP = 50


def make_parser() -> argparse.ArgumentParser:
    """Every command that there is."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve Teams, and send what is due")
    commands.add_parser("migrate", help="bring the database up to date")
    doctor = commands.add_parser("doctor", help="check what the program stands on")
    doctor.add_argument("--deep", action="store_true", help="and what must hold of the records")
    copy = commands.add_parser("restored", help="make a restored copy ready to go on")
    taken = "when the backup was taken, with its zone: 2027-03-01T04:00-05:00"
    copy.add_argument("--taken-at", required=True, type=_instant, help=taken)
    copy.add_argument("--stopped-at", type=_instant, help="when the program stopped; default: now")
    copy.add_argument("--skip-numbers", type=int, default=100, help="reference numbers left out")
    roles = commands.add_parser("roles", help="who steers, who administers")
    what = roles.add_subparsers(dest="what", required=True)
    for name in ("grant", "revoke"):
        one = what.add_parser(name)
        one.add_argument("role", nargs="?", choices=[role.value for role in Role])
        one.add_argument("--person", required=True, help="Entra object id")
        one.add_argument("--region", default="")
        one.add_argument("--side", default="")
    what.add_parser("list")
    for noun, meaning in (("facilitators", "the roster"), ("sessions", "planned sessions")):
        deeds = commands.add_parser(noun, help=f"{meaning}, from a CSV file").add_subparsers(
            dest="what", required=True
        )
        deeds.add_parser("import").add_argument("file", type=Path)
        if noun == "facilitators":
            deeds.add_parser("list")
    outbox = commands.add_parser("outbox", help="what was given up: nobody tries it any more")
    dead = outbox.add_subparsers(dest="what", required=True)
    dead.add_parser("list", help="row, since when, kind, subject, person, and the fault's code")
    for name, meaning in (("retry", "try these rows again"), ("leave", "count these no longer")):
        dead.add_parser(name, help=meaning).add_argument("rows", nargs="+", metavar="row")
    sealed = commands.add_parser("self-id", help="the keys of what candidates say of themselves")
    keys = sealed.add_subparsers(dest="what", required=True)
    keys.add_parser("key", help="make a key, to be put first in BOT_SELF_ID_KEYS")
    keys.add_parser("rotate", help="seal everything anew with the first key")
    return parser


def _instant(text: str) -> datetime:
    """An instant with its zone, such as 2027-03-01T04:00-05:00."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def _translator() -> Translator:
    """Words for whoever types commands, by their terminal's language.

    The variables say it also where the machine has no files of that language, as in a container.
    """
    told = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None)
    name = told or locale.getlocale()[0] or ""
    language = "fr" if name.lower().startswith("fr") else "en"
    return Catalogues.load().translator(language, "America/Toronto")


async def _with_core(settings: Settings, work: Callable[[core.Core], Awaitable[int]]) -> int:
    """Build the use cases on a database that is up to date, do the work, put everything away."""
    await core.require_migrated(settings)
    async with AsyncExitStack() as stack:
        return await work(await _core(settings, stack, None))


async def _core(
    settings: Settings, stack: AsyncExitStack, credential: AsyncTokenCredential | None
) -> core.Core:
    gateways = connect(core.graph_options(settings, credential))
    stack.push_async_callback(gateways.close)
    clock = core.make_clock(settings)
    if isinstance(clock, SandboxClock):
        await clock.refresh()  # what is planned counts from the time that the page shows
    built = core.make_core(settings, clock, gateways)
    stack.push_async_callback(built.engine.dispose)
    return built


async def _roles(base: core.Core, arguments: argparse.Namespace, tr: Translator) -> int:
    if arguments.what == "list":
        for view in await base.roles.all(None):
            grant = view.grant
            print(f"{grant.role.value}\t{grant.region}\t{grant.side}\t{grant.person_id}")
        return 0
    post = arguments.region or arguments.side
    role = Role(arguments.role or ("coordinator" if post else "administrator"))
    change = base.roles.grant if arguments.what == "grant" else base.roles.revoke
    done = await change(None, person_id(arguments.person), role, arguments.region, arguments.side)
    print(tr.t(f"command_line.roles.{arguments.what}.{'done' if done else 'nothing'}"))
    return 0


async def _facilitators(base: core.Core, arguments: argparse.Namespace, tr: Translator) -> int:
    if arguments.what == "list":
        for one in await base.roles.roster():
            columns = (one.standing, one.region, one.side, ";".join(one.languages), one.person_id)
            print("\t".join(columns))
        return 0
    new, changed = await base.roles.enlist(read_facilitators(arguments.file))
    print(tr.t("command_line.facilitators", new=new, changed=changed))
    return 0


async def _sessions(base: core.Core, arguments: argparse.Namespace, tr: Translator) -> int:
    lines = read_sessions(arguments.file)
    added = 0
    for done, line in enumerate(lines, 1):
        try:
            added += (await base.sessions.import_many([line.entry]))[0]
        except Refusal as why:
            raise BadLine(line.number, why, taken=done - 1) from why
        if len(lines) > STEP and (done % STEP == 0 or done == len(lines)):
            print(tr.t("command_line.progress", done=done, all=len(lines)), file=sys.stderr)
    print(tr.t("command_line.sessions", added=added, known=len(lines) - added))
    return 0


async def _outbox(base: core.Core, arguments: argparse.Namespace, tr: Translator) -> int:
    letters = SqlGivenUp(base.engine)
    if arguments.what == "list":
        for row in await letters.all():
            since = row.done_at.isoformat(timespec="seconds") if row.done_at else ""
            whom, why = row.recipient_id or "", row.last_error or ""
            print(f"{row.row_id}\t{since}\t{row.kind}\t{row.subject}\t{whom}\t{why}")
        return 0
    wanted = set(arguments.rows)
    change = letters.again if arguments.what == "retry" else letters.leave
    done = await change(wanted, base.clock.now())
    print(tr.n(f"command_line.outbox.{arguments.what}", done))
    if left := len(wanted) - done:
        print(tr.n("command_line.outbox.not_dead", left), file=sys.stderr)
    return 1 if left else 0


async def _self_id(base: core.Core, _: argparse.Namespace, tr: Translator) -> int:
    service = base.services.self_identification
    if not service.available:
        print(tr.t("command_line.self_id.no_key"), file=sys.stderr)
        return 1
    done = await service.rotate()
    print(tr.n("command_line.self_id.rotated", done.renewed))
    for application_id in done.lost:
        print(tr.t("command_line.self_id.lost", application=application_id), file=sys.stderr)
    return 1 if done.lost else 0


async def _doctor(settings: Settings, tr: Translator, *, deep: bool) -> int:
    worst = 0
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session(proxies=not settings.sandbox))
        credential = core.make_credential(settings, session)
        token = None
        if credential is not None:
            kept = credential
            stack.push_async_callback(kept.close)
            token = lambda: kept.get_token(settings.connector_scope)  # noqa: E731
        base = await _core(settings, stack, credential)
        async for finding in examine(settings, base, token, deep=deep):
            print(tr.t(f"doctor.{finding.what}.{finding.result}", code=finding.code))
            worst = max(worst, 0 if finding.well else 1)
    return worst


async def _restored(settings: Settings, arguments: argparse.Namespace, tr: Translator) -> int:
    """Nothing else may run on this database meanwhile: on SQLite that is made sure of."""
    await core.require_migrated(settings)
    async with AsyncExitStack() as stack:
        if alone := only_worker(settings.database_url):
            stack.push_async_callback(alone.release)
        session = await stack.enter_async_context(new_session(proxies=not settings.sandbox))
        credential = core.make_credential(settings, session)
        if credential is not None:
            stack.push_async_callback(credential.close)
        gateways = connect(core.graph_options(settings, credential))
        stack.push_async_callback(gateways.close)
        present = core.make_clock(settings)
        if isinstance(present, SandboxClock):
            await present.refresh()
        clock = ManualClock(arguments.stopped_at or present.now())
        base = core.make_core(settings, clock, gateways)
        stack.push_async_callback(base.engine.dispose)
        try:
            done = await make_restoring(base, clock).run(arguments.taken_at, arguments.skip_numbers)
        except NotThatBackup as error:
            print(tr.t("command_line.restored.newer", at=error.newest.isoformat()), file=sys.stderr)
            return 1
    if done.meetings_left:
        print(tr.n("command_line.restored.meetings_left", done.meetings_left), file=sys.stderr)
        return 1
    print(tr.n("command_line.restored.muted", sum(done.muted.values())))
    for kind, count in done.muted.items():
        print(f"  {kind}\t{count}")
    print(tr.n("command_line.restored.answers", done.answers))
    return 0


async def _migrate(settings: Settings, tr: Translator) -> int:
    from storage import migrate  # noqa: PLC0415  # alembic is for this alone

    before = await migrate.current(settings.database_url)
    await migrate.upgrade(settings.database_url)
    same = before == migrate.head()
    print(tr.t("command_line.migrate.same" if same else "command_line.migrate.done"))
    return 0


async def _run(settings: Settings, arguments: argparse.Namespace, tr: Translator) -> int:
    if arguments.command == "run":
        from bot import app  # noqa: PLC0415  # the Bot Framework takes a second to load

        await app.run(settings)
        return 0
    if arguments.command == "migrate":
        return await _migrate(settings, tr)
    if arguments.command == "restored":
        return await _restored(settings, arguments, tr)
    if arguments.command == "doctor":
        return await _doctor(settings, tr, deep=arguments.deep)
    if arguments.command == "self-id" and arguments.what == "key":
        print(new_key())
        return 0
    work = {
        "roles": _roles,
        "facilitators": _facilitators,
        "sessions": _sessions,
        "outbox": _outbox,
        "self-id": _self_id,
    }
    return await _with_core(settings, lambda base: work[arguments.command](base, arguments, tr))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is well, 1 is something to mend, 2 is a wrong call."""
    arguments = make_parser().parse_args(argv)
    if arguments.command != "run":
        startup.over()
    tr = _translator()
    try:
        settings = Settings.load()
        logging.configure(settings.log_format)
        return asyncio.run(_run(settings, arguments, tr))
    except SettingsError as error:
        print(error, file=sys.stderr)
    except Exception as error:
        told = _told(error, tr)
        if told is None:
            raise
        print(told, file=sys.stderr)
    return 1


def _told(error: Exception, tr: Translator) -> str | None:
    """What can be mended, in words; None for a bug, whose traceback somebody has to see."""
    match error:
        case core.NotMigrated() | NewerDatabase():
            older = isinstance(error, core.NotMigrated)
            return tr.t("command_line.not_migrated" if older else "command_line.newer")
        case NotAlone():
            return tr.t("command_line.not_alone", file=error.database)
        case CannotListen():
            return tr.t("command_line.cannot_listen", host=error.host, port=str(error.port))
        case BadLine():
            key = "command_line.bad_line_after" if error.taken else "command_line.bad_line"
            return tr.t(key, line=error.number, why=tr.refusal(error.why))
        case Refusal():
            return tr.refusal(error)
        case OSError() if error.filename:
            gone = isinstance(error, FileNotFoundError)
            key = "command_line.no_file" if gone else "command_line.unreadable"
            return tr.t(key, file=str(error.filename))
        case _ if of_database(error):
            return tr.t("command_line.no_database", code=type(error).__name__)
        case _:
            return None


if __name__ == "__main__":
    sys.exit(main())
