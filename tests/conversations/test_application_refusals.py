"""An application that cannot be sent yet: each refusal in words, then on to a good end."""

from datetime import timedelta

import pytest

from bot.domain.applications import LONGEST_WORDS, ApplicationStatus
from bot.domain.catalogue import teachable_offerings
from bot.domain.errors import OutsideFault
from bot.domain.people import Side
from bot.domain.roster import Facilitator, Standing
from tests.conversations.applying import (
    USUAL,
    applied,
    fill,
    say_yes,
    the_application,
    to_the_end,
)
from tests.conversations.office import NAMESAKE, OTHER_STEWARD, OUTSIDER, Office
from tests.conversations.requesting import errors_of, plain, step_of
from tests.conversations.talking import MANAGER, NOW, STEWARD, problems_of

NOBODY = "00000000-0000-4000-8000-000000009999"


@pytest.mark.parametrize(
    ("step", "given", "words"),
    [
        ("side", {"side": ""}, "Choose a side."),
        ("side", {"side": "both"}, "Choose a side."),
        ("agent", {"agent": ""}, "Choose your bargaining agent."),
        ("agent", {"agent": "NOBODY"}, "Choose your bargaining agent."),
        ("agent", {"agent": "other"}, "Write the name of your bargaining agent."),
        ("agent", {"agent": "other", "agent_other": "x" * 121}, "This is too long: at most 120"),
        ("languages", {"level_en": ""}, "Choose a level."),
        ("languages", {"level_en": "z"}, "Choose a level."),
        ("languages", {"level_en": "b", "level_fr": "b"}, "To lead, you need an advanced level"),
        ("place", {"organization": "9999"}, "I do not know this organization."),
        ("place", {"region": "moon"}, "Choose a region."),
        ("topics", {"topics": ""}, "Choose at least one topic."),
        ("topics", {"topics": "duty-to-accommodate"}, "Choose at least one topic."),
        ("experience", {"experience": "   "}, "Write a few words on your experience."),
        ("motivation", {"motivation": ""}, "Write a few words on your motivation."),
        ("manager", {"manager": ""}, "Choose your manager."),
        ("manager", {"manager": OUTSIDER.person_id}, "That is you. The support of somebody else"),
        ("manager", {"manager": NOBODY}, "The directory does not know this person."),
        ("manager", {"manager": "../../me"}, "The directory does not know this person."),
        ("reference", {"reference": ""}, "Choose the person of your union who knows you."),
        ("reference", {"reference": OUTSIDER.person_id}, "That is you. The support of somebody"),
        ("reference", {"reference": MANAGER.person_id}, "The manager and the reference have to be"),
        ("self_identification", {"groups": "9"}, "Choose from the list, or choose none."),
    ],
)
async def test_a_step(office: Office, step: str, given: dict[str, str], words: str) -> None:
    """
    (what cannot be), [Next]   ▸ the same step, and why
    (what can), [Next] …       ▸ sent
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until=step)
    await chat.click("Next", **{**USUAL[step], **given})
    assert step_of(chat) == step
    (error,) = errors_of(chat)
    assert error.startswith(words)
    assert problems_of(chat.card) == []
    await to_the_end(chat)


@pytest.mark.parametrize("step", ["experience", "motivation"])
async def test_too_many_characters_are_counted(office: Office, step: str) -> None:
    """
    (1,234 characters), [Next]   ▸ 34 characters too many: the limit is 1,200, all still there
    (1,200), [Next], back        ▸ taken; 0 characters left
    (a short one), [Next] …      ▸ sent
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until=step)
    said = await chat.click("Next", **{step: "é" * 1234})
    assert errors_of(chat) == ["34 characters too many: the limit is 1,200."]
    assert "é" * 1234 in said
    await chat.click("Next", **{step: "é" * 1201})
    assert errors_of(chat) == ["1 character too many: the limit is 1,200."]
    await chat.click("Next", **{step: "é" * LONGEST_WORDS})
    assert step_of(chat) != step
    said = await chat.say("back")
    assert "0 characters left." in said
    await to_the_end(chat)


