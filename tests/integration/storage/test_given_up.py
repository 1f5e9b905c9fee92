"""Rows that were given up, as the command line looks after them, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import RowState
from storage.engine import make_engine
from storage.given_up import SqlGivenUp
from storage.unit_of_work import SqlUnitsOfWork
from tests.integration.storage.samples import DAY, HOUR, NOW, a_row


@pytest.mark.parametrize(
    "ready", ["sqlite_ready", pytest.param("postgres_ready", marks=pytest.mark.postgres)]
)
async def test_tried_again_or_left(request: pytest.FixtureRequest, ready: str) -> None:
    engine = make_engine(request.getfixturevalue(ready))
    units, letters = SqlUnitsOfWork(engine), SqlGivenUp(engine)
    dead = [
        a_row(f"r{n}", state=RowState.DEAD, attempts=9, done_at=NOW - n * DAY, last_error="no")
        for n in (1, 2, 3)
    ]
    async with units() as uow:
        for row in [*dead, a_row("alive")]:
            await uow.outbox.add(row)
        await uow.commit()

    assert await letters.all() == [dead[2], dead[1], dead[0]]
    assert await letters.again(["r1", "alive", "nowhere"], NOW + HOUR) == 1
    assert await letters.leave(["r2"], NOW + HOUR) == 1
    assert await letters.all() == [dead[2]]
    async with units(reading=True) as uow:
        found = [await uow.outbox.get(row_id) for row_id in ("r1", "r2", "alive")]
    assert found == [
        replace(dead[0], state=RowState.PENDING, attempts=0, done_at=None, due_at=NOW + HOUR),
        replace(dead[1], state=RowState.SKIPPED, done_at=NOW + HOUR),
        a_row("alive"),
    ]
    await engine.dispose()
