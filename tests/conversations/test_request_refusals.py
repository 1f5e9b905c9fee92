"""A request that cannot be made yet: each refusal in words, then on to a good end."""

import pytest

from bot.domain.errors import OutsideFault
from bot.domain.rules import Rules
from bot.i18n import Catalogues
from tests.conversations.office import (
    LEAD_EMPLOYER,
    NAMESAKE,
    OTHER_STEWARD,
    Office,
    open_office,
)
from tests.conversations.requesting import (
    NEXT,
    STEPS,
    SUBMIT,
    USUAL,
    errors_of,
    fill,
    plain,
    step_of,
)
from tests.conversations.talking import MANAGER, STEWARD, Chat, Reader, problems_of

NOBODY = "00000000-0000-4000-8000-000000009999"


async def to_the_end(chat: Chat, step: str, **given: str) -> None:
    """From a step with these answers to the record."""
    language = chat.person.language
    await chat.click(NEXT[language], **{**USUAL[step], **given})
    for later in STEPS[STEPS.index(step) + 1 : -1]:
        assert step_of(chat) == later
        await chat.click(NEXT[language], **USUAL[later])
    await chat.click(SUBMIT[language])
    assert "EC-2027-0001" in chat.text


@pytest.mark.parametrize(
    ("who", "day", "time", "words"),
    [
        (
            MANAGER,
            "2027-01-04",
            "09:00",
            "Monday, January 4, 2027, has already passed. Choose a later day.",
        ),
        (
            MANAGER,
            "2027-01-20",
            "09:00",
            (
                "Wednesday, January 20, 2027, leaves too little time to prepare. "
                "The earliest day is Monday, February 1, 2027."
            ),
        ),
        (
            MANAGER,
            "2027-03-06",
            "09:00",
            "Saturday, March 6, 2027, falls on a weekend. Choose a weekday.",
        ),
        (
            MANAGER,
            "2027-05-24",
            "09:00",
            "Monday, May 24, 2027, is a statutory holiday (Victoria Day). Choose another day.",
        ),
        (
            STEWARD,
            "2027-05-24",
            "09:00",
            "Le lundi 24 mai 2027 est un jour férié (fête de la Reine). Choisissez un autre jour.",
        ),
        (
            MANAGER,
            "2027-03-04",
            "15:00",
            (
                "The conversation would run from 3 pm to 6:30 pm. It must fit between 8 am and 5 "
                "pm, in working hours."
            ),
        ),
        (
            STEWARD,
            "2027-03-04",
            "07:30",
            (
                "La conversation aurait lieu de 7 h 30 à 11 h. Elle doit se tenir entre 8 h et "
                "17 h, pendant les heures de travail."
            ),
        ),
        (
            MANAGER,
            "2029-03-05",
            "09:00",
            "Monday, March 5, 2029, is too far ahead. The latest day is Tuesday, January 11, 2028.",
        ),
        (MANAGER, "2027-02-30", "09:00", "Choose a day, for example 2027-03-04."),
        (MANAGER, "", "09:00", "Choose a day, for example 2027-03-04."),
        (MANAGER, "2027-03-04", "25:00", "Choose a start time, for example 13:00."),
    ],
)
async def test_dates(office: Office, who: Reader, day: str, time: str, words: str) -> None:
    """
    a date that cannot be, [Next]    ▸ why, at the date; what was given is still there
    2027-03-04 13:00, [Next] …       ▸ sent
    """
    chat = office.chat(who)
    other = MANAGER if who is STEWARD else STEWARD
    await fill(chat, "first_date", parties={"side": "union", "counterpart": other.person_id})
    await chat.click(NEXT[who.language], date1=day, time1=time)
    assert step_of(chat) == "first_date"
    assert errors_of(chat) == [words]
    await to_the_end(chat, "first_date")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("next Tuesday-ish 99", "I could not read “next Tuesday-ish 99” as a date."),
        ("2027-02-30 9 am", "There is no such day as “2027-02-30 9 am”."),
        ("Friday March 4 at 1 pm", "That day is Thursday, March 4, 2027."),
        ("March 4 at 1:00", "“March 4 at 1:00” could be 1 am or 1 pm. Add am or pm."),
    ],
)
async def test_typed_dates(office: Office, typed: str, words: str) -> None:
    """
    a date that cannot be read     ▸ why
    March 4 at 1 pm                ▸ Other dates
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    await chat.say(typed)
    assert step_of(chat) == "first_date"
    assert errors_of(chat)[0].startswith(words)
    await chat.say("March 4 at 1 pm")
    assert step_of(chat) == "other_dates"


async def test_an_ambiguous_date_and_its_answer(office: Office) -> None:
    """
    04/03/2027 13 h     ▸ « … » peut désigner le jeudi 4 mars 2027 ou le samedi 3 avril 2027.
    4 mars              ▸ the time is remembered: on to the other dates
    """
    chat = office.chat(STEWARD)
    await fill(chat, "first_date", parties={"side": "union", "counterpart": MANAGER.person_id})
    await chat.say("04/03/2027 13 h")
    assert errors_of(chat) == [
        (
            "« 04/03/2027 13 h » peut désigner le jeudi 4 mars 2027 ou le samedi 3 avril 2027. "
            "Écrivez le mois en toutes lettres."
        )
    ]
    await chat.say("4 mars")
    assert step_of(chat) == "other_dates"
    assert "Premier choix : Jeudi 4 mars 2027, de 13 h à 16 h 30" in plain(chat.text)


async def test_a_day_then_its_time(office: Office) -> None:
    """
    March 4     ▸ the day is in; the start time is asked
    9 am        ▸ Other dates
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    said = await chat.say("March 4")
    assert step_of(chat) == "first_date"
    assert "[Day: 2027-03-04]" in said
    assert "[Start time: ]" in said
    await chat.say("9 am")
    assert "First choice: Thursday, March 4, 2027, 9 am to 12:30 pm" in plain(chat.text)


