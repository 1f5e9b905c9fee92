"""Four calls to a mailbox at a time over all processes; each `Database` here is one of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.errors import OutsideFault, Throttled
from storage.engine import Database, make_engine
from storage.mailbox_places import MailboxPlaces

pytestmark = pytest.mark.postgres

MINUTE = timedelta(minutes=1)
Join = Callable[..., MailboxPlaces]
Hold = Callable[[MailboxPlaces], Awaitable[None]]


@pytest.fixture
async def join(postgres_ready: str) -> AsyncIterator[Join]:
    """Another process."""
    joined: list[Database] = []

    def another(
        mailbox: str = "box@example.org", *, lease: timedelta = MINUTE, longest_wait: float = 20
    ) -> MailboxPlaces:
        joined.append(make_engine(postgres_ready))
        return MailboxPlaces(joined[-1], mailbox, lease=lease, longest_wait=longest_wait)

    yield another
    for one in joined:
        await one.dispose()


@pytest.fixture
async def held() -> AsyncIterator[Hold]:
    """Four calls that do not end before the test does: their process was killed."""
    async with AsyncExitStack() as stack:

        async def hold(places: MailboxPlaces) -> None:
            for _ in range(4):
                await stack.enter_async_context(places.place())

        yield hold


async def test_four_at_a_time_over_three_processes(join: Join):
    running, most, full = 0, 0, asyncio.Event()

    async def call(places: MailboxPlaces) -> None:
        nonlocal running, most
        async with places.place():
            running += 1
            most = max(most, running)
            if running == 4:
                full.set()
            await full.wait()
            await asyncio.sleep(0)
            running -= 1

    processes = [join() for _ in range(3)]
    async with asyncio.timeout(20):
        await asyncio.gather(*(call(each) for each in processes for _ in range(6)))
    assert most == 4


async def test_another_mailbox_has_places_of_its_own(join: Join, held: Hold):
    await held(join())
    free = False
    async with join("other@example.org", longest_wait=0).place():
        free = True
    assert free


async def test_a_mailbox_is_one_however_it_is_written(join: Join, held: Hold):
    await held(join())
    with pytest.raises(Throttled, match="mailbox_busy") as caught:
        async with join("Box@Example.org", longest_wait=0).place():
            pass
    assert caught.value.retry_after == timedelta(seconds=5)


async def test_a_place_is_given_back_whatever_happens_in_the_call(join: Join):
    places = join(longest_wait=0)
    for _ in range(9):
        with pytest.raises(ZeroDivisionError):
            async with places.place():
                raise ZeroDivisionError
    for _ in range(9):
        with pytest.raises(asyncio.CancelledError):
            async with places.place():
                raise asyncio.CancelledError


async def test_the_dead_keep_nobody_out_for_longer_than_their_lease(join: Join, held: Hold):
    await held(join(lease=timedelta(seconds=0.2)))
    async with asyncio.timeout(10), join(lease=timedelta(seconds=0.2)).place():
        pass


async def test_nor_does_a_clock_that_was_put_back(join: Join, held: Hold, postgres_ready: str):
    await held(join())
    database = make_engine(postgres_ready)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE mailbox_places SET until = until + 3600"))
    await database.dispose()
    async with asyncio.timeout(10), join(longest_wait=0).place():
        pass


async def test_without_the_database_nothing_is_called(unused_tcp_port: int):
    database = make_engine(f"postgresql+asyncpg://nobody@127.0.0.1:{unused_tcp_port}/bot")
    places = MailboxPlaces(database, "box@example.org", lease=MINUTE)
    with pytest.raises(OutsideFault, match="mailbox_places_away") as caught:
        async with places.place():
            pytest.fail("nobody keeps count")
    assert caught.value.perhaps_done is False
    await database.dispose()
