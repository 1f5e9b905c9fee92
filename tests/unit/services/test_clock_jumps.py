"""A clock that jumps an hour and is put back; zone data that is replaced: said once, all of it."""

import zoneinfo
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from bot.clock import use_packaged_zones
from bot.domain.sessions import Session, SessionStatus
from tests.unit.services.world import UNION_LEADS, World

HOUR = timedelta(hours=1)
ZONE = "America/Toronto"


async def world_with_a_session() -> tuple[World, Session]:
    world = World()
    session = await world.booked()
    for person_id in ("employee-1", "employee-2"):
        world.meet(person_id)
        await world.seats.join(person_id, session.session_id, session.code)
    await world.settle()
    return world, session


def steps(world: World, session: Session) -> Iterator[datetime]:
    """From now to the day after: by half hours from the day before."""
    at, end = world.clock.now(), session.ends_at + timedelta(days=1)
    while at < end:
        yield at
        at += HOUR / 2 if session.starts_at - at < timedelta(hours=30) else 12 * HOUR


def said(world: World) -> Counter[tuple[str, str, str, str]]:
    """What was carried out, but for cards brought up to date."""
    return Counter(
        (row.kind, row.via.value, row.recipient_id or "", str(row.args.get("which", "")))
        for row in world.notebook.carried
        if row.kind != "card.refresh"
    )


async def lived(jump: timedelta | None) -> Counter[tuple[str, str, str, str]]:
    """The life of a session, its clock jumping and put back at each step."""
    world, session = await world_with_a_session()
    for at in steps(world, session):
        await world.at(at)
        if jump is not None:
            await world.at(at + jump)
            await world.at(at)
    assert world.session_of(session.request_id or "").status is SessionStatus.HELD
    assert not world.owed("reminder.")
    return said(world)


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])
async def test_a_clock_that_jumps_an_hour_loses_nothing_and_says_nothing_twice(jump: timedelta):
    usual = await lived(None)
    assert any(kind == "reminder.seat" for kind, *_ in usual)
    assert await lived(jump) == usual
    assert {count for (kind, *_), count in usual.items() if kind.startswith("reminder.")} == {1}


@pytest.fixture
def replaced(tmp_path: Path) -> Iterator[Path]:
    """Zone data in which Ottawa's clocks are an hour behind what they were to be."""
    yield tmp_path
    use_packaged_zones()


def replace(folder: Path, like: str) -> None:
    """From here on the zone is another one's: as files of a later year may have it."""
    region, _, city = like.rpartition("/")
    data = (resources.files(f"tzdata.zoneinfo.{region.replace('/', '.')}") / city).read_bytes()
    target = folder / ZONE
    target.parent.mkdir(parents=True)
    target.write_bytes(data)
    zoneinfo.reset_tzpath(to=[folder])
    zoneinfo.ZoneInfo.clear_cache()


async def test_zone_data_that_is_replaced_moves_no_session_and_repeats_nothing(replaced: Path):
    """What is booked stays at its instant, as in Outlook; what is owed for it is said once."""
    usual = await lived(None)
    world, session = await world_with_a_session()
    before = (session.starts_at, session.ends_at)
    halfway = world.clock.now() + (session.starts_at - world.clock.now()) / 2
    for at in steps(world, session):
        if at >= halfway and not (replaced / ZONE).exists():
            replace(replaced, "America/Regina")
            assert before[0].astimezone(zoneinfo.ZoneInfo(ZONE)).hour == 8
        await world.at(at)
    assert (replaced / ZONE).exists()
    assert said(world) == usual
    kept = world.session_of(session.request_id or "")
    assert (kept.starts_at, kept.ends_at) == before
    assert UNION_LEADS[0] in {recipient for _, _, recipient, _ in said(world)}


async def test_the_machines_own_zone_data_is_never_asked(replaced: Path):
    """An image with old files, or none: the package's own are taken, also while it runs."""
    replace(replaced, "America/Regina")
    noon = datetime(2027, 1, 15, 17, tzinfo=zoneinfo.ZoneInfo("UTC"))
    assert noon.astimezone(zoneinfo.ZoneInfo(ZONE)).hour == 11
    use_packaged_zones()
    assert noon.astimezone(zoneinfo.ZoneInfo(ZONE)).hour == 12
