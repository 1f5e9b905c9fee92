"""The command line: `python -m bot run|migrate|roles|facilitators|sessions|doctor`."""

from __future__ import annotations

import argparse
import asyncio
import locale
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot import core, logging
from bot.doctor import examine
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.files import BadLine, person_id, read_facilitators, read_sessions
from bot.graph.client import connect
from bot.i18n import Catalogues, Translator
from bot.settings import Settings, SettingsError
from bot.teams.connector import new_session
from storage import migrate

STEP = 50


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve Teams, and send what is due")
    commands.add_parser("migrate", help="bring the database up to date")
    commands.add_parser("doctor", help="check what the program stands on")
    roles = commands.add_parser("roles", help="who steers, who administers")
    what = roles.add_subparsers(dest="what", required=True)
    for name in ("grant", "revoke"):
        one = what.add_parser(name)
        one.add_argument("role", nargs="?", choices=[role.value for role in Role])
        one.add_argument("--person", required=True, help="Entra object id")
        one.add_argument("--region", default="")
        one.add_argument("--side", default="")
    what.add_parser("list")
    for noun in ("facilitators", "sessions"):
        imports = commands.add_parser(noun).add_subparsers(dest="what", required=True)
        imports.add_parser("import").add_argument("file", type=Path)
    return parser


def _translator() -> Translator:
    """Words for whoever types commands, by their terminal's language."""
    language = "fr" if (locale.getlocale()[0] or "").lower().startswith("fr") else "en"
    return Catalogues.load().translator(language, "America/Toronto")


async def _with_core(
    settings: Settings, work: Callable[[core.Core], Awaitable[int]], *, graph: bool = False
) -> int:
    """Build the use cases, do the work, put everything away."""
    session = new_session(proxies=not settings.sandbox)
    credential = core.make_credential(settings, session) if graph else None
    gateways = connect(core.graph_options(settings, credential))
    await core.require_migrated(settings)
    built = core.make_core(settings, core.make_clock(settings), gateways)
    try:
        return await work(built)
    finally:
        await built.engine.dispose()
        await gateways.close()
        if credential is not None:
            await credential.close()
        await session.close()


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
    new, changed = await base.roles.enlist(read_facilitators(arguments.file))
    print(tr.t("command_line.facilitators", new=new, changed=changed))
    return 0


async def _sessions(base: core.Core, arguments: argparse.Namespace, tr: Translator) -> int:
    rows = read_sessions(arguments.file)
    added = known = 0
    for start in range(0, len(rows), STEP):
        more, there = await base.sessions.import_many(rows[start : start + STEP])
        added, known = added + more, known + there
        if len(rows) > STEP:
            done = min(start + STEP, len(rows))
            print(tr.t("command_line.progress", done=done, all=len(rows)), file=sys.stderr)
    print(tr.t("command_line.sessions", added=added, known=known))
    return 0


async def _doctor(settings: Settings, tr: Translator) -> int:
    async def work(base: core.Core) -> int:
        session = new_session(proxies=not settings.sandbox)
        credential = core.make_credential(settings, session)
        token = None
        if credential is not None:
            kept = credential
            token = lambda: kept.get_token(settings.connector_scope)  # noqa: E731
        worst = 0
        try:
            async for finding in examine(settings, base, token):
                print(tr.t(f"doctor.{finding.what}.{finding.result}", code=finding.code))
                worst = max(worst, 0 if finding.well else 1)
        finally:
            if credential is not None:
                await credential.close()
            await session.close()
        return worst

    return await _with_core(settings, work, graph=True)


async def _migrate(settings: Settings, tr: Translator) -> int:
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
    if arguments.command == "doctor":
        return await _doctor(settings, tr)
    work = {"roles": _roles, "facilitators": _facilitators, "sessions": _sessions}
    return await _with_core(settings, lambda base: work[arguments.command](base, arguments, tr))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is well, 1 is something to mend, 2 is a wrong call."""
    arguments = _parser().parse_args(argv)
    tr = _translator()
    try:
        settings = Settings.load()
        logging.configure(settings.log_format)
        return asyncio.run(_run(settings, arguments, tr))
    except SettingsError as error:
        print(error, file=sys.stderr)
    except core.NotMigrated:
        print(tr.t("command_line.not_migrated"), file=sys.stderr)
    except BadLine as bad:
        line = tr.t("command_line.bad_line", line=bad.number, why=tr.refusal(bad.why))
        print(line, file=sys.stderr)
    except Refusal as refusal:
        print(tr.refusal(refusal), file=sys.stderr)
    except FileNotFoundError as error:
        print(tr.t("command_line.no_file", file=str(error.filename)), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
