"""Numbers within a year: two transactions never get the same."""

from __future__ import annotations

from sqlalchemy import Table

from storage.entity import merge
from storage.work import Work


async def next_of(work: Work, counters: Table, year: int) -> int:
    """The next number. Rivals: every other submission of the year.

    The counter's row stays locked until the transaction ends.
    """
    first = merge(work.dialect, counters).values(year=year, last=1)
    counted = first.on_conflict_do_update(
        index_elements=[counters.c.year], set_={"last": counters.c.last + 1}
    )
    return (await work.run(counted.returning(counters.c.last))).scalar_one()