async def test_too_many_characters_typed_in_french(office: Office) -> None:
    """
    (1 300 caractères)   ▸ 100 caractères de trop : la limite est de 1 200.
    (moins)              ▸ étape suivante
    """
    chat = office.chat(STEWARD)
    await fill(chat, until="experience")
    await chat.say("mot " * 325)
    assert errors_of(chat) == ["99 caractères de trop : la limite est de 1 200."]
    await chat.say("Six ans de réunions.")
    assert step_of(chat) == "motivation"


async def test_typed_words_that_mean_nothing_here(office: Office) -> None:
    """
    (each step) something else   ▸ why not, quoted
    (what it asks)               ▸ on
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="side")
    said = await chat.say("a banana")
    assert "I could not read “a banana” as an answer here." in said
    await chat.say("I represent the union")
    await chat.say("Guild of Keepers")
    assert errors_of(chat) == [
        (
            "I do not know the bargaining agent “Guild of Keepers”. Choose one from the list, or "
            "type other."
        )
    ]
    await chat.say("other")
    assert errors_of(chat) == ["Write the name of your bargaining agent."]
    await chat.say("Guild of Keepers")
    await chat.say("so so")
    assert errors_of(chat) == [
        "I could not read “so so” as a level. Type for example: English advanced, French B."
    ]
    await chat.say("advanced")
    assert step_of(chat) == "languages"
    await chat.say("B")
    await chat.say("canada")
    assert errors_of(chat)[0].startswith("Several organizations fit:")
    await chat.say("agriculture")
    await chat.say("national capital")
    await chat.say("mental health, gardening")
    assert errors_of(chat)[0].startswith("I know no topic called “gardening”.")
    await chat.say("3, 4")
    assert step_of(chat) == "experience"
    assert "Bargaining agent: Guild of Keepers" in chat.text
    assert "Languages: English: advanced (C); French: intermediate (B)" in chat.text
    assert "Topics: Mental Health: Let's Talk!; Anti-Racism: Let's Talk!" in chat.text
    await to_the_end(chat)


async def test_all_topics_by_a_word(office: Office) -> None:
    """
    all   ▸ every topic, three of them named
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="topics")
    assert "; 9 more  Change" in await chat.say("all of them")


async def test_a_typed_name_that_several_or_nobody_has(office: Office) -> None:
    """
    Union representative,   ▸ two fit: choose one
    Zebulon                 ▸ nobody
    (the directory is away) ▸ the picker stays
    Union … Oshawa          ▸ on
    """
    chat = office.chat(OUTSIDER)
    await fill(chat, until="reference")
    said = await chat.say("Union representative,")
    assert errors_of(chat) == ["Several people fit “Union representative,”. Choose one of them."]
    assert "[Whom do you mean?: ]" in said
    await chat.say("Zebulon")
    assert errors_of(chat)[0].startswith("I find nobody called “Zebulon”.")
    office.graph.fail(OutsideFault("graph_away"))
    await chat.say("Union representative, Oshawa")
    assert errors_of(chat)[0].startswith("I cannot look up “Union representative, Oshawa” at")
    await chat.say("Union representative, Oshawa")
    assert step_of(chat) == "self_identification"
    assert f"Reference: {NAMESAKE.name}" in chat.text
    await to_the_end(chat)


async def test_the_directory_is_away_for_the_manager(office: Office) -> None:
    """
    (no answer about the manager)   ▸ the picker, empty
    Manager, Ottawa                 ▸ on
    """
    office.graph.managers[OUTSIDER.person_id] = MANAGER.person_id
    office.graph.fail(OutsideFault("graph_away"), operation="manager")
    chat = office.chat(OUTSIDER)
    assert "[Your manager: ]" in await fill(chat, until="manager")
    await chat.say("Manager, Ottawa")
    assert step_of(chat) == "reference"
    await to_the_end(chat)


