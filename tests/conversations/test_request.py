"""Requesting a conversation: whole dialogs, in both languages."""

from datetime import timedelta

import pytest

from bot.domain.requests import RequestStatus, Visibility
from tests.conversations.office import OTHER_STEWARD, Office
from tests.conversations.requesting import (
    NEXT,
    STEPS,
    USUAL,
    errors_of,
    fill,
    plain,
    step_of,
    submitted,
)
from tests.conversations.talking import MANAGER, STEWARD, Reader, problems_of


async def test_by_clicks(office: Office) -> None:
    """
    request                              ▸ Step 1 of 7 · Topic
    Mental Health, [Next]                ▸ in place: Step 2 of 7 · Your team
    organization, region, team, [Next]   ▸ in place: Step 3 of 7 · The two parties
    the employer, a union rep, [Next]    ▸ in place: Step 4 of 7 · Taking part
    12, captions, LSQ, [Next]            ▸ in place: Step 5 of 7 · First choice of date
    2027-03-04 13:00, [Next]             ▸ in place: Step 6 of 7 · Other dates
    2027-03-11 09:00, [Next]             ▸ in place: Step 7 of 7 · Review, one line each
    [Submit]                             ▸ in place: the record, with the reference
    """
    chat = office.chat(MANAGER)
    review = await fill(
        chat,
        group={"accessibility": "lsq,captions", "accessibility_note": "Two join by telephone."},
        other_dates={"date2": "2027-03-11", "time2": "09:00"},
    )
    assert plain(review).splitlines()[:9] == [
        "Request a conversation",
        "Step 7 of 7",
        "Topic: Mental Health: Let's Talk! (3 to 3.5 hours)  Change",
        (
            "Team: Pay team, Agriculture and Agri-Food Canada (AAFC), National Capital; our team "
            "only  Change"
        ),
        (
            "Parties: You, on the employer’s side; Déléguée syndicale, Québec, on the union’s side"
            "  Change"
        ),
        (
            "Taking part: 12 people, in English, live captions, Quebec Sign Language (LSQ); "
            "Two join by telephone.  Change"
        ),
        "First choice: Thursday, March 4, 2027, 1 pm to 4:30 pm  Change",
        "Other dates: Thursday, March 11, 2027, 9 am to 12:30 pm  Change",
        "Review",
    ]
    record = await chat.click("Submit")
    assert record.splitlines()[:3] == [
        "Request EC-2027-0001",
        (
            "Request EC-2027-0001 is with Déléguée syndicale, Québec for agreement. I will tell "
            "you as soon as they answer, and remind them on Thursday."
        ),
        "Waiting for the other party’s agreement",
    ]
    assert len(chat.messages) == 1
    (request,) = office.units.memory.requests.values()
    assert request.status is RequestStatus.SUBMITTED
    assert (request.requester_id, request.counterpart_id) == (
        MANAGER.person_id,
        STEWARD.person_id,
    )
    assert request.accessibility == ("captions", "lsq")
    assert request.visibility is Visibility.TEAM
    assert [f"{at:%m-%d %H:%M}" for at in request.preferred_at] == ["03-04 18:00", "03-11 14:00"]
    assert [row.kind for row in office.told(STEWARD)] == ["request.asked", "reminder.agreement"]
    assert office.units.memory.drafts == {}


async def test_typed_in_french(office: Office) -> None:
    """
    demande                      ▸ Étape 1 de 7
    santé mentale                ▸ Étape 2 de 7
    agriculture                  ▸ l'organisation est choisie; il manque la région et l'équipe
    capitale nationale           ▸ la région est choisie
    Équipe de la paie            ▸ Étape 3 de 7
    syndicat                     ▸ la partie est choisie
    Manager, Ottawa              ▸ Étape 4 de 7
    12 personnes                 ▸ Étape 5 de 7
    4 mars 13 h                  ▸ Étape 6 de 7
    aucune                       ▸ Étape 7 de 7
    oui                          ▸ la demande attend l'accord de l'autre partie
    """
    chat = office.chat(STEWARD)
    steps: list[str] = []
    for words in (
        "demande", "Sante mentale", "agriculture", "capitale nationale", "Équipe de la paie",
        "syndicat", "Manager, Ottawa", "12 personnes", "4 mars 13 h", "aucune",
    ):  # fmt: skip
        await chat.say(words)
        steps.append(step_of(chat))
    assert steps == [
        "topic", "place", "place", "place", "parties", "parties", "group", "first_date",
        "other_dates", "review",
    ]  # fmt: skip
    record = await chat.say("oui")
    assert record.splitlines()[:3] == [
        "Demande EC-2027-0001",
        (
            "La demande EC-2027-0001 attend l’accord de Manager, Ottawa. Je vous préviens dès sa "
            "réponse et je lui envoie un rappel jeudi."
        ),
        "En attente de l’accord de l’autre partie",
    ]
    (request,) = office.units.memory.requests.values()
    assert (request.side.value, request.language, request.team) == (
        "union",
        "fr",
        "Équipe de la paie",
    )


