"""A request that was sent: what is seen of it, and by whom."""

from tests.conversations.office import CHAT_LINK, JOIN_URL, OUTSIDER, REGIONAL, Office
from tests.conversations.requesting import REFERENCE, plain, submitted
from tests.conversations.talking import MANAGER, STEWARD, actions_of, problems_of


async def test_the_card_and_its_actions(office: Office) -> None:
    """
    show EC-2027-0001    ▸ state, what happens next and by when, facts, time line, actions
    """
    chat = await submitted(office)
    said = await chat.say(f"show {REFERENCE}")
    assert plain(said).splitlines() == [
        "Request EC-2027-0001",
        "Waiting for the other party’s agreement",
        (
            "Déléguée syndicale, Québec is asked to agree, on the union’s side, by Monday, "
            "January 25, 2027, at 5 pm."
        ),
        "Conversation: Mental Health: Let's Talk! (3 to 3.5 hours)",
        "Wished date: Thursday, March 4, 2027, 1 pm to 4:30 pm",
        "Team: Pay team, Agriculture and Agri-Food Canada (AAFC), National Capital",
        "For the employer: Manager, Ottawa",
        "For the union: Déléguée syndicale, Québec",
        "Taking part: 12 people, in English, our team only",
        "What happened",
        "Manager, Ottawa made the request · January 11, 2027, at 10 am",
        "You can send a reminder from Tuesday, January 12, 2027, at 10 am, on.",
    ]
    assert chat.buttons == [
        "Change the request",
        "Ask somebody else",
        "Withdraw",
        "Yes, withdraw",
        "My requests",
    ]
    assert problems_of(chat.card) == []


async def test_a_booked_session(office: Office) -> None:
    """
    (approved, accepted, booked)
    show     ▸ the date first, who leads, seats, the code and a message to hand on, the meeting
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    await office.book()
    said = plain(await chat.say(f"show {REFERENCE}"))
    assert said.splitlines()[:12] == [
        "Request EC-2027-0001",
        "Booked",
        "Thursday, March 4, 2027",
        "1 pm to 4:30 pm",
        "Leads for the union: Facilitator for the union, Ottawa",
        "Leads for the employer: Facilitator for the employer, Ottawa",
        "Seats taken: 0 of 15",
        "Invite your team: share this code, or copy the message below.",
        "K7M-2QF is the code of the session",
        (
            "Mental Health: Let's Talk! You are invited: Thursday, March 4, 2027, "
            "1 pm to 4:30 pm, Eastern time (Toronto). To join, write to Empowering Conversations "
            "in Teams: join K7M-2QF"
        ),
        f"{CHAT_LINK}&message=join%20K7M-2QF",
        "The meeting is booked. You and your team can join the session now.",
    ]
    (link,) = [a for a in actions_of(chat.card) if a["type"] == "Action.OpenUrl"]
    assert link["url"] == JOIN_URL
    assert "Wished date" not in said
    assert problems_of(chat.card) == []


async def test_somebody_elses(office: Office) -> None:
    """Not theirs, and not there, are told alike; in each verb's words."""
    await submitted(office)
    chat = office.chat(OUTSIDER)
    unknown = "I cannot find this request. It may not exist, or it may not be yours to see."
    for words in ("show", "nudge", "withdraw", "edit", "counterpart", "answer", "agree", "later"):
        for reference in (REFERENCE, "EC-2027-0042"):
            assert unknown in await chat.say(f"{words} {reference}")
    (request,) = office.units.memory.requests.values()
    for verb in ("request.show", "request.nudge", "request.withdraw", "request.edit"):
        for subject in (request.request_id, "no-such-id"):
            action = {"type": "Action.Execute", "verb": verb, "data": {"id": subject}}
            assert unknown in await chat.invoke({"action": action})


async def test_a_card_without_or_with_a_wrong_id(office: Office) -> None:
    """A payload with a missing or wrong-typed id is a card that cannot be read."""
    chat = await submitted(office)
    for data in ({}, {"id": 7}, {"id": "a b"}, {"id": None}, {"id": ["x"]}):
        action = {"type": "Action.Execute", "verb": "request.show", "data": data}
        assert "I could not read this card." in await chat.invoke({"action": action})


async def test_no_requests_yet(office: Office) -> None:
    """
    my requests     ▸ why it is empty, and what to do
    mes demandes    ▸ the same, in French
    """
    said = await office.chat(MANAGER).say("my requests")
    assert "You have not requested a conversation yet" in said
    french = office.chat(STEWARD)
    assert "Vous n’avez pas encore demandé de conversation" in await french.say("mes demandes")
    assert french.buttons == ["Demander une conversation", "Trouver une séance"]


async def test_my_requests(office: Office) -> None:
    """
    (twelve requests)
    my requests        ▸ ten, the newest first, each with its state and a button; Show more
    [Show more]        ▸ the other two, in place
    [Open EC-2027-0001] ▸ the request, in place
    """
    chat = office.chat(MANAGER)
    for number in range(12):
        await submitted(office, place={"team": f"Team {number}"})
    said = await chat.say("my requests")
    assert "12 requests, made by you or put to you for agreement" in said
    assert chat.buttons[:2] == ["Open EC-2027-0012", "Open EC-2027-0011"]
    assert chat.buttons[-2:] == ["Show more", "Request a conversation"]
    assert len(chat.buttons) == 12
    assert problems_of(chat.card) == []
    await chat.click("Show more")
    assert [b for b in chat.buttons if b.startswith("Open")] == [
        "Open EC-2027-0002",
        "Open EC-2027-0001",
    ]
    assert (await chat.click("Open EC-2027-0001")).startswith("Request EC-2027-0001")
    assert len(chat.messages) == 1


async def test_an_old_card_tells_how_things_stand(office: Office) -> None:
    """A card asks for itself anew when it is seen again: `refresh` shows the state of now."""
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    refresh = chat.card["refresh"]
    assert refresh["userIds"] == [MANAGER.person_id]
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    said = await chat.invoke({"action": refresh["action"]})
    assert "Agreed by both parties" in said


async def test_the_coordinators_have_a_card_of_their_own(office: Office) -> None:
    """
    show EC-2027-0001 (by a coordinator of the region)    ▸ the card for reviewing it
    """
    chat = await submitted(office)
    (request,) = office.units.memory.requests.values()
    await office.services.agreements.agree(STEWARD.person_id, request.request_id)
    said = await office.chat(REGIONAL).say(f"show {REFERENCE}")
    assert said == await office.chat(REGIONAL).say(f"review {REFERENCE}")
    assert said != await chat.say(f"show {REFERENCE}")
