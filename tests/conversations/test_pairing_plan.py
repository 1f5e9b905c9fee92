"""Pairing all open requests at once: the plan, its rows accepted in whole or in part."""

from datetime import datetime

import pytest

from bot.domain.people import Side
from bot.i18n import Catalogues
from tests.conversations.office import LEAD_EMPLOYER, LEAD_UNION, OUTSIDER, REGIONAL, Office
from tests.conversations.review import (
    ADMIN,
    COORDINATRICE,
    ELSEWHERE,
    SECOND_EMPLOYER,
    SECOND_UNION,
    agreed,
    meet,
    open_region,
    stands,
    train,
)
from tests.conversations.talking import MANAGER, person, problems_of


def local(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2027, month, day, hour)  # noqa: DTZ001  # what somebody types


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_region(catalogues)


async def three(office: Office) -> list[str]:
    """Three open requests, two of them at the same time; their ids."""
    return [
        (await agreed(office, f"form-{n}", preferred=(at,), team=f"Team {n}")).request_id
        for n, at in enumerate((local(2, 16), local(2, 16), local(3, 2)), 1)
    ]


def leads(office: Office, request_id: str) -> set[str]:
    memory = office.units.memory
    sessions = {s.session_id for s in memory.sessions.values() if s.request_id == request_id}
    return {a.person_id for a in memory.assignments.values() if a.session_id in sessions}


async def test_the_whole_plan(office: Office) -> None:
    """
    pair all open requests
      ▸ each with its date, its pair and why, all ticked
    [Approve the ticked requests]
      ▸ three requests are approved; everybody has their offer
    """
    ids = await three(office)
    chat = office.chat(REGIONAL)
    plan = await chat.say("pair all open requests")
    assert "3 requests have a pair." in plan
    assert "Tuesday, February\u00a016, 2027, 9\u00a0am to 12:30\u00a0pm" in plan
    assert "EC-2027-0001 · Mental Health: Let's Talk! · Team 1" in plan
    assert "Ottawa: no session in 18 months, the region’s average is 0\n" in plan
    assert "Have not led together in 18 months; both are new" in plan
    assert problems_of(chat.card) == []
    done = await chat.click("Approve the ticked requests")
    assert "3 requests are approved." in done
    assert "EC-2027-0001, EC-2027-0002, EC-2027-0003" in done
    assert [office.units.memory.requests[one].status.value for one in ids] == ["approved"] * 3
    assert leads(office, ids[0]).isdisjoint(leads(office, ids[1]))
    assert all(len(leads(office, one)) == 2 for one in ids)
    assert len(office.told(MANAGER, "request.approved")) == 3
    assert office.units.memory.rounds == {}


async def test_a_part_of_it_in_french_and_the_bot_goes_on(office: Office) -> None:
    """
    jumeler toutes les demandes ouvertes
      ▸ le plan
    une seule demande cochée, [Le robot sollicite dans l’ordre…]
      ▸ 1 demande est approuvée · [Jumeler celles qui restent]
    """
    ids = await three(office)
    chat = office.chat(COORDINATRICE)
    plan = await chat.say("jumeler toutes les demandes ouvertes")
    assert "3 demandes ont un duo." in plan
    assert "Mardi 16 février 2027, de 9 h à 12 h 30" in plan.replace("\u00a0", " ")
    done = await chat.click("Approuver les demandes cochées", chosen=ids[2], order="order")
    assert "1 demande est approuvée." in done
    assert "EC-2027-0003" in done
    assert stands_all(office, ids) == ["agreed", "agreed", "approved"]
    assert len(office.units.memory.rounds) == 1
    assert problems_of(chat.card) == []
    assert "2 demandes ont un duo." in await chat.click("Jumeler celles qui restent")


def stands_all(office: Office, ids: list[str]) -> list[str]:
    return [office.units.memory.requests[one].status.value for one in ids]


async def test_from_the_list_of_requests(office: Office) -> None:
    await three(office)
    chat = office.chat(REGIONAL)
    await chat.say("requests to review")
    assert "3 requests have a pair." in await chat.click("Pair all open requests")
    assert "Nothing was changed" in await chat.click("Yes, cancel") or chat.buttons


async def test_without_a_pair_and_why(office: Office) -> None:
    """Three at the same time, two facilitators a side: one is left, and says why."""
    await three(office)
    await agreed(office, "form-4", preferred=(local(2, 16),), team="Team 4")
    await agreed(office, "form-5", offering="anti-racism", preferred=(local(2, 17),), team="Five")
    chat = office.chat(REGIONAL)
    plan = await chat.say("pair all open requests")
    without = plan.partition("Without a pair")[2]
    assert "Those who could lead it are needed for other requests" in without
    assert "EC-2027-0005" in without
    assert "Nobody of the employer side is free then" in without