async def test_other_dates(office: Office) -> None:
    """
    a holiday, or 7 am            ▸ both refused, each at its input
    (second) the first one again  ▸ chosen already
    March 11, 9 am                ▸ takes the refused one's place; the third is still refused
    March 12, 9 am                ▸ Review, three dates
    """
    chat = office.chat(MANAGER)
    await fill(chat, "other_dates")
    await chat.say("May 24 9 am or March 11 7 am")
    assert [error[:30] for error in errors_of(chat)] == [
        "Monday, May 24, 2027, is a sta",
        "The conversation would run fro",
    ]
    await chat.say("March 4 at 1 pm")
    assert errors_of(chat)[0] == (
        "You chose this date already. Choose another one, or leave it empty."
    )
    await chat.say("March 11 at 9 am")
    assert errors_of(chat)[0].startswith("The conversation would run from 7 am")
    await chat.say("March 12 at 9 am")
    assert step_of(chat) == "review"
    assert (
        "Other dates: Thursday, March 11, 2027, 9 am to 12:30 pm; "
        "Friday, March 12, 2027, 9 am to 12:30 pm" in plain(chat.text)
    )


async def test_a_second_date_without_its_time(office: Office) -> None:
    """
    2027-03-11 and no time, [Next]    ▸ the time is asked, at its input
    """
    chat = office.chat(MANAGER)
    await fill(chat, "other_dates")
    await chat.click("Next", date2="2027-03-11", time3="09:00")
    assert errors_of(chat) == ["Add the time to the date, for example 1 pm.", "Choose a day."]
    await chat.click("Next", time2="09:00", time3="")
    assert step_of(chat) == "review"


async def test_an_hour_that_clocks_skip(catalogues: Catalogues) -> None:
    """
    (a programme that also works on Sunday nights does not exist; one that starts at 1 am may)
    2027-03-14 02:30     ▸ a Sunday, before anything else is looked at
    """
    office = open_office(catalogues, Rules())
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    await chat.click("Next", date1="2027-03-14", time1="02:30")
    assert errors_of(chat) == ["Sunday, March 14, 2027, falls on a weekend. Choose a weekday."]


