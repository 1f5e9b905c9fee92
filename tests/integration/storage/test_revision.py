"""Which structure the database has, asked without alembic; alembic must say the same."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from storage import migrate, revision
from storage.engine import make_engine, migrating


async def test_the_last_migration_by_its_number_is_alembics_head():
    config = Config()
    config.set_main_option("script_location", str(migrate.HOME))
    assert ScriptDirectory.from_config(config).get_heads() == [revision.head()]


async def test_a_database_says_its_revision(ready_url, tmp_path):
    assert await revision.current(ready_url) == revision.head()
    assert await revision.current(f"sqlite+aiosqlite:///{tmp_path}/new.db") is None


async def test_a_table_of_revisions_without_a_row_is_none(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/odd.db"
    engine = make_engine(url)
    async with migrating(engine) as connection:
        await connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        await connection.commit()
    await engine.dispose()
    assert await revision.current(url) is None