async def test_rows_that_moved_on_meanwhile_are_said(office: Office) -> None:
    """
    the other coordinator approves one, the requester withdraws another
      ▸ the third is approved; the other two are named, with why
    """
    ids = await three(office)
    chat = office.chat(REGIONAL)
    await chat.say("pair all open requests")
    first = office.units.memory.requests[ids[0]]
    other = {Side.UNION: SECOND_UNION.person_id, Side.EMPLOYER: SECOND_EMPLOYER.person_id}
    await office.services.staffing.approve(
        COORDINATRICE.person_id, ids[0], first.preferred_at[0], other
    )
    await office.services.requests.withdraw(MANAGER.person_id, ids[1])
    done = await chat.click("Approve the ticked requests")
    assert "1 request is approved." in done
    assert "EC-2027-0001: This request has moved on in the meantime" in done
    assert "EC-2027-0002: This request has moved on in the meantime" in done
    assert leads(office, ids[0]) == {SECOND_UNION.person_id, SECOND_EMPLOYER.person_id}
    assert problems_of(chat.card) == []


async def test_nothing_ticked(office: Office) -> None:
    ids = await three(office)
    chat = office.chat(REGIONAL)
    await chat.say("pair all open requests")
    said = await chat.click("Approve the ticked requests", chosen="")
    assert "Tick at least one request." in said
    done = await chat.click("Approve the ticked requests", chosen=ids[1])
    assert "1 request is approved." in done


@pytest.mark.parametrize(
    "chosen", ["nonsense", "id000001,nonsense", "EC-2027-0001", "../..", "a,b,c"]
)
async def test_rows_that_are_not_in_the_plan(office: Office, chosen: str) -> None:
    ids = await three(office)
    chat = office.chat(REGIONAL)
    await chat.say("pair all open requests")
    said = await chat.click("Approve the ticked requests", chosen=chosen)
    assert "Tick at least one request." in said
    assert stands_all(office, ids) == ["agreed"] * 3


async def test_nothing_to_pair(office: Office) -> None:
    said = await office.chat(REGIONAL).say("pair all open requests")
    assert "No open request waits for a pair in your regions." in said
    french = await office.chat(COORDINATRICE).say("jumeler les demandes")
    assert "Aucune demande ouverte n’attend de duo dans vos régions." in french


async def test_not_for_everybody(office: Office) -> None:
    ids = await three(office)
    for who in (MANAGER, LEAD_UNION, LEAD_EMPLOYER, OUTSIDER):
        chat = office.chat(who)
        said = await chat.say("pair all open requests")
        assert "you are not one of them" in said
        said = await chat.invoke({"action": {"verb": "pairing.plan", "data": {}}})
        assert "you are not one of them" in said
    said = await office.chat(ELSEWHERE).say("pair all open requests")
    assert "No open request waits" in said
    assert stands_all(office, ids) == ["agreed"] * 3


async def test_an_administrator_chooses_the_region(office: Office) -> None:
    await three(office)
    await agreed(office, "form-9", region="atlantic", zone="America/Halifax")
    chat = office.chat(ADMIN)
    asked = await chat.say("pair all open requests")
    assert "Which region?" in asked
    assert "Atlantic" in str(chat.card)
    plan = await chat.click("Next", region="national-capital")
    assert "Region: National Capital" in plan
    assert "3 requests have a pair." in plan
    assert "3 requests are approved." in await chat.click("Approve the ticked requests")


async def test_the_role_was_taken_away_meanwhile(office: Office) -> None:
    request = await agreed(office)
    chat = office.chat(REGIONAL)
    await chat.say("pair all open requests")
    office.units.memory.grants.clear()
    said = await chat.click("Approve the ticked requests")
    assert "No request was approved." in said
    assert "I cannot find this request." in said
    assert stands(office, request) == "agreed"


async def test_a_long_plan_comes_in_parts(office: Office) -> None:
    """Ten rows at a time; the card stays within bounds with the longest of names and teams."""
    for number in range(40):
        side = Side.UNION if number % 2 else Side.EMPLOYER
        who = person(100 + number, f"Facilitator {number:02d}, " + "Longname " * 20)
        meet(office, who)
        train(office, who, side, "national-capital")
    for number in range(14):
        team = f"Équipe {number} " + "nom " * 20
        at = local(3, 1 + number // 5 * 7 + number % 5)
        await agreed(office, f"form-{number}", preferred=(at,), team=team)
    chat = office.chat(REGIONAL)
    plan = await chat.say("pair all open requests")
    assert "4 more have a pair: accept these first, then ask again." in plan
    assert problems_of(chat.card) == []
    assert "10 requests are approved." in await chat.click("Approve the ticked requests")
    assert "4 requests have a pair." in await chat.click("Pair those that are left")
