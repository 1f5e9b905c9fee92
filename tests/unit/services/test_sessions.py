"""Finding sessions: which are listed, who sees which, what one can do with it, the calendar's."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import NotFound, Refusal
from bot.domain.people import Side
from bot.domain.requests import Visibility
from bot.domain.sessions import AHEAD, JOINABLE, SessionStatus
from bot.services.keeping import SessionFilter
from bot.services.sessions import PAGE, ImportedSession
from bot.services.views import SessionLine
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    ORGANIZATION,
    REGION,
    STEWARD,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

IN_A_MONTH = NOW + timedelta(days=30)


def row(starts_at: datetime = IN_A_MONTH, **changed: object) -> ImportedSession:
    made = ImportedSession(
        offering="mental-health",
        starts_at=starts_at,
        zone="America/Toronto",
        language="en",
        region=REGION,
        organization=ORGANIZATION,
        visibility=Visibility.OPEN,
        leads={Side.UNION: UNION_LEADS[0], Side.EMPLOYER: EMPLOYER_LEADS[0]},
    )
    return replace(made, **changed)


async def test_only_open_ones_still_ahead_are_listed_soonest_first(world: World) -> None:
    rows = [row(IN_A_MONTH + timedelta(days=n)) for n in (3, 1, 2)]
    team = row(IN_A_MONTH + timedelta(days=4), visibility=Visibility.TEAM)
    await world.sessions.import_many([*rows, team])
    page = await world.sessions.upcoming("stranger")
    starts = [view.session.starts_at for view in page.sessions]
    assert starts == [IN_A_MONTH + timedelta(days=n) for n in (1, 2, 3)]
    assert (page.total, page.first, page.next_first) == (3, 0, None)
    world.clock.set(IN_A_MONTH + timedelta(days=1))
    page = await world.sessions.upcoming("stranger")
    assert page.total == 2


async def test_ten_at_a_time(world: World) -> None:
    rows = [row(IN_A_MONTH + timedelta(days=n)) for n in range(PAGE + 2)]
    assert await world.sessions.import_many(rows) == (PAGE + 2, 0)
    first = await world.sessions.upcoming("stranger")
    assert (len(first.sessions), first.next_first) == (PAGE, PAGE)
    second = await world.sessions.upcoming("stranger", first=PAGE)
    assert (len(second.sessions), second.next_first) == (2, None)
    beyond = await world.sessions.upcoming("stranger", first=99)
    assert (len(beyond.sessions), beyond.total) == (0, PAGE + 2)
    assert (await world.sessions.upcoming("stranger", first=-5)).first == 0


async def test_a_line_of_the_list_says_what_the_session_itself_says(world: World) -> None:
    await world.sessions.import_many([row(IN_A_MONTH + timedelta(days=n)) for n in range(2)])
    page = await world.sessions.upcoming("stranger")
    full = page.sessions[0].session
    for number in range(full.capacity + 2):
        await world.seats.join(f"p{number}", full.session_id)
    others = {"add_people", "cancel", "reschedule"}
    shown: set[tuple[int | None, int, bool, frozenset[str]]] = set()
    for reader in ("stranger", "p0", f"p{full.capacity + 1}", UNION_LEADS[0], UNION_COORDINATOR):
        for line in (await world.sessions.upcoming(reader)).sessions:
            view = await world.sessions.view(reader, line.session.session_id)
            same = {field.name: getattr(view, field.name) for field in fields(line)}
            assert line == SessionLine(**{**same, "may": view.may - others})
            shown.add((line.rank, line.waiting, line.is_lead, line.may))
    assert shown == {
        (None, 2, False, frozenset({"join"})),
        (None, 2, False, frozenset({"leave"})),
        (2, 2, False, frozenset({"leave"})),
        (None, 2, True, frozenset()),
        (None, 0, False, frozenset({"join"})),
        (None, 0, True, frozenset()),
    }


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (SessionFilter(), 4),
        (SessionFilter(offering="anti-racism"), 1),
        (SessionFilter(language="fr"), 1),
        (SessionFilter(region="quebec"), 1),
        (SessionFilter(region="quebec", language="fr"), 0),
        (SessionFilter(starts_from=IN_A_MONTH + timedelta(days=1)), 3),
        (SessionFilter(starts_before=IN_A_MONTH + timedelta(days=1)), 1),
    ],
)
async def test_filters(world: World, which: SessionFilter, found: int) -> None:
    await world.sessions.import_many(
        [
            row(),
            row(IN_A_MONTH + timedelta(days=1), offering="anti-racism"),
            row(IN_A_MONTH + timedelta(days=2), language="fr"),
            row(IN_A_MONTH + timedelta(days=3), region="quebec"),
        ]
    )
    page = await world.sessions.upcoming("stranger", which)
    assert (len(page.sessions), page.total, page.which) == (found, found, which)


async def test_who_sees_a_teams_own_session(world: World) -> None:
    session = await world.booked()
    for reader in (MANAGER, STEWARD, UNION_COORDINATOR, EMPLOYER_COORDINATOR, UNION_LEADS[0]):
        view = await world.sessions.view(reader, session.session_id)
        assert view.session.session_id == session.session_id
    for code in (None, "B4D-9XZ"):
        with pytest.raises(NotFound) as unknown:
            await world.sessions.view("stranger", session.session_id, code)
        assert unknown.value.code == "session_unknown"
    view = await world.sessions.view("stranger", session.session_id, session.code)
    assert view.may == {"join"}
    await world.seats.join("stranger", session.session_id, session.code)
    view = await world.sessions.view("stranger", session.session_id)
    assert view.may == {"leave"}


async def test_an_open_one_is_seen_by_all_once_it_is_staffed(world: World) -> None:
    session = await world.booked(visibility=Visibility.OPEN)
    for status in SessionStatus:
        world.units.memory.sessions[session.session_id].status = status
        if status in AHEAD - JOINABLE:
            with pytest.raises(NotFound):
                await world.sessions.view("stranger", session.session_id)
        else:
            assert await world.sessions.view("stranger", session.session_id)


@pytest.mark.parametrize("typed", ["{code}", "join {code}", "{bare}", "{lower}"])
async def test_by_code_however_it_is_typed(world: World, typed: str) -> None:
    session = await world.booked()
    code = session.code
    text = typed.format(code=code, bare=code.replace("-", ""), lower=code.lower())
    view = await world.sessions.by_code("stranger", text)
    assert view.session.session_id == session.session_id


@pytest.mark.parametrize("text", ["", "B4D-9XZ", "join", "0OI-1LU", "x" * 10_000])
async def test_a_code_of_no_session(world: World, text: str) -> None:
    await world.booked()
    with pytest.raises(NotFound) as unknown:
        await world.sessions.by_code("stranger", text)
    assert unknown.value.code == "code_unknown"


async def test_what_each_may_do(world: World) -> None:
    session = await world.booked(visibility=Visibility.OPEN)
    may = {
        reader: (await world.sessions.view(reader, session.session_id)).may
        for reader in (MANAGER, STEWARD, UNION_COORDINATOR, UNION_LEADS[0], "stranger")
    }
    assert may == {
        MANAGER: {"join", "add_people"},
        STEWARD: {"join", "add_people"},
        UNION_COORDINATOR: {"join", "cancel", "reschedule"},
        UNION_LEADS[0]: set(),
        "stranger": {"join"},
    }


async def test_who_learns_the_names_and_the_code(world: World) -> None:
    session = await world.booked(visibility=Visibility.OPEN)
    world.meet("somebody")
    await world.seats.join("somebody", session.session_id)
    for reader, names, shares in (
        (MANAGER, ["Somebody"], True),
        (UNION_COORDINATOR, ["Somebody"], True),
        (UNION_LEADS[0], ["Somebody"], False),
        ("stranger", [], False),
        ("somebody", [], False),
    ):
        view = await world.sessions.view(reader, session.session_id)
        assert [one.name for one in view.people] == names, reader
        assert view.shares_code is shares, reader


async def test_mine_are_those_ahead_soonest_first(world: World) -> None:
    rows = [row(IN_A_MONTH + timedelta(days=n)) for n in (2, 1, 3)]
    await world.sessions.import_many(rows)
    page = await world.sessions.upcoming("me")
    for view in page.sessions:
        await world.seats.join("me", view.session.session_id)
    await world.seats.leave("me", page.sessions[2].session.session_id)
    mine = await world.sessions.mine("me")
    assert [v.session.starts_at for v in mine] == [IN_A_MONTH + timedelta(days=n) for n in (1, 2)]
    world.clock.set(mine[0].session.starts_at + timedelta(minutes=5))
    under_way, ahead = await world.sessions.mine("me")
    assert (under_way.begun, under_way.may, ahead.begun) == (True, set(), False)
    world.clock.set(mine[0].session.ends_at)
    assert len(await world.sessions.mine("me")) == 1
    assert await world.sessions.mine("stranger") == []


async def test_an_import_is_staffed_and_booked_and_the_same_file_adds_nothing(
    world: World,
) -> None:
    rows = [row(), row(IN_A_MONTH + timedelta(days=1), minutes=120)]
    assert await world.sessions.import_many(rows) == (2, 0)
    assert await world.sessions.import_many([*rows, row(IN_A_MONTH + timedelta(days=2))]) == (1, 2)
    await world.settle()
    kept = sorted(world.units.memory.sessions.values(), key=lambda s: s.starts_at)
    assert {session.status for session in kept} == {SessionStatus.BOOKED}
    assert [session.duration for session in kept] == [timedelta(minutes=m) for m in (210, 120, 210)]
    assert len(world.graph.meetings) == 3


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"starts_at": NOW}, "session_in_past"),
        ({"region": "mars"}, "region_unknown"),
        ({"organization": "0"}, "organization_unknown"),
        ({"leads": {Side.UNION: MANAGER}}, "facilitator_unqualified"),
        ({"leads": {Side.UNION: EMPLOYER_LEADS[0]}}, "facilitator_unqualified"),
    ],
)
async def test_a_row_that_cannot_be_is_refused(
    world: World, changed: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await world.sessions.import_many([row(**changed)])
    assert refused.value.code == code
    assert world.units.memory.sessions == {}
