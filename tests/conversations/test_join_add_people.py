"""Adding people of the team: with the picker, by typed names, several at once."""

from datetime import timedelta

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.sessions import Session
from bot.i18n import Catalogues
from bot.services.ports import DirectoryPerson
from cards import kit
from tests.conversations.listing import place
from tests.conversations.office import (
    LEAD_UNION,
    NAMESAKE,
    OTHER_STEWARD,
    OUTSIDER,
    REGIONAL,
    Office,
    open_office,
)
from tests.conversations.requesting import errors_of, plain
from tests.conversations.review import booked
from tests.conversations.talking import STEWARD, person, problems_of

NOBODY = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_office(catalogues)


@pytest.fixture
async def session(office: Office) -> Session:
    """A team's own, booked, requested by the manager with the steward."""
    return await booked(office)


async def test_by_the_picker(office: Office, session: Session) -> None:
    """
    (manager) session …, [Add people]
      ▸ in place: Add people: Mental Health · Who takes part? · a picker for several
    two people and one who leads, [Add]
      ▸ in place: … have a seat. … leads this session and needs no seat.
    the same again ▸ … were there already.
    """
    chat = office.chat()
    await chat.say(f"session {session.code}")
    said = await chat.click("Add people")
    assert said.splitlines()[0] == "Add people: Mental Health: Let's Talk!"
    assert problems_of(chat.card) == []
    picked = f"{OUTSIDER.person_id.upper()},{OTHER_STEWARD.person_id},{LEAD_UNION.person_id}"
    said = await chat.click("Add", people=picked)
    assert (
        "Employee, Regina and Union representative, Ottawa have a seat. "
        "Facilitator for the union, Ottawa leads this session and needs no seat."
    ) in said
    assert "Taking part: Employee, Regina and Union representative, Ottawa" in said
    assert len(chat.messages) == 1
    for who in (OUTSIDER, OTHER_STEWARD):
        assert place(office, session, who) == "confirmed"
        assert [row.kind for row in office.told(who, "session.")] == ["session.added"]
    assert place(office, session, LEAD_UNION) is None
    await chat.click("Add people")
    said = await chat.click("Add", people=OUTSIDER.person_id)
    assert "Employee, Regina was there already." in said
    assert len(office.told(OUTSIDER, "session.")) == 1


async def test_by_typed_names_in_french(office: Office, session: Session) -> None:
    """
    (déléguée) ajouter des personnes …, « Employee, Zoe » ▸ nobody of the second name
    the right one ▸ both have a seat
    """
    chat = office.chat(STEWARD)
    said = await chat.say(f"ajouter des personnes {session.code}")
    assert plain(said).splitlines()[0] == "Ajouter des personnes : Santé mentale : parlons-en!"
    await chat.say("Employee; Zoé Inconnue")
    (error,) = errors_of(chat)
    assert error.startswith("Je ne trouve personne sous « Zoé Inconnue ».")
    said = plain(await chat.say("person6@example.ca"))
    assert "Employee, Regina et Union representative, Ottawa ont une place." in said
    assert place(office, session, OUTSIDER) == "confirmed"
    assert place(office, session, OTHER_STEWARD) == "confirmed"


async def test_a_name_of_several_people_is_chosen_from_a_list(
    office: Office, session: Session
) -> None:
    """
    Union rep ▸ Several people fit: a list to tick · the second ▸ has a seat
    """
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    await chat.say("Employee, Union rep")
    assert errors_of(chat) == ["Several people fit “Union rep”. Choose one of them."]
    assert "[Whom do you mean?: ]" in chat.text
    assert problems_of(chat.card) == []
    said = await chat.click("Add", found=NAMESAKE.person_id)
    assert "Union representative, Oshawa and Employee, Regina have a seat." in said


async def test_a_name_of_several_people_is_chosen_by_typing(
    office: Office, session: Session
) -> None:
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    await chat.say("Union rep")
    said = await chat.say("Union representative, Oshawa")
    assert "Union representative, Oshawa has a seat." in said