async def test_the_teams_own_clock(office: Office) -> None:
    """
    8:30 in Vancouver, from Ottawa   ▸ possible there; the summary says both times
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date", place={"region": "bc-yukon"})
    said = await chat.click("Next", date1="2027-03-04", time1="08:30", zone="America/Vancouver")
    assert (
        "First choice: Thursday, March 4, 2027, 10:30 am to 2 pm "
        "(8:30 am to noon, Pacific time (Vancouver))" in plain(said)
    )


@pytest.mark.parametrize("count", ["0", "1", "400", "-3", "lots", ""])
async def test_participants(office: Office, count: str) -> None:
    """
    0, 400 people, [Next]   ▸ for how many it is
    12, [Next]              ▸ on
    """
    chat = office.chat(MANAGER)
    await fill(chat, "group")
    await chat.click("Next", participants=count)
    assert errors_of(chat) == [
        "A conversation is for 2 to 15 people. For more, make another request."
    ]
    await to_the_end(chat, "group")


async def test_participants_typed(office: Office) -> None:
    """
    a few of us     ▸ how many?
    400             ▸ for how many it is
    12 people       ▸ on
    """
    chat = office.chat(MANAGER)
    await fill(chat, "group")
    await chat.say("a few of us")
    assert errors_of(chat) == ["How many people? Write a number, for example 12."]
    await chat.say("400")
    assert errors_of(chat) == [
        "A conversation is for 2 to 15 people. For more, make another request."
    ]
    await chat.say("12 people")
    assert step_of(chat) == "first_date"


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            MANAGER.person_id,
            "This is you. The agreement of somebody of the other party is needed.",
        ),
        (
            LEAD_EMPLOYER.person_id,
            "This person stands on your own side. Choose somebody of the other party.",
        ),
        (
            NOBODY,
            "The directory does not know this person. Choose somebody in the list, or type a name.",
        ),
        (
            "../../users",
            "The directory does not know this person. Choose somebody in the list, or type a name.",
        ),
        ("", "Choose the person of the other party."),
    ],
)
async def test_counterpart(office: Office, chosen: str, words: str) -> None:
    """
    oneself, a colleague of one's own side, nobody known, [Next]    ▸ why not
    the union's representative, [Next] …                            ▸ sent
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.click("Next", side="employer", counterpart=chosen)
    assert step_of(chat) == "parties"
    assert errors_of(chat) == [words]
    await to_the_end(chat, "parties")


async def test_a_typed_name_that_several_have(office: Office) -> None:
    """
    manager                     ▸ the side is chosen
    Union representative        ▸ two fit: choose one
    2                           ▸ on, with the second
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("manager")
    said = await chat.say("Union representative,")
    assert errors_of(chat) == ["Several people fit “Union representative,”. Choose one of them."]
    assert "[Whom do you mean?: ]" in said
    await chat.say("2")
    assert step_of(chat) == "group"
    assert f"{NAMESAKE.name}, on the union’s side" in chat.text


async def test_a_typed_name_then_the_picker(office: Office) -> None:
    """
    Union rep…     ▸ two fit; neither is meant
    [picker]       ▸ somebody else, and on
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("Union representative,")
    await chat.click("Next", side="employer", counterpart=STEWARD.person_id)
    assert step_of(chat) == "group"
    assert f"{STEWARD.name}, on the union’s side" in chat.text


async def test_a_mail_address(office: Office) -> None:
    """
    person6@example.ca      ▸ found
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("I am a manager")
    await chat.say("person6@example.ca")
    assert step_of(chat) == "group"
    assert f"{OTHER_STEWARD.name}, on the union’s side" in chat.text


async def test_nobody_of_that_name(office: Office) -> None:
    """
    Zebulon     ▸ nobody; the picker and the name still work
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("Zebulon")
    assert errors_of(chat) == [
        (
            "I find nobody called “Zebulon”. Type a name or an e-mail address from its "
            "beginning, or use the list."
        )
    ]
    await to_the_end(chat, "parties")


