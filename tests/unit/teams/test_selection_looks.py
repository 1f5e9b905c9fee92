"""How an application and an interview look to each of those concerned, when the bot speaks."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.self_identification import Group
from bot.i18n import Catalogues
from bot.services.ports import Reader
from bot.teams.looks import Look, Looks, views_of
from cards.notices import Notice
from tests.conversations.office import OUTSIDER, REGIONAL, Office
from tests.conversations.review import ADMIN, COORDINATRICE, ELSEWHERE, open_region
from tests.conversations.selecting import invited, newest, referenced
from tests.conversations.talking import NOW, problems_of, shown_values, text_of

CATALOGUES = Catalogues.load()


@pytest.fixture
def office() -> Office:
    return open_region(CATALOGUES)


async def look(office: Office, subject: str, who: Reader) -> Look | None:
    services: Any = office.services
    looks = Looks(CATALOGUES, services.people, views_of(services))
    return await looks.at(subject, who.person_id)


async def test_those_who_select_have_a_sight_of_their_own(office: Office) -> None:
    await referenced(office, OUTSIDER, Group.BLACK)
    for who, title in ((REGIONAL, "Application"), (COORDINATRICE, "Candidature")):
        seen = await look(office, "application:form1", who)
        assert seen is not None
        card = seen.card("Something happened.")
        assert problems_of(card) == []
        assert text_of(card).splitlines()[:2] == [f"{title} AP-2027-0001", "Something happened."]
        assert "Black" not in str(card)
        # The candidate reads English, whoever looks.
        assert shown_values(card)["text"].startswith("Thank you for your interest")
        assert seen.told(Notice("application.to_select", {}, NOW))
    own = await look(office, "application:form1", OUTSIDER)
    assert own is not None
    assert "It has the support that it needs. Invite" not in text_of(own.card(None))


async def test_strangers_have_none(office: Office) -> None:
    interview = await invited(office)
    for who in (ELSEWHERE, ADMIN):
        assert await look(office, f"interview:{interview.interview_id}", who) is None
    assert await look(office, "application:form1", ELSEWHERE) is None


async def test_an_interview_for_both(office: Office) -> None:
    subject = f"interview:{(await invited(office)).interview_id}"
    for who, other in ((OUTSIDER, "Coordinator, National Capital"), (REGIONAL, "Employee, Regina")):
        seen = await look(office, subject, who)
        assert seen is not None
        assert other in text_of(seen.card(None))
    assert newest(office).status.value == "offered"
