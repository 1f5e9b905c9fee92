"""The roster's use cases: who may do what to whom, what follows, and what twice does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.people import Grant, Role, Side
from bot.domain.roster import Facilitator, Standing, Wish
from bot.domain.sessions import AssignmentStatus
from bot.services.roster import PAGE, RosterService
from bot.services.roster_views import FacilitatorView, RosterFilter
from tests.unit.services.world import (
    EMPLOYER_COORDINATOR,
    EMPLOYER_LEADS,
    MANAGER,
    NOW,
    REGION,
    UNION_COORDINATOR,
    UNION_LEADS,
    World,
)

LEAD, OTHER = UNION_LEADS[0], EMPLOYER_LEADS[0]
ADMIN, ELSEWHERE = "admin", "elsewhere"
UNTIL = date(2027, 4, 12)
Do = Callable[[RosterService, str, str], Awaitable[FacilitatorView]]

MOVES: dict[str, Do] = {
    "pause": RosterService.pause,
    "resume": RosterService.resume,
    "retire": RosterService.retire,
    "bring_back": RosterService.bring_back,
}
LEADS_TO = {
    "pause": Standing.PAUSED,
    "resume": Standing.ACTIVE,
    "retire": Standing.RETIRED,
    "bring_back": Standing.ACTIVE,
}
REFUSED = {("pause", Standing.RETIRED)}


@pytest.fixture
def world() -> World:
    world = World()
    for person_id, role, region in (
        (ADMIN, Role.ADMINISTRATOR, ""),
        (ELSEWHERE, Role.COORDINATOR, "atlantic"),
    ):
        world.meet(person_id)
        grant = Grant(person_id, role, NOW, region=region, side="union" if region else "")
        world.units.memory.grants[person_id, role.value, region, grant.side] = grant
    return world


@pytest.fixture
def roster(world: World) -> RosterService:
    return RosterService(world.desk, world.assignments)


def kept(world: World, person_id: str = LEAD) -> Facilitator:
    return world.units.memory.facilitators[person_id]


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("do", MOVES)
async def test_a_coordinator_moves_every_standing(
    world: World, roster: RosterService, do: str, standing: Standing
) -> None:
    kept(world).standing = standing
    if (do, standing) in REFUSED:
        with pytest.raises(MovedOn) as refused:
            await MOVES[do](roster, UNION_COORDINATOR, LEAD)
        assert refused.value.code == "standing_moved_on"
        assert kept(world).standing is standing
        return
    view = await MOVES[do](roster, UNION_COORDINATOR, LEAD)
    assert view.relation == "coordinator"
    assert kept(world).standing is LEADS_TO[do]
    moved = [] if standing is LEADS_TO[do] else [LEAD]
    assert [row.recipient_id for row in world.owed("roster.")] == moved


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("do", MOVES)
async def test_a_facilitator_moves_themself_but_does_not_come_back(
    world: World, roster: RosterService, do: str, standing: Standing
) -> None:
    kept(world).standing = standing
    if standing is Standing.RETIRED and do != "retire":
        with pytest.raises(Refusal):
            await MOVES[do](roster, LEAD, LEAD)
        assert kept(world).standing is standing
        return
    await MOVES[do](roster, LEAD, LEAD)
    assert kept(world).standing is LEADS_TO[do]
    told = [row.recipient_id for row in world.owed("roster.left.")]
    leaves = standing is not LEADS_TO[do] and do in ("pause", "retire")
    assert told == ([EMPLOYER_COORDINATOR, UNION_COORDINATOR] if leaves else [])


@pytest.mark.parametrize("do", MOVES)
@pytest.mark.parametrize("who", [MANAGER, OTHER, ELSEWHERE, "nobody"])
async def test_not_theirs_is_as_if_not_there(
    world: World, roster: RosterService, do: str, who: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await MOVES[do](roster, who, LEAD)
    assert refused.value.code == "facilitator_unknown"
    assert kept(world).standing is Standing.ACTIVE
    for wanted in (roster.view(who, LEAD), roster.certify(who, LEAD, ["anti-racism"])):
        with pytest.raises(NotFound):
            await wanted


async def test_whoever_is_not_on_the_roster(roster: RosterService) -> None:
    with pytest.raises(NotFound):
        await roster.view(ADMIN, MANAGER)
    assert await roster.standing(MANAGER) is None
    for wanted in (roster.mine(MANAGER), roster.wish(MANAGER, Wish.MORE, UNTIL)):
        with pytest.raises(Refusal) as refused:
            await wanted
        assert refused.value.code == "not_facilitator"


async def test_retiring_declines_offers_and_tells_who_chooses(
    world: World, roster: RosterService
) -> None:
    await world.approved()
    view = await roster.view(LEAD, LEAD)
    assert (view.offers, view.leads) == (1, 0)
    await roster.retire(LEAD, LEAD)
    statuses = {a.person_id: a.status for a in world.units.memory.assignments.values()}
    assert statuses == {LEAD: AssignmentStatus.DECLINED, OTHER: AssignmentStatus.OFFERED}
    assert {row.recipient_id for row in world.owed("request.lead_declined")} == {
        UNION_COORDINATOR,
        EMPLOYER_COORDINATOR,
    }


async def test_retiring_waits_for_what_was_accepted(world: World, roster: RosterService) -> None:
    session = await world.booked()
    for who in (LEAD, UNION_COORDINATOR):
        with pytest.raises(Refusal) as refused:
            await roster.retire(who, LEAD)
        assert (refused.value.code, refused.value.values) == ("retire_leads", {"n": 1})
    assert kept(world).standing is Standing.ACTIVE
    await roster.pause(LEAD, LEAD)
    assert (await roster.mine(LEAD)).leads == 1
    world.clock.set(session.ends_at + timedelta(minutes=1))
    view = await roster.retire(LEAD, LEAD)
    assert (view.figures.led, view.figures.ahead, view.leads) == (1, 0, 0)


async def test_the_figures_count_what_is_over_and_what_is_ahead(
    world: World, roster: RosterService
) -> None:
    session = await world.booked()
    figures = (await roster.mine(LEAD)).figures
    assert (figures.led, figures.ahead, figures.aimed, figures.months) == (0, 1, 5, 18)
    world.clock.set(session.ends_at)
    figures = (await roster.mine(LEAD)).figures
    assert (figures.led, figures.ahead) == (1, 0)
    world.clock.advance(timedelta(days=19 * 31))
    assert (await roster.mine(LEAD)).figures.led == 0


async def test_a_wish_is_kept_until_its_day(world: World, roster: RosterService) -> None:
    await roster.wish(LEAD, Wish.FEWER, UNTIL)
    view = await roster.wish(LEAD, Wish.FEWER, UNTIL)
    assert (view.wish, kept(world).wish_until_on) == (Wish.FEWER, UNTIL)
    assert [entry.what for entry in view.timeline] == ["wish_fewer"]
    world.clock.set(NOW + timedelta(days=100))
    assert (await roster.mine(LEAD)).wish is Wish.USUAL
    view = await roster.wish(LEAD, Wish.USUAL, UNTIL)
    assert (view.wish, kept(world).wish_until_on) == (Wish.USUAL, None)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, "wish_until_missing"),
        (date(2027, 1, 10), "date_past"),
        (date(2028, 1, 12), "date_too_far"),
    ],
)
async def test_a_wish_for_no_possible_day(
    world: World, roster: RosterService, until: date | None, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await roster.wish(LEAD, Wish.MORE, until)
    assert (refused.value.code, refused.value.field) == (code, "until")
    assert kept(world).wish is Wish.USUAL
    assert (await roster.wish(LEAD, Wish.MORE, date(2028, 1, 11))).wish is Wish.MORE


async def test_whoever_left_wishes_nothing(world: World, roster: RosterService) -> None:
    kept(world).standing = Standing.RETIRED
    with pytest.raises(Refusal) as refused:
        await roster.wish(LEAD, Wish.MORE, UNTIL)
    assert refused.value.code == "not_facilitator"


async def test_topics_are_certified_by_somebody_else(world: World, roster: RosterService) -> None:
    await roster.certify(UNION_COORDINATOR, LEAD, ["anti-racism", "mental-health"])
    view = await roster.certify(UNION_COORDINATOR, LEAD, ["anti-racism", "mental-health"])
    assert kept(world).topics == ("mental-health", "anti-racism")
    assert [(e.what, e.note) for e in view.timeline] == [("certified", "anti-racism")]
    assert [row.recipient_id for row in world.owed("roster.certified")] == [LEAD]


@pytest.mark.parametrize("topics", [[], ["astrology"], ["anti-racism", "astrology"]])
async def test_no_such_topic(world: World, roster: RosterService, topics: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        await roster.certify(ADMIN, LEAD, topics)
    assert (refused.value.code, refused.value.field) == ("offering_unavailable", "topics")
    assert kept(world).topics == ("mental-health",)


async def test_nobody_certifies_themself_or_whoever_left(
    world: World, roster: RosterService
) -> None:
    memory = world.units.memory
    memory.facilitators[UNION_COORDINATOR] = Facilitator(
        UNION_COORDINATOR, Side.UNION, ("en",), REGION, ("mental-health",), "2222"
    )
    with pytest.raises(Refusal) as refused:
        await roster.certify(UNION_COORDINATOR, UNION_COORDINATOR, ["anti-racism"])
    assert refused.value.code == "not_yourself"
    kept(world).standing = Standing.RETIRED
    with pytest.raises(Refusal) as refused:
        await roster.certify(UNION_COORDINATOR, LEAD, ["anti-racism"])
    assert refused.value.code == "off_the_roster"


async def test_what_each_may(world: World, roster: RosterService) -> None:
    expected = {
        Standing.ACTIVE: ({"pause", "retire", "wish", "absence"}, {"pause", "retire", "certify"}),
        Standing.PAUSED: ({"resume", "retire", "wish", "absence"}, {"resume", "retire", "certify"}),
        Standing.RETIRED: (set[str](), {"bring_back"}),
    }
    for standing, (own, others) in expected.items():
        kept(world).standing = standing
        assert (await roster.mine(LEAD)).may == own
        assert (await roster.view(EMPLOYER_COORDINATOR, LEAD)).may == others


async def test_the_list_has_the_regions_of_the_reader(world: World, roster: RosterService) -> None:
    page = await roster.list(UNION_COORDINATOR, RosterFilter())
    assert page.regions == (REGION,)
    assert [line.facilitator.person_id for line in page.lines] == [*UNION_LEADS, *EMPLOYER_LEADS]
    assert (await roster.list(ELSEWHERE, RosterFilter())).lines == ()
    assert len((await roster.list(ADMIN, RosterFilter())).regions) == 6
    for who in (LEAD, MANAGER, "nobody"):
        with pytest.raises(Refusal) as refused:
            await roster.list(who, RosterFilter())
        assert refused.value.code == "roster_not_yours"


async def test_the_list_is_in_a_helpful_order(world: World, roster: RosterService) -> None:
    await world.booked()
    kept(world, UNION_LEADS[1]).standing = Standing.PAUSED
    page = await roster.list(ADMIN, RosterFilter())
    assert [line.facilitator.person_id for line in page.lines] == [
        UNION_LEADS[0],
        EMPLOYER_LEADS[1],
        EMPLOYER_LEADS[0],  # leads one already
        UNION_LEADS[1],  # paused
    ]
    assert [line.figures.ahead for line in page.lines] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (RosterFilter(side="union"), UNION_LEADS),
        (RosterFilter(side="employer", topic="mental-health"), EMPLOYER_LEADS),
        (RosterFilter(topic="anti-racism"), ()),
        (RosterFilter(language="fr", side="union"), UNION_LEADS),
        (RosterFilter(standing="paused"), ()),
        (RosterFilter(region="atlantic"), ()),
        (RosterFilter(region=REGION, standing="active", side="union"), UNION_LEADS),
    ],
)
async def test_the_list_is_filtered(
    roster: RosterService, which: RosterFilter, found: tuple[str, ...]
) -> None:
    page = await roster.list(ADMIN, which)
    assert tuple(line.facilitator.person_id for line in page.lines) == found
    assert page.which == which


async def test_the_list_comes_by_pages(world: World, roster: RosterService) -> None:
    for number in range(PAGE):
        one = Facilitator(f"x{number}", Side.UNION, ("en",), REGION, ("anti-racism",), "2222")
        world.units.memory.facilitators[one.person_id] = one
    page = await roster.list(ADMIN, RosterFilter())
    assert (len(page.lines), page.total, page.next_first) == (PAGE, PAGE + 4, PAGE)
    page = await roster.list(ADMIN, RosterFilter(), PAGE)
    assert (len(page.lines), page.first, page.next_first) == (4, PAGE, None)
    for first in (-1, 99):
        assert (await roster.list(ADMIN, RosterFilter(), first)).first == 0