async def test_the_directory_is_away(office: Office) -> None:
    """
    employer                ▸ the side is chosen
    a name, directory away  ▸ a clear sentence; the side is kept
    [picker]                ▸ taken by id, although nobody can tell the name yet; sent
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("employer")
    office.graph.fail(OutsideFault("graph_unavailable"), times=3)
    said = await chat.say("Déléguée")
    assert errors_of(chat) == [
        (
            "I cannot look up “Déléguée” at the moment. Choose the person in the list, or try "
            "again in a few minutes; nothing is lost."
        )
    ]
    assert "[You make this request: For the employer, as a manager]" in said
    await chat.click("Next", counterpart=NOBODY)
    assert "Parties: You, on the employer’s side; a colleague, on the union’s side" in chat.text


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("topic", {"offering": "duty-to-accommodate"}),
        ("topic", {"offering": "no-such-topic"}),
        ("topic", {"offering": ""}),
        ("place", {"organization": "999999"}),
        ("place", {"region": "mars"}),
        ("place", {"team": ""}),
        ("place", {"team": "   "}),
        ("place", {"team": "x" * 10_000}),
        ("place", {"visibility": "everybody"}),
        ("parties", {"side": "both"}),
        ("group", {"language": "de"}),
        ("group", {"accessibility": "captions,teleport"}),
        ("group", {"accessibility_note": "x" * 10_000}),
        ("first_date", {"zone": "Mars/Olympus"}),
    ],
)
async def test_values_from_elsewhere(office: Office, step: str, given: dict[str, str]) -> None:
    """
    a value that no card of ours has, or too long   ▸ refused at its input; then on to the end
    """
    chat = office.chat(MANAGER)
    await fill(chat, step)
    await chat.click("Next", **{**USUAL[step], **given})
    assert step_of(chat) == step
    assert len(errors_of(chat)) == 1
    good = {key: DEFAULTS.get(key, "") for key in given}
    await to_the_end(chat, step, **{**good, **USUAL[step]})


DEFAULTS = {"visibility": "team", "language": "en", "zone": "America/Toronto"}


async def test_a_topic_that_cannot_be_requested(office: Office) -> None:
    """
    duty to accommodate     ▸ cannot be requested at the moment
    mental helth            ▸ a slip, forgiven
    """
    chat = office.chat(MANAGER)
    await chat.say("request")
    await chat.say("duty to accommodate")
    assert errors_of(chat) == [
        "This conversation cannot be requested at the moment. Choose another one."
    ]
    await chat.say("mental helth")
    assert step_of(chat) == "place"


TEAMS = [
    "**Bold** team_[x](https://example.ca)",
    "<script>alert(1)</script> & co",
    "{{DATE(2027-03-04T13:00:00Z)}}",
    "🌲 Team 🌊",
    "L’équipe d'à côté",
    "פריז \u202eevil",
]


@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("who", [MANAGER, STEWARD])
async def test_what_people_type(office: Office, who: Reader, team: str) -> None:
    """
    a team's name with markdown, HTML, {{ }}, emoji, right-to-left marks, apostrophes
      ▸ kept as typed but for the marks, shown as typed, never read as anything else
    """
    chat = office.chat(who)
    other = MANAGER if who is STEWARD else OTHER_STEWARD
    parties = {"side": "union", "counterpart": other.person_id}
    await fill(chat, place={"team": team}, parties=parties)
    assert "{{" not in chat.text
    await chat.click(SUBMIT[who.language])
    (request,) = office.units.memory.requests.values()
    assert request.team == team.replace("\u202e", "")
    for block in chat.card["body"]:
        if block["type"] == "TextBlock":
            assert team not in block["text"]


async def test_several_dates_in_one_breath(office: Office) -> None:
    """
    March 4 at 1 pm, or March 11 at 9 am; March 12 at 9 am
      ▸ Other dates, the second and the third filled in
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    said = await chat.say("March 4 at 1 pm or March 11 at 9 am; March 12 at 9 am")
    assert step_of(chat) == "other_dates"
    assert "[Second choice: day (optional): 2027-03-11]" in said
    assert "[Third choice: start time: 09:00]" in said
    assert "March 12, 2027, 9 am" in plain(await chat.click("Next"))


