"""The shared fixtures do what they say: a fresh, empty, loopback database for each test."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_each_test_has_a_database_of_its_own(database_url, turn):
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE here (n INTEGER)"))
        await connection.execute(text("INSERT INTO here VALUES (1)"))
        assert (await connection.execute(text("SELECT count(*) FROM here"))).scalar_one() == 1
    await engine.dispose()
