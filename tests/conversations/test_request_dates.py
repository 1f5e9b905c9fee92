"""The dates of a request: each that cannot be is refused in words, then on to a good end."""

from dataclasses import replace
from datetime import time

import pytest

from bot.domain.rules import Rules
from bot.i18n import Catalogues
from tests.conversations.office import Office, open_office
from tests.conversations.requesting import NEXT, errors_of, fill, plain, step_of, to_the_end
from tests.conversations.talking import MANAGER, STEWARD, Reader


@pytest.mark.parametrize(
    ("who", "day", "at", "words"),
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
async def test_dates(office: Office, who: Reader, day: str, at: str, words: str) -> None:
    """
    a date that cannot be, [Next]    ▸ why, at the date; what was given is still there
    2027-03-04 13:00, [Next] …       ▸ sent
    """
    chat = office.chat(who)
    other = MANAGER if who is STEWARD else STEWARD
    await fill(chat, "first_date", parties={"side": "union", "counterpart": other.person_id})
    await chat.click(NEXT[who.language], date1=day, time1=at)
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


async def test_a_night_on_which_clocks_change(office: Office) -> None:
    """
    2027-03-14 02:30     ▸ a Sunday, before anything else is looked at
    """
    chat = office.chat(MANAGER)
    await fill(chat, "first_date")
    await chat.click("Next", date1="2027-03-14", time1="02:30")
    assert errors_of(chat) == ["Sunday, March 14, 2027, falls on a weekend. Choose a weekday."]
    await to_the_end(chat, "first_date")


async def test_an_hour_that_clocks_skip(catalogues: Catalogues) -> None:
    """
    (a colleague posted to Cairo, where clocks change on a Friday; no working hours are set)
    2027-04-30 00:30     ▸ this hour does not exist on that day
    2027-03-04 13:00 …   ▸ sent
    """
    office = open_office(catalogues, Rules(day_starts=time(0)))
    chat = office.chat(replace(MANAGER, zone="Africa/Cairo"))
    person = office.units.memory.people[MANAGER.person_id]
    person.zone = "Africa/Cairo"
    await fill(chat, "first_date")
    await chat.click("Next", date1="2027-04-30", time1="00:30")
    (words,) = errors_of(chat)
    assert words.startswith("On Friday, April 30, 2027, clocks move forward and 12:30 am does not")
    await to_the_end(chat, "first_date")


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