async def test_last_time_fills_in(office: Office) -> None:
    """
    (a request was sent before)
    request, Mental Health   ▸ organization, region and team are filled in
    """
    await submitted(office)
    chat = office.chat(MANAGER)
    await chat.say("request")
    place = await chat.say("mental health")
    assert "[Organization: Agriculture and Agri-Food Canada (AAFC)]" in place
    assert "[Region: National Capital]" in place
    assert "[Name of the team: Pay team]" in place


async def test_submitted_twice_is_one_request(office: Office) -> None:
    """
    [Submit] [Submit] (the first answer was slow)   ▸ one request, and how it stands
    """
    chat = office.chat(MANAGER)
    await fill(chat)
    before, card = chat.state, chat.card
    await chat.click("Submit")
    chat.state, chat.last.card = before, card
    again = await chat.click("Submit")
    assert again.splitlines()[0] == "Request EC-2027-0001"
    assert len(office.units.memory.requests) == 1
    assert [row.kind for row in office.told(STEWARD)] == ["request.asked", "reminder.agreement"]


async def test_left_for_days_and_taken_up(office: Office) -> None:
    """
    request … four steps, then nothing for three days, and another program
    request              ▸ You have a request under way: what was said; Continue, Start over
    [Continue]           ▸ Step 5 of 7, all kept
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    office.clock.advance(timedelta(days=3))
    again = office.chat(MANAGER)  # its conversation state is lost, the draft is not
    found = await again.say("request")
    assert "Taking part: 12 people, in English" in found
    assert {"Continue", "Start over"} <= set(again.buttons)
    await again.click("Continue")
    assert step_of(again) == "first_date"
    await again.click("Next", date1="2027-03-04", time1="13:00")
    await again.click("Next")
    assert (await again.click("Submit")).splitlines()[0] == "Request EC-2027-0001"


async def test_start_over_and_cancel(office: Office) -> None:
    """
    … [Start over]     ▸ Step 1 of 7, empty
    … cancel, yes      ▸ cancelled; nothing was sent, nothing is kept
    """
    chat = office.chat(MANAGER)
    await fill(chat, "group")
    again = office.chat(MANAGER)
    await again.say("request")
    await again.click("Start over")
    assert step_of(again) == "topic"
    await again.say("cancel")
    assert "erased" in await again.say("yes")
    assert office.units.memory.drafts == {}
    assert office.units.memory.requests == {}


async def test_back_and_change_keep_the_answers(office: Office) -> None:
    """
    … Review, [Change] of the topic      ▸ Step 1, filled in
    Grounding Ourselves, [Next]          ▸ back at the review, the rest untouched
    back, back                           ▸ First choice of date, filled in
    """
    chat = office.chat(MANAGER)
    await fill(chat)
    await chat.say("change topic")
    assert step_of(chat) == "topic"
    review = await chat.click("Next", offering="grounding-ourselves")
    assert step_of(chat) == "review"
    assert "First choice: Thursday, March 4, 2027, 1 pm to 3 pm" in plain(review)
    await chat.click("Back")
    first = await chat.click("Back")
    assert step_of(chat) == "first_date"
    assert "[Day: 2027-03-04]" in first


async def test_a_longer_topic_asks_the_date_again(office: Office) -> None:
    """
    … a date at 1 pm for 3.5 hours, then another topic, of 7 hours
    [Submit]             ▸ back at the date: it would end after 5 pm
    2027-03-04 09:00     ▸ Review; [Submit] ▸ sent
    """
    chat = office.chat(MANAGER)
    await fill(chat)
    await chat.say("change topic")
    await chat.click("Next", offering="labour-management-consultation")
    await chat.click("Submit")
    assert step_of(chat) == "first_date"
    assert errors_of(chat) == [
        (
            "The conversation would run from 1 pm to 8 pm. It must fit between 8 am and "
            "5 pm, in working hours."
        )
    ]
    await chat.click("Next", time1="09:00")
    assert step_of(chat) == "review"
    assert (await chat.click("Submit")).startswith("Request EC-2027-0001")


async def test_a_draft_whose_date_came_too_near(office: Office) -> None:
    """
    … Review; a month goes by; [Submit]   ▸ the date, with the earliest one that is possible now
    """
    chat = office.chat(MANAGER)
    await fill(chat)
    office.clock.advance(timedelta(days=35))
    await chat.click("Submit")
    assert step_of(chat) == "first_date"
    assert errors_of(chat) == [
        (
            "Thursday, March 4, 2027, leaves too little time to prepare. "
            "The earliest day is Monday, March 8, 2027."
        )
    ]
    await chat.click("Next", date1="2027-03-08")
    assert (await chat.click("Submit")).startswith("Request EC-2027-0001")


async def test_an_older_card_of_the_form(office: Office) -> None:
    """
    request, mental health (typed)      ▸ step 2 in a new card; the first says that it goes on below
    a click of step 1 as it was         ▸ where I am now, nothing lost
    cancel, yes; the same click again   ▸ the form is closed
    """
    chat = office.chat(MANAGER)
    await chat.say("request")
    first = chat.card
    await chat.say("mental health")
    assert chat.messages[0].words.endswith("This form continues further down.")
    chat.messages[0].card = first
    await chat.click("Next", on=chat.messages[0], offering="anti-racism")
    assert "Topic: Mental Health: Let's Talk!" in plain(chat.messages[0].words)
    await chat.say("cancel")
    await chat.say("yes")
    chat.messages[0].card = first
    said = await chat.click("Next", on=chat.messages[0], offering="anti-racism")
    assert "This form is closed." in said
    assert office.units.memory.requests == {}


@pytest.mark.parametrize("answered", [False, True])
async def test_the_word_for_a_form_that_is_open_shows_it_once(
    office: Office, *, answered: bool
) -> None:
    chat = office.chat(MANAGER)
    await chat.say("request")
    if answered:
        await chat.click("Next", offering="mental-health")
    before = len(chat.messages)
    await chat.say("request")
    assert len(chat.messages) == before + 1
    await chat.say("help")
    assert len(chat.messages) == before + 3


async def test_details_of_the_topic(office: Office) -> None:
    """
    anti-racism     ▸ length, audience, objectives and preparation of the topic, on the next step
    """
    chat = office.chat(MANAGER)
    await chat.say("request")
    place = await chat.say("anti-racism")
    for words in (
        "Length: 6 hours",
        "For one work team, with its managers",
        "• Share a common language to talk about racism with respect.",
        "Preparation: 1.5 hours beforehand",
    ):
        assert words in plain(place)


async def test_organizations_are_searched(office: Office) -> None:
    """Typed into the picker: letters, accents and both languages find them."""
    chat = office.chat(STEWARD)
    await chat.say("demande")
    found = await chat.search("organizations", "agri")
    assert found[0] == {"value": "2222", "title": "Agriculture et Agroalimentaire Canada (AAC)"}
    assert await chat.search("organizations", "zzzz") == []


async def test_several_organizations_fit(office: Office) -> None:
    """
    canada            ▸ several fit: four are named
    AAFC              ▸ taken
    """
    chat = office.chat(MANAGER)
    await fill(chat, "place")
    await chat.say("transport")
    assert errors_of(chat)[0].startswith("Several organizations fit: ")
    said = await chat.say("AAFC")
    assert "[Organization: Agriculture and Agri-Food Canada (AAFC)]" in said


@pytest.mark.parametrize("step", ["topic", "place", "parties", "group", "first_date", "review"])
async def test_help_keeps_the_place(office: Office, step: str) -> None:
    """
    … help    ▸ what I can do, then the same step again
    """
    chat = office.chat(MANAGER)
    await fill(chat, step)
    await chat.say("help")
    assert step_of(chat) == step


@pytest.mark.parametrize("who", [MANAGER, STEWARD])
async def test_every_card_is_sound(office: Office, who: Reader) -> None:
    """Every step in both languages: labelled inputs, at most four, within the size."""
    chat = office.chat(who)
    await chat.say("request")
    usual = {**USUAL, "parties": {"side": "employer", "counterpart": OTHER_STEWARD.person_id}}
    for step in STEPS:
        assert step_of(chat) == step
        assert problems_of(chat.card) == []
        inputs = [block for block in chat.card["body"] if block["type"].startswith("Input.")]
        assert len(inputs) <= 4
        if step != "review":
            await chat.click(NEXT[who.language], **usual[step])
