"""The database's structure, brought up to date.

A new migration: change the tables, then `python -m storage.migrate "What it does"`, and read
what came out. It is given the next number and compared with the tables by the tests.

Expand first, contract later: a migration leaves everything in place that the release before
reads or writes (docs/decisions/0036-rolling-upgrades.md). What only that one needs is taken away
a release later, and `compatibility.oldest` then says so.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.engine import make_engine, migrating
from storage.revision import NewerDatabase, current, head

__all__ = ["NewerDatabase", "current", "downgrade", "head", "upgrade", "write_revision"]

HOME = Path(__file__).parent / "migrations"
# Two replicas that start together migrate one after the other. The number is only ours.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7340001)")


def _config(connection: Connection | None = None, home: Path = HOME) -> Config:
    config = Config()
    config.set_main_option("script_location", str(home).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(url: str, home: Path = HOME) -> None:
    """Bring a database up to date, all or nothing; one that is up to date is left alone.

    Raises:
        NewerDatabase: it is ahead of this program.
    """
    engine = make_engine(url)
    try:
        async with migrating(engine) as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(_ONE_AT_A_TIME)
            await connection.run_sync(_upgrade, home)
            await connection.commit()
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, home: Path) -> None:
    config = _config(connection, home)
    found = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabase(found)
    command.upgrade(config, "head")


async def downgrade(url: str, to: str) -> None:
    """Take a database back to an earlier revision; what only the later ones keep is lost."""
    engine = make_engine(url)
    try:
        async with migrating(engine) as connection:
            await connection.run_sync(lambda sync: command.downgrade(_config(sync), to))
            await connection.commit()
    finally:
        await engine.dispose()


async def write_revision(message: str, home: Path = HOME) -> None:
    """Write the migration from the newest revision to the tables as they are now."""
    number = f"{len(list((home / 'versions').glob('*.py'))) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/empty.db"
        await upgrade(url, home)
        engine = make_engine(url)
        async with migrating(engine) as connection:
            await connection.run_sync(
                lambda sync: command.revision(
                    _config(sync, home), message, autogenerate=True, rev_id=number
                )
            )
        await engine.dispose()


if __name__ == "__main__":
    asyncio.run(write_revision(sys.argv[1]))