@pytest.mark.parametrize("step", ["topic", "parties", "group", "first_date", "other_dates"])
async def test_words_that_fit_nowhere(office: Office, step: str) -> None:
    """
    ???           ▸ I could not read it, or what is missing; the step stays
    """
    chat = office.chat(MANAGER)
    await fill(chat, step)
    before = office.units.memory.drafts
    await chat.say("???")
    assert step_of(chat) == step
    assert "???" in chat.text or errors_of(chat)
    assert office.units.memory.drafts == before


@pytest.mark.parametrize("step", ["topic", "parties", "group", "first_date", "other_dates"])
async def test_ten_thousand_characters(office: Office, step: str) -> None:
    """
    10,000 characters     ▸ the step stays, its card within the size
    """
    chat = office.chat(MANAGER)
    await fill(chat, step)
    await chat.say("word " * 2000)
    assert step_of(chat) == step
    assert problems_of(chat.card) == []


async def test_ten_thousand_characters_for_a_team(office: Office) -> None:
    """
    10,000 characters     ▸ too long, at the team's name, which still holds it
    Pay team              ▸ the next step
    """
    chat = office.chat(MANAGER)
    await fill(chat, "place")
    await chat.click("Next", **{**USUAL["place"], "team": "word " * 2000})
    assert errors_of(chat) == ["This is too long: at most 120 characters."]
    assert problems_of(chat.card) == []
    await chat.say("Pay team")
    assert step_of(chat) == "parties"


async def test_a_team_of_marks_alone(office: Office) -> None:
    """
    (only right-to-left marks)     ▸ the name of the team is needed
    """
    chat = office.chat(MANAGER)
    await fill(chat, "place")
    await chat.click("Next", **{**USUAL["place"], "team": "\u202e\u200f"})
    assert errors_of(chat) == ["This is needed to go on."]
    await to_the_end(chat, "place")


async def test_who_may_take_part_in_words(office: Office) -> None:
    """
    open          ▸ open to others
    Ministère     ▸ (nothing of that name) taken as the team's
    """
    chat = office.chat(MANAGER)
    await fill(chat, "place")
    said = await chat.say("open")
    assert "[Who may take part: Open: other public servants may join too]" in said
    await chat.say("zzzzz")
    assert "[Name of the team: zzzzz]" in chat.text


async def test_the_side_is_changed_in_words(office: Office) -> None:
    """
    union         ▸ the union's side
    employer      ▸ the employer's
    1             ▸ the first of the two again
    7             ▸ not understood
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    assert "For the union, which I represent]" in await chat.say("union")
    assert "For the employer, as a manager]" in await chat.say("employer")
    assert "For the union, which I represent]" in await chat.say("1")
    assert "I could not read “7” as an answer here." in await chat.say("7")


async def test_the_side_by_its_place(office: Office) -> None:
    """
    2              ▸ the second of the two sides
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    assert "For the employer, as a manager]" in await chat.say("2")


async def test_several_fit_and_none_is_chosen(office: Office) -> None:
    """
    Union representative,     ▸ two fit
    [Next]                    ▸ choose one
    9                         ▸ there are not so many
    """
    chat = office.chat(MANAGER)
    await fill(chat, "parties")
    await chat.say("employer")
    await chat.say("Union representative,")
    await chat.click("Next")
    assert errors_of(chat) == ["This is needed to go on."]
    await chat.say("9")
    assert step_of(chat) == "parties"
    await chat.say("Union representative, Ottawa, person6@example.ca")
    assert step_of(chat) == "group"