async def test_more_than_there_are_seats(office: Office, session: Session) -> None:
    """The rest waits, in the order in which they were named."""
    office.units.memory.sessions[session.session_id].capacity = 1
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    said = await chat.click("Add", people=f"{NAMESAKE.person_id},{OUTSIDER.person_id}")
    assert "Union representative, Oshawa has a seat. Employee, Regina is on the waitlist." in said
    assert "All seats are taken; 1 person is waiting" in said
    assert place(office, session, OUTSIDER) == "waitlisted"


async def test_many_are_counted_and_the_card_stays_small(office: Office, session: Session) -> None:
    office.units.memory.sessions[session.session_id].capacity = 100
    many = [person(700 + n, f"Employee with quite a long name, number {n}") for n in range(50)]
    office.graph.people += [DirectoryPerson(each.person_id, each.name) for each in many]
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    said = await chat.click("Add", people=",".join(each.person_id for each in many))
    assert "number 7 and 42 more have a seat." in said
    assert kit.size(chat.card) < kit.LARGEST
    await chat.click("Add people")
    said = await chat.click("Add", people=",".join([each.person_id for each in many] + [NOBODY]))
    assert errors_of(chat) == ["Name from 1 to 50 people."]


async def test_bad_input_goes_on_to_a_good_end(office: Office, session: Session) -> None:
    """
    nobody, somebody unknown, 30 names, words that are no name, the directory away ▸ each said
    at the picker; then somebody known ▸ has a seat
    """
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    unknown = (
        "The directory does not know this person. Choose somebody in the list, or type a name."
    )
    for people, error in (
        ("", "Name from 1 to 50 people."),
        (",, ,", "Name from 1 to 50 people."),
        ("somebody", unknown),
        (NOBODY, unknown),
    ):
        await chat.click("Add", people=people)
        assert errors_of(chat) == [error]
    await chat.say(", ".join("Employee" for _ in range(21)))
    assert errors_of(chat) == ["Name from 1 to 20 people."]
    await chat.say("x" * 10_000)
    assert [error[:40] for error in errors_of(chat)] == ["I find nobody called “" + "x" * 18]
    office.graph.fail(OutsideFault("graph_away"), operation="search")
    await chat.say("Employee")
    assert "I cannot look up “Employee” at the moment." in errors_of(chat)[0]
    assert "Employee, Regina has a seat." in await chat.say("Employee")


async def test_with_the_directory_away_the_picked_are_added_all_the_same(
    office: Office, session: Session
) -> None:
    chat = office.chat()
    await chat.say(f"add people {session.code}")
    office.graph.fail(OutsideFault("graph_away"), operation="person")
    said = await chat.click("Add", people=NOBODY)
    assert "A colleague has a seat." in said


async def test_given_up_the_sessions_card_is_back(office: Office, session: Session) -> None:
    chat = office.chat()
    await chat.say(f"session {session.code}")
    await chat.click("Add people")
    said = await chat.click("Yes, cancel")
    assert said.splitlines()[0] == "Mental Health: Let's Talk!"
    assert f"{session.code} is the code to join with" in said
    assert len(chat.messages) == 1


async def test_only_the_two_parties_add_people(office: Office, session: Session) -> None:
    """
    (coordinator) add people … ▸ only the person who requested it, or their counterpart
    """
    chat = office.chat(REGIONAL)
    said = await chat.say(f"add people {session.code}")
    assert "Only the person who requested the conversation, or their counterpart" in said
    assert "Add people" not in chat.buttons


async def test_a_session_that_begins_meanwhile_takes_nobody(
    office: Office, session: Session
) -> None:
    """
    [Add people], and the session begins ▸ [Add]: This session began on …; nobody was added
    """
    chat = office.chat()
    await chat.say(f"session {session.code}")
    await chat.click("Add people")
    office.clock.set(session.starts_at + timedelta(minutes=1))
    said = plain(await chat.click("Add", people=OUTSIDER.person_id))
    assert "This session began on Tuesday, February 16, 2027, at 9 am" in said
    assert place(office, session, OUTSIDER) is None
    said = plain(await chat.say(f"add people {session.code}"))
    assert "This session began on Tuesday, February 16, 2027, at 9 am" in said
