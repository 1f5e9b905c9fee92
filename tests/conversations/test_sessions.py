"""Finding a session: the list with its filters, one session's card, mine."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.requests import Visibility
from bot.domain.sessions import SessionStatus
from bot.i18n import Catalogues
from cards import actions
from tests.conversations.listing import LINK, STARTS_AT, put, take_seats
from tests.conversations.office import LEAD_UNION, OUTSIDER, REGIONAL, Office, open_office
from tests.conversations.requesting import plain
from tests.conversations.review import booked
from tests.conversations.talking import MANAGER, STEWARD, Chat, problems_of


@pytest.fixture
def office(catalogues: Catalogues) -> Office:
    return open_office(catalogues)


async def test_the_list_in_the_readers_own_time(office: Office) -> None:
    """
    (employee in Regina) sessions
      ▸ Sessions you can join · 2 sessions coming up
        Thursday, March 4, 2027, 12 pm to 3:30 pm · 1 pm to 4:30 pm, Eastern time (Toronto)
        Mental Health: Let's Talk! · English · online · host · 15 seats left · [Join] [Open]
    """
    put(office)
    put(office, 1, starts_at=STARTS_AT + timedelta(days=1), language="fr", place="Montréal, QC")
    chat = office.chat(OUTSIDER)
    said = plain(await chat.say("sessions"))
    assert said.splitlines()[:2] == [
        "Sessions you can join",
        "2 sessions coming up. Times are your own.",
    ]
    assert "Thursday, March 4, 2027, noon to 3:30 pm" in said
    assert "1 pm to 4:30 pm, Eastern time (Toronto)" in said
    assert "English · Online (Microsoft Teams) · Agriculture and Agri-Food Canada" in said
    assert "French · Montréal, QC" in said
    assert said.count("15 seats left") == 2
    assert said.index("March 4") < said.index("March 5")
    assert chat.buttons.count("Join") == 2
    assert problems_of(chat.card) == []


async def test_the_list_in_french(office: Office) -> None:
    put(office)
    chat = office.chat(STEWARD)
    said = plain(await chat.say("seances"))
    assert said.splitlines()[:2] == ["Séances ouvertes", "1 séance à venir, à votre heure locale"]
    assert "Le jeudi 4 mars 2027, de 13 h à 16 h 30" in said
    assert "Santé mentale : parlons-en!" in said
    assert "Il reste 15 places" in said
    assert problems_of(chat.card) == []


async def test_filters(office: Office) -> None:
    """
    sessions, [Show] language: French, week: next week ▸ Shown: French · Next week; the one
    [Show all sessions] ▸ all again
    """
    put(office)
    put(office, 1, language="fr", starts_at=datetime(2027, 1, 20, 18, 0, tzinfo=UTC))
    put(office, 2, language="fr", offering="anti-racism", region="bc-yukon")
    chat = office.chat()
    assert "3 sessions" in await chat.say("sessions")
    said = plain(await chat.click("Show", language="fr", week="2027-01-18"))
    assert "1 session coming up." in said
    assert "Shown: French · Next week" in said
    assert "January 20" in said
    assert len(chat.messages) == 1
    assert "3 sessions" in await chat.click("Show all sessions")
    said = await chat.click("Show", topic="anti-racism", region="bc-yukon")
    assert "1 session coming up." in said
    assert "Anti-Racism: Let's Talk!" in said
    nothing = await chat.click("Show", topic="anti-racism", region="atlantic")
    assert "No upcoming session matches what you chose." in nothing
    assert {"Show all sessions", "Request a conversation"} <= set(chat.buttons)


async def test_a_week_is_the_readers_own(office: Office) -> None:
    """Monday just after midnight in Ottawa is still Sunday in Regina."""
    put(office, starts_at=datetime(2027, 2, 1, 6, 30, tzinfo=UTC))  # Monday, 1:30 am in Ottawa
    here, west = office.chat(), office.chat(OUTSIDER)
    for chat, week in ((here, "2027-02-01"), (west, "2027-02-01")):
        await chat.say("sessions")
        assert "1 session coming up." in await chat.click("Show", week=week)
    put(office, starts_at=datetime(2027, 2, 1, 5, 30, tzinfo=UTC))  # Sunday, 11:30 pm in Regina
    assert "1 session coming up." in await here.click("Show", week="2027-02-01")
    assert "No upcoming session" in await west.click("Show", week="2027-02-01")


@pytest.mark.parametrize(
    ("typed", "language", "title"),
    [
        ("sessions in French", "fr", "Shown: French"),
        ("séances en français", "fr", "Shown: French"),
        ("sessions français", "fr", "Shown: French"),
        ("sessions in English", "en", "Shown: English"),
    ],
)
async def test_typed_filters(office: Office, typed: str, language: str, title: str) -> None:
    put(office)
    put(office, 1, language="fr")
    said = await office.chat().say(typed)
    assert "1 session coming up." in said
    assert title in said


async def test_ten_at_a_time(office: Office) -> None:
    """
    sessions ▸ 12 sessions, ten of them · [Later sessions] ▸ two · [Earlier sessions] ▸ ten
    """
    for number in range(12):
        put(office, number, starts_at=STARTS_AT + timedelta(days=number))
    chat = office.chat()
    await chat.say("sessions")
    assert chat.buttons.count("Open") == 10
    assert "Earlier sessions" not in chat.buttons
    assert problems_of(chat.card) == []
    await chat.click("Later sessions")
    assert chat.buttons.count("Open") == 2
    assert "Later sessions" not in chat.buttons
    await chat.click("Earlier sessions")
    assert chat.buttons.count("Open") == 10


async def test_a_page_that_is_no_more_shows_the_first(office: Office) -> None:
    put(office)
    chat = office.chat()
    await chat.say("sessions")
    assert "1 session coming up." in await _press(chat, actions.SESSION_LIST, first=40)
    assert chat.buttons.count("Open") == 1


async def test_nothing_to_join_offers_what_to_do(office: Office) -> None:
    chat = office.chat(STEWARD)
    said = await chat.say("séances")
    assert "Aucune séance ouverte n’est prévue en ce moment." in said
    assert "Demander une conversation" in chat.buttons


@pytest.mark.parametrize(
    "tampered",
    [
        {"topic": "gardening"},
        {"language": "de"},
        {"region": "mars"},
        {"week": "2027-02-30"},
        {"week": "0001-01-01"},
        {"week": "9999-12-31"},
        {"first": "ten"},
    ],
)
async def test_tampered_filters_are_refused_and_lose_nothing(
    office: Office, tampered: dict[str, object]
) -> None:
    put(office)
    chat = office.chat()
    await chat.say("sessions")
    said = await _press(chat, actions.SESSION_LIST, **tampered)
    assert "I could not read this card." in said
    assert "1 session coming up." in await chat.say("sessions")


async def test_a_teams_own_session_is_not_listed(office: Office) -> None:
    put(office, visibility=Visibility.TEAM)
    assert "No open session is planned at the moment." in await office.chat().say("sessions")


async def test_one_session(office: Office) -> None:
    """
    session K7M-2QF ▸ title, when, what, 12 seats left of 15, who leads · [Join]
    """
    session = put(office)
    await take_seats(office, session, 3)
    chat = office.chat(OUTSIDER)
    said = plain(await chat.say("session k7m 2qf"))
    assert said.splitlines()[:3] == [
        "Mental Health: Let's Talk!",
        "Thursday, March 4, 2027",
        "Noon to 3:30 pm",
    ]
    assert "12 seats left of 15" in said
    assert "Led by: Facilitator for the union, Ottawa and Facilitator for the employer" in said
    assert "K7M-2QF" not in said
    assert chat.buttons == ["About this conversation", "Join", "Find a session"]
    assert chat.card["refresh"]["action"]["data"] == {"id": "s0", "code": "K7M-2QF"}
    assert problems_of(chat.card) == []


async def test_a_lead_sees_who_takes_part_and_the_link(office: Office) -> None:
    session = put(office)
    await office.services.seats.join(OUTSIDER.person_id, session.session_id)
    chat = office.chat(LEAD_UNION)
    said = await chat.say(f"show {session.code}")
    assert "You lead this session" in said
    assert "Taking part: Employee, Regina" in said
    assert "Join the Teams meeting" in chat.buttons
    assert "Join" not in chat.buttons


async def test_those_who_steer_or_share_have_the_code_and_words_to_copy(office: Office) -> None:
    """
    (manager) session … ▸ the code · [Invite people] the words to copy, with the deep link
    (coordinator) the same, and [Reschedule], [Cancel the session]
    """
    session = await booked(office)
    for who in (MANAGER, REGIONAL):
        chat = office.chat(who)
        said = await chat.say(f"session {session.code}")
        assert f"{session.code} is the code to join with" in said
        assert "Taking part: Nobody yet" in said
        assert "Invite people" in chat.buttons
        words = _invitation(chat)
        assert f"join {session.code}" in words
        assert f"message=join%20{session.code}" in words
        assert problems_of(chat.card) == []
    assert {"Reschedule", "Cancel the session"} <= set(chat.buttons)


async def test_before_both_accepted_nobody_joins(office: Office) -> None:
    """
    (coordinator) session … ▸ Two co-facilitators are being asked. (employee) join ▸ refused
    """
    session = put(office, status=SessionStatus.PLANNED, join_url=None)
    said = await office.chat(REGIONAL).say(f"session {session.code}")
    assert "Two co-facilitators are being asked." in said
    chat = office.chat(OUTSIDER)
    said = await chat.say(f"join {session.code}")
    assert "so nothing was changed" in said
    assert "Join" not in chat.buttons


async def test_a_session_that_does_not_exist_or_is_not_theirs_is_told_alike(office: Office) -> None:
    hidden = put(office, visibility=Visibility.TEAM)
    chat = office.chat(OUTSIDER)
    await chat.say("sessions")
    unknown = await _press(chat, actions.SESSION_SHOW, id="s99")
    assert "I cannot find this session." in unknown
    assert await _press(chat, actions.SESSION_SHOW, id=hidden.session_id) == unknown
    for verb in (actions.SESSION_JOIN, actions.SESSION_LEAVE, actions.SESSION_ADD_PEOPLE):
        assert await _press(chat, verb, id=hidden.session_id) == unknown
        assert await _press(chat, verb, id=hidden.session_id, code="B4D-9XZ") == unknown
    assert "I know no session with this code." in await chat.say("join B4D-9XZ")


async def test_mine(office: Office) -> None:
    """
    my sessions ▸ nothing yet · join one ▸ it is there, [Leave the session]
    """
    chat = office.chat(OUTSIDER)
    assert "You have no seat in any session at the moment." in await chat.say("my sessions")
    assert chat.buttons == ["Find a session"]
    session = put(office)
    await office.services.seats.join(OUTSIDER.person_id, session.session_id)
    said = await chat.say("my sessions")
    assert "1 session coming up" in said
    assert "You have a seat" in said
    assert problems_of(chat.card) == []
    assert "You have left the session." in await chat.click("Leave the session")
    assert "You have no seat" in await chat.say("my seats")


async def test_mine_says_what_i_lead(office: Office) -> None:
    put(office)
    chat = office.chat(LEAD_UNION)
    said = await chat.say("my sessions")
    assert "You lead 1 more session: it is among your assignments." in said
    assert "My assignments" in chat.buttons


async def test_mine_by_ten(office: Office) -> None:
    for number in range(12):
        session = put(office, number, starts_at=STARTS_AT + timedelta(days=number))
        await office.services.seats.join(STEWARD.person_id, session.session_id)
    chat = office.chat(STEWARD)
    assert "12 séances à venir" in plain(await chat.say("mes séances"))
    assert chat.buttons.count("Ouvrir") == 10
    await chat.click("Séances suivantes")
    assert chat.buttons.count("Ouvrir") == 2
    await chat.click("Séances précédentes")
    assert chat.buttons.count("Ouvrir") == 10
    assert problems_of(chat.card) == []


async def test_once_begun_the_link_stays_for_those_inside(office: Office) -> None:
    """
    (under way) has a seat ▸ The session has begun. [Join the Teams meeting]; others ▸ too late
    """
    session = put(office)
    await office.services.seats.join(OUTSIDER.person_id, session.session_id)
    office.clock.set(session.starts_at + timedelta(minutes=5))
    inside = office.chat(OUTSIDER)
    said = await inside.say(f"session {session.code}")
    assert "The session has begun." in said
    links = [a["url"] for a in inside.card["actions"] if a["type"] == "Action.OpenUrl"]
    assert links == [LINK]
    assert "Leave the session" not in inside.buttons
    late = office.chat()
    assert "so it can no longer be joined" in await late.say(f"session {session.code}")
    assert "Join" not in late.buttons


async def _press(chat: Chat, verb: str, **data: object) -> str:
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    return await chat.invoke({"action": action})


def _invitation(chat: Chat) -> str:
    (opened,) = [
        action
        for block in chat.card["body"]
        for item in block.get("items", [])
        for action in item.get("actions", [])
        if action["title"] == "Invite people"
    ]
    hint, words = opened["card"]["body"]
    assert hint["inlines"][0]["text"] == "Copy these words into a message of your own."
    return words["items"][0]["inlines"][0]["text"]
