"""Roles: looked at, granted and taken back by administrators in the chat."""

import pytest

from bot.domain.people import Role
from bot.i18n import Catalogues
from cards import actions
from tests.conversations.office import OUTSIDER, Office, open_office
from tests.conversations.talking import ADMINISTRATOR, MANAGER, STEWARD, problems_of

ADMINISTRATES = {"role": "administrator"}


@pytest.fixture
async def office(catalogues: Catalogues) -> Office:
    opened = open_office(catalogues)
    await opened.services.roles.grant(None, ADMINISTRATOR.person_id, Role.ADMINISTRATOR)
    return opened


async def test_a_coordinator_is_granted_and_taken_back(office: Office) -> None:
    """
    (administrator) roles
      ▸ Roles · 3 roles … [Grant a role]
    [Grant a role] ▸ Grant a role · person, role, region, side
    [Grant] without a region ▸ the error there; with it ▸ Employee, Regina has a new role: …
    [Yes, take it back] ▸ The role is taken back.
    """
    chat = office.chat(ADMINISTRATOR)
    await chat.say("bonjour")
    before = await chat.say("roles")
    assert before.splitlines()[0] == "Roles"
    assert problems_of(chat.card) == []
    form = await chat.click("Grant a role")
    assert form.splitlines()[0] == "Grant a role"
    assert problems_of(chat.card) == []
    wrong = await chat.click("Grant", person=OUTSIDER.person_id.upper(), side="union")
    assert "Choose" in wrong
    assert "[Region (for a coordinator): ]" in wrong
    granted = await chat.click("Grant", region="atlantic", side="union")
    assert "has a new role: Regional coordinator, Atlantic, union." in granted
    assert [row.kind for row in office.told(OUTSIDER)] == ["role.granted"]
    data = {
        "id": OUTSIDER.person_id,
        "role": "coordinator",
        "region": "atlantic",
        "side": "union",
        "first": 0,
    }
    value = {"action": {"verb": actions.ROLES_REVOKE, "data": data}}
    assert "The role is taken back." in await chat.invoke(value)
    assert "This role was taken back before." in await chat.invoke(value)
    data["role"] = "emperor"
    assert "I could not read this card." in await chat.invoke(value)


async def test_by_typed_words(office: Office) -> None:
    """
    roles, [Grant a role], nobody at all ▸ I find nobody called …
    Employee, Regina ▸ administrator ▸ granted at once, for all regions
    """
    chat = office.chat(ADMINISTRATOR)
    await chat.say("rôles")
    await chat.click("Grant a role")
    assert "I find nobody called “nobody at all”." in await chat.say("nobody at all")
    assert "[Role: Administrator]" in await chat.say("administrator")
    assert "has a new role: Administrator." in await chat.say("Employee, Regina")
    await chat.click("Grant a role")
    again = {"person": OUTSIDER.person_id, "role": "administrator"}
    assert "has this role already: Administrator." in await chat.click("Grant", **again)


async def test_bad_input_goes_on_to_a_good_end(office: Office) -> None:
    """
    several people ▸ Several people fit; somebody unknown ▸ refused at the person; then granted
    """
    chat = office.chat(ADMINISTRATOR)
    await chat.say("roles")
    await chat.click("Grant a role")
    assert "Several people fit “Union rep”." in await chat.say("Union rep")
    post = {"region": "atlantic", "side": "employer"}
    assert "[Person" in await chat.click("Grant", person="somebody", **post)
    nobody = "99999999-9999-4999-8999-999999999999"
    assert "[Person" in await chat.click("Grant", person=nobody, **post)
    assert "has a new role" in await chat.click("Grant", person=OUTSIDER.person_id, **post)


async def test_the_last_administrator_stays(office: Office) -> None:
    chat = office.chat(ADMINISTRATOR)
    await chat.say("roles")
    data = {"id": ADMINISTRATOR.person_id, **ADMINISTRATES}
    refused = await chat.invoke({"action": {"verb": actions.ROLES_REVOKE, "data": data}})
    assert "This is the last administrator." in refused
    assert refused.splitlines()[0] == "Roles"


async def test_others_are_refused_in_their_language(office: Office) -> None:
    chat = office.chat(MANAGER)
    assert "Only administrators can do this." in await chat.say("roles")
    chat = office.chat(STEWARD)
    await chat.say("aide")
    refused = await chat.invoke({"action": {"verb": actions.ROLES_GRANT, "data": {}}})
    assert "Seule l’administration peut faire cela." in refused


async def test_many_roles_come_by_eight(office: Office) -> None:
    for number in range(12):
        person_id = f"aaaaaaaa-aaaa-4aaa-8aaa-{number:012d}"
        await office.services.roles.grant(None, person_id, Role.ADMINISTRATOR)
    chat = office.chat(ADMINISTRATOR)
    await chat.say("roles")
    assert problems_of(chat.card) == []
    assert "Back to the beginning" not in chat.buttons
    await chat.click("Show more")
    assert "Show more" not in chat.buttons
    await chat.click("Back to the beginning")
    assert "Show more" in chat.buttons