async def test_a_manager_who_is_the_reference_already(office: Office) -> None:
    """
    (review) change manager, to the reference   ▸ two people are needed
    another one, [Next]                         ▸ the review again
    """
    chat = office.chat(OUTSIDER)
    await fill(chat)
    await chat.say("change manager")
    await chat.click("Next", manager=OTHER_STEWARD.person_id)
    assert step_of(chat) == "manager"
    assert errors_of(chat)[0].startswith("The manager and the reference have to be two people.")
    await chat.click("Next", manager=NAMESAKE.person_id)
    assert step_of(chat) == "review"
    await chat.click("Submit")
    assert the_application(office).manager_id == NAMESAKE.person_id


async def test_one_open_application(office: Office) -> None:
    """
    become a facilitator (again)   ▸ how the open one stands, and that there is one
    (a form left open elsewhere), [Submit]   ▸ it ends: there is one already
    """
    first = office.chat(OUTSIDER)
    await fill(first)
    office.units.memory.drafts.clear()
    other = await applied(office)
    said = await other.say("become a facilitator")
    assert said.splitlines()[:2] == [
        "Application AP-2027-0001",
        "You have an application under way. Here is how it stands.",
    ]
    said = await first.click("Submit")
    assert "You have an application under way already: AP-2027-0001." in said
    assert len(office.units.memory.applications) == 1
    assert "AP-2027-0001" in await first.say("my application")


async def test_six_months_after_a_decline(office: Office) -> None:
    """
    (declined on January 11)
    devenir facilitateur   ▸ à partir du 11 juillet
    (then)                 ▸ Étape 1
    """
    await applied(office, STEWARD)
    application = the_application(office)
    application.status, application.decided_at = ApplicationStatus.DECLINED, NOW
    chat = office.chat(STEWARD)
    said = plain(await chat.say("devenir facilitateur"))
    assert (
        "Votre dernière candidature n’a pas pu être retenue. Vous pourrez en poser une autre à "
        "partir du dimanche 11 juillet 2027." in said
    )
    office.clock.set(NOW.replace(month=7) + timedelta(hours=1))
    await chat.say("devenir facilitateur")
    assert step_of(chat) == "about"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.ACTIVE, "You are a facilitator already"),
        (Standing.PAUSED, "You are a facilitator already"),
        (Standing.RETIRED, "A coordinator of your region can put you on the roster again"),
    ],
)
async def test_facilitators_need_not_apply(office: Office, standing: Standing, words: str) -> None:
    """
    become a facilitator   ▸ no need to, and why
    help                   ▸ goes on as ever
    """
    office.units.memory.facilitators[OUTSIDER.person_id] = Facilitator(
        OUTSIDER.person_id, Side.UNION, ("en",), "atlantic", (), "2222", standing=standing
    )
    chat = office.chat(OUTSIDER)
    assert words in await chat.say("become a facilitator")
    assert "What I can do for you" in await chat.say("help")


async def test_the_manager_answers_while_the_form_is_open(office: Office) -> None:
    """
    [Change the application] … (the manager says yes) … [Save the changes]   ▸ it has moved on
    my application   ▸ how it stands
    """
    chat = await applied(office)
    await chat.click("Change the application")
    await say_yes(office)
    said = await chat.click("Save the changes")
    assert "This application has moved on in the meantime" in said
    assert "With the coordinators" in await chat.say("my application")


@pytest.mark.parametrize("letter", ["é", "漢", "😀", '"', "{{"])
async def test_far_too_much_still_fits_in_a_card(office: Office, letter: str) -> None:
    """
    (5,000 characters after the longest answers), [Next]   ▸ a sound card, and how many too many
    (a short one), [Next] …                                ▸ sent
    """
    longest = (letter * LONGEST_WORDS)[:LONGEST_WORDS]
    chat = office.chat(OUTSIDER)
    await fill(
        chat,
        until="motivation",
        agent={"agent": "other", "agent_other": (letter * 120)[:120]},
        topics={"topics": ",".join(entry.key for entry in teachable_offerings())},
        experience={"experience": longest},
    )
    await chat.click("Next", motivation=(letter * 5000)[:5000])
    assert errors_of(chat) == ["3,800 characters too many: the limit is 1,200."]
    assert problems_of(chat.card) == []
    await chat.click("Next", motivation=(letter * 9000)[:9000])
    assert problems_of(chat.card) == []
    await to_the_end(chat)
    assert problems_of(chat.card) == []
