"""People: what the program learns of them, what they choose, and who they are to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import OutsideFault, Refusal, Throttled
from bot.domain.people import Channel, Person
from bot.services.ports import DirectoryPerson, Sighting
from tests.unit.services.world import MANAGER, NOW, UNION_COORDINATOR, UNION_LEADS, World

SIGHTING = Sighting(
    person_id="newcomer",
    tenant_id="tenant",
    name="Employee, Regina",
    conversation_id="chat-1",
    service_url="http://127.0.0.1:1/",
    locale="fr-CA",
    zone="America/Regina",
)


def person(world: World, person_id: str = "newcomer") -> Person:
    return world.units.memory.people[person_id]


async def test_a_first_sighting_tells_who_they_are(world: World) -> None:
    reader = await world.people.seen(SIGHTING)
    assert (reader.name, reader.language, reader.zone) == (
        "Employee, Regina",
        "fr",
        "America/Regina",
    )
    assert (reader.roles, reader.welcomed) == (frozenset(), False)
    assert person(world).conversation_id == "chat-1"


async def test_a_sighting_without_news_writes_nothing(world: World) -> None:
    await world.people.seen(SIGHTING)
    before = world.units.memory
    await world.people.seen(SIGHTING)
    await world.people.seen(replace(SIGHTING, name=None, conversation_id=None, zone=None))
    assert world.units.memory is before


@pytest.mark.parametrize(
    ("news", "field", "value"),
    [
        ({"name": "Employee, Winnipeg"}, "name", "Employee, Winnipeg"),
        ({"locale": "en-CA"}, "locale", "en-CA"),
        ({"zone": "America/Winnipeg"}, "teams_zone", "America/Winnipeg"),
        ({"conversation_id": "chat-2"}, "conversation_id", "chat-2"),
        ({"service_url": "http://127.0.0.1:2/"}, "service_url", "http://127.0.0.1:2/"),
    ],
)
async def test_news_is_taken_in(world: World, news: dict[str, Any], field: str, value: str) -> None:
    await world.people.seen(SIGHTING)
    await world.people.seen(replace(SIGHTING, **news))
    assert getattr(person(world), field) == value


async def test_seen_again_they_can_be_written_to_again(world: World) -> None:
    await world.people.seen(SIGHTING)
    await world.people.gone("newcomer")
    world.clock.advance(timedelta(hours=1))
    await world.people.gone("newcomer")
    assert person(world).unreachable_at == NOW
    await world.people.seen(replace(SIGHTING, conversation_id=None))  # in a team: not their chat
    assert person(world).unreachable_at == NOW
    await world.people.seen(SIGHTING)
    assert person(world).unreachable_at is None


async def test_welcomed_once(world: World) -> None:
    assert [await world.people.welcome("newcomer") for _ in range(3)] == [True, False, False]
    assert person(world).welcomed_at == NOW


async def test_their_own_language_and_zone_come_before_what_teams_says(world: World) -> None:
    await world.people.seen(SIGHTING)
    reader = await world.people.choose_language("newcomer", "en")
    assert (reader.language, reader.zone) == ("en", "America/Regina")
    reader = await world.people.save_settings(
        "newcomer", language="fr", zone="America/Vancouver", muted=("mail",), skipped_reminders=()
    )
    assert (reader.language, reader.zone, reader.muted) == ("fr", "America/Vancouver", ("mail",))
    assert not person(world).wants(Channel.MAIL)
    with pytest.raises(Refusal) as refused:
        await world.people.choose_language("newcomer", "de")
    assert refused.value.code == "language_unknown"


async def test_reminders_follow_the_settings(world: World) -> None:
    session = await world.booked()
    await world.people.seen(SIGHTING)
    await world.seats.join("newcomer", session.session_id, session.code)

    def planned() -> set[str]:
        rows = world.owed("reminder.seat")
        return {row.args["which"] for row in rows if row.recipient_id == "newcomer"}

    assert planned() == {"7d", "1d", "1h"}
    choices: dict[str, Any] = {"language": "en", "zone": "America/Regina", "muted": ()}
    await world.people.save_settings("newcomer", **choices, skipped_reminders=("7d", "1h"))
    assert planned() == {"1d"}
    await world.people.save_settings("newcomer", **choices, skipped_reminders=())
    assert planned() == {"7d", "1d", "1h"}


async def test_roles_are_words(world: World) -> None:
    roles: dict[str, frozenset[str]] = {}
    for person_id in (MANAGER, UNION_COORDINATOR, UNION_LEADS[0]):
        reader = await world.people.reader(person_id)
        assert reader is not None
        roles[person_id] = reader.roles
    assert roles == {
        MANAGER: frozenset(),
        UNION_COORDINATOR: {"coordinator"},
        UNION_LEADS[0]: {"facilitator"},
    }
    assert await world.people.reader("nobody") is None


async def test_somebody_picked_is_introduced_by_the_directory(world: World) -> None:
    world.graph.people.append(
        DirectoryPerson("picked", "Employee, Iqaluit", "picked@example.org", "fr", "Finance")
    )
    introduced = await world.people.introduce("picked")
    assert (introduced.name, introduced.mail, introduced.reads) == (
        "Employee, Iqaluit",
        "picked@example.org",
        "fr",
    )
    assert person(world, "picked").department == "Finance"
    calls = len(world.graph.calls)
    await world.people.introduce("picked")
    assert len(world.graph.calls) == calls


async def test_the_directory_does_not_overrule_what_teams_said(world: World) -> None:
    await world.people.seen(replace(SIGHTING, locale="en-CA"))
    world.graph.people.append(DirectoryPerson("newcomer", "Employee", "n@example.org", "fr"))
    assert (await world.people.introduce("newcomer")).reads == "en"


async def test_somebody_nobody_knows(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        await world.people.introduce("nobody")
    assert (refused.value.code, refused.value.field) == ("person_unknown", "people")
    assert "nobody" not in world.units.memory.people


async def test_somebody_met_here_whom_the_directory_does_not_know(world: World) -> None:
    await world.people.seen(SIGHTING)
    introduced = await world.people.introduce("newcomer")
    assert (introduced.name, introduced.mail) == ("Employee, Regina", None)


@pytest.mark.parametrize("fault", [OutsideFault("graph_away"), Throttled("graph_throttled")])
async def test_with_the_directory_away_they_are_known_by_their_id(
    world: World, fault: OutsideFault
) -> None:
    world.graph.people.append(DirectoryPerson("picked", "Employee, Iqaluit", "p@example.org"))
    world.graph.fail(fault, operation="person")
    assert (await world.people.introduce("picked")).name is None
    assert (await world.people.introduce("picked")).name == "Employee, Iqaluit"


async def test_the_search_is_the_directorys_and_so_are_its_faults(world: World) -> None:
    found = await world.people.search("union", limit=1)
    assert len(found) == 1
    world.graph.fail(OutsideFault("graph_away"), operation="search")
    with pytest.raises(OutsideFault):
        await world.people.search("union")


async def test_the_last_places_are_those_of_the_last_request(world: World) -> None:
    assert await world.people.last_places("stranger") == (None, None, None)
    await world.requests.submit(MANAGER, world.form())
    assert await world.people.last_places(MANAGER) == ("2222", "national-capital", "Payroll")


async def test_a_manager_is_known_from_then_on(world: World) -> None:
    world.graph.people.append(DirectoryPerson("boss", "Manager, Iqaluit", "b@example.org", "fr-CA"))
    world.graph.managers[MANAGER] = "boss"
    found = await world.people.manager(MANAGER)
    assert found is not None
    assert (found.person_id, found.name) == ("boss", "Manager, Iqaluit")
    assert (person(world, "boss").mail, person(world, "boss").reads) == ("b@example.org", "fr")


async def test_nobody_is_known_as_a_manager(world: World) -> None:
    assert await world.people.manager(MANAGER) is None
    world.graph.managers[MANAGER] = UNION_LEADS[0]
    world.graph.fail(OutsideFault("graph_away"), operation="manager")
    assert await world.people.manager(MANAGER) is None
