"""A request that cannot be made yet: each refusal in words, then on to a good end."""

import pytest

from bot.domain.errors import OutsideFault
from tests.conversations.office import (
    LEAD_EMPLOYER,
    NAMESAKE,
    OTHER_STEWARD,
    Office,
)
from tests.conversations.requesting import (
    SUBMIT,
    USUAL,
    errors_of,
    fill,
    step_of,
    to_the_end,
)
from tests.conversations.talking import MANAGER, STEWARD, Reader, problems_of

NOBODY = "00000000-0000-4000-8000-000000009999"


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
