from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest

from bot.i18n import Translator, WhenParts
from bot.i18n.formats import Formats

Speak = Callable[..., Translator]
THURSDAY = date(2027, 3, 4)
STARTS, ENDS = datetime(2027, 3, 4, 18, tzinfo=UTC), datetime(2027, 3, 4, 21, 30, tzinfo=UTC)


def spaced(text: str) -> str:
    """`~` is a non-breaking space, so that it shows in the expectations below."""
    return text.replace("~", "\u00a0")


Both = tuple[Translator, Translator]


@pytest.fixture
def both(en: Translator, fr: Translator) -> Both:
    return en, fr


def check(both: Both, write: Callable[[Formats], str], english: str, french: str) -> None:
    assert (write(both[0]), write(both[1])) == (spaced(english), spaced(french))


@pytest.mark.parametrize(
    ("on", "english", "french"),
    [
        (date(2016, 7, 31), "July~31, 2016", "31~juillet~2016"),
        (date(2016, 7, 1), "July~1, 2016", "1er~juillet~2016"),
        (date(2027, 12, 9), "December~9, 2027", "9~décembre~2027"),
    ],
)
def test_date(both: Both, on: date, english: str, french: str) -> None:
    check(both, lambda tr: tr.date(on), english, french)


def test_other_dates(both: Both) -> None:
    check(
        both,
        lambda tr: tr.weekday_date(THURSDAY),
        "Thursday, March~4, 2027",
        "jeudi 4~mars~2027",
    )
    check(
        both,
        lambda tr: tr.weekday_date(date(2027, 8, 1)),
        "Sunday, August~1, 2027",
        "dimanche 1er~août~2027",
    )
    check(both, lambda tr: tr.month_day(date(2027, 2, 1)), "February~1", "1er~février")
    check(both, lambda tr: tr.weekday(THURSDAY), "Thursday", "jeudi")


@pytest.mark.parametrize(
    ("at", "english", "french"),
    [
        (time(16, 30), "4:30~pm", "16~h~30"),
        (time(9), "9~am", "9~h"),
        (time(9, 5), "9:05~am", "9~h~05"),
        (time(12), "noon", "12~h"),
        (time(12, 15), "12:15~pm", "12~h~15"),
        (time(0), "midnight", "0~h"),
        (time(0, 30), "12:30~am", "0~h~30"),
        (time(13), "1~pm", "13~h"),
        (time(11, 59), "11:59~am", "11~h~59"),
    ],
)
def test_time(both: Both, at: time, english: str, french: str) -> None:
    check(both, lambda tr: tr.time(at), english, french)


def test_time_range(both: Both) -> None:
    check(both, lambda tr: tr.time_range(time(9), time(17)), "9~am to 5~pm", "de 9~h à 17~h")
    check(
        both,
        lambda tr: tr.time_range(time(12), time(15, 30)),
        "noon to 3:30~pm",
        "de 12~h à 15~h~30",
    )


@pytest.mark.parametrize(
    ("first", "last", "english", "french"),
    [
        (date(2027, 3, 29), date(2027, 4, 4), "March~29 to April~4", "du 29~mars au 4~avril"),
        (date(2027, 3, 1), date(2027, 3, 5), "March~1 to 5", "du 1er au 5~mars"),
        (date(2027, 3, 1), date(2027, 3, 1), "March~1", "le 1er~mars"),
        (
            date(2026, 12, 28),
            date(2027, 1, 1),
            "December~28, 2026, to January~1, 2027",
            "du 28~décembre~2026 au 1er~janvier~2027",
        ),
    ],
)
def test_date_range(both: Both, first: date, last: date, english: str, french: str) -> None:
    check(both, lambda tr: tr.date_range(first, last), english, french)


def test_date_time(both: Both) -> None:
    at = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
    check(both, lambda tr: tr.date_time(at), "March~4, 2027, at 1:30~pm", "4~mars~2027 à 13~h~30")
    check(
        both,
        lambda tr: tr.date_time(at, "America/Vancouver"),
        "March~4, 2027, at 11:30~am",
        "4~mars~2027 à 11~h~30",
    )
    check(
        both,
        lambda tr: tr.date_time(at.replace(tzinfo=None)),
        "March~4, 2027, at 6:30~pm",
        "4~mars~2027 à 18~h~30",
    )
    check(
        both,
        lambda tr: tr.weekday_date_time(at),
        "Thursday, March~4, 2027, at 1:30~pm",
        "jeudi 4~mars~2027 à 13~h~30",
    )


@pytest.mark.parametrize(
    ("minutes", "longest", "english", "french"),
    [
        (15, None, "15~minutes", "15~minutes"),
        (1, None, "1~minute", "1~minute"),
        (60, None, "1~hour", "1~heure"),
        (90, None, "1.5~hours", "1,5~heure"),
        (120, None, "2~hours", "2~heures"),
        (80, None, "1~hour 20~minutes", "1~heure 20~minutes"),
        (180, 210, "3 to 3.5~hours", "de 3 à 3,5~heures"),
        (90, 120, "1.5 to 2~hours", "de 1,5 à 2~heures"),
        (360, 360, "6~hours", "6~heures"),
        (45, 90, "45~minutes to 1.5~hours", "de 45~minutes à 1,5~heure"),
        (30, 45, "30 to 45~minutes", "de 30 à 45~minutes"),
        (
            80,
            100,
            "1~hour 20~minutes to 1~hour 40~minutes",
            "de 1~heure 20~minutes à 1~heure 40~minutes",
        ),
    ],
)
def test_duration(both: Both, minutes: int, longest: int | None, english: str, french: str) -> None:
    check(both, lambda tr: tr.duration(minutes, longest), english, french)


def test_when_on_the_same_clock(both: Both) -> None:
    """Iqaluit shows the same hour as Toronto: its name would only be noise."""
    for zone in ("America/Toronto", "America/Iqaluit"):
        check(
            both,
            lambda tr, zone=zone: tr.when(STARTS, ENDS, zone),
            "Thursday, March~4, 2027, 1~pm to 4:30~pm",
            "jeudi 4~mars~2027, de 13~h à 16~h~30",
        )


def test_when_for_a_reader_elsewhere(speak: Speak) -> None:
    both = speak("en", "America/Vancouver"), speak("fr", "America/Vancouver")
    check(
        both,
        lambda tr: tr.when(STARTS, ENDS, "America/Toronto"),
        "Thursday, March~4, 2027, 11~am to 2:30~pm (1~pm to 4:30~pm, Eastern time (Toronto))",
        "jeudi 4~mars~2027, de 11~h à 14~h~30 (de 13~h à 16~h~30, heure de l’Est (Toronto))",
    )


def test_when_the_two_days_differ(speak: Speak) -> None:
    both = speak("en", "Asia/Tokyo"), speak("fr", "Asia/Tokyo")
    check(
        both,
        lambda tr: tr.when(STARTS, ENDS, "America/Vancouver"),
        "Friday, March~5, 2027, 3~am to 6:30~am"
        " (Thursday, March~4, 2027, 11~am to 2:30~pm, Pacific time (Vancouver))",
        "vendredi 5~mars~2027, de 3~h à 6~h~30"
        " (jeudi 4~mars~2027, de 11~h à 14~h~30, heure du Pacifique (Vancouver))",
    )


def test_when_over_midnight(both: Both) -> None:
    check(
        both,
        lambda tr: tr.when(STARTS, datetime(2027, 3, 5, 21, tzinfo=UTC), "America/Toronto"),
        "Thursday, March~4, 2027, at 1~pm, to Friday, March~5, 2027, at 4~pm",
        "du jeudi 4~mars~2027 à 13~h au vendredi 5~mars~2027 à 16~h",
    )


def test_when_parts(both: Both, speak: Speak) -> None:
    english, french = both
    assert english.when_parts(STARTS, ENDS, "America/Toronto") == WhenParts(
        spaced("Thursday, March~4, 2027"), spaced("1~pm to 4:30~pm"), None
    )
    assert french.when_parts(STARTS, ENDS, "America/Toronto") == WhenParts(
        spaced("Le jeudi 4~mars~2027"), spaced("De 13~h à 16~h~30"), None
    )
    assert speak("en", "America/St_Johns").when_parts(STARTS, ENDS, "America/Toronto") == WhenParts(
        spaced("Thursday, March~4, 2027"),
        spaced("2:30~pm to 6~pm"),
        spaced("1~pm to 4:30~pm, Eastern time (Toronto)"),
    )


@pytest.mark.parametrize(
    ("on", "english", "french"),
    [
        (date(2027, 3, 1), "today", "aujourd’hui"),
        (date(2027, 3, 2), "tomorrow", "demain"),
        (date(2027, 2, 28), "yesterday", "hier"),
        (date(2027, 3, 4), "on Thursday", "jeudi"),
        (date(2027, 3, 7), "on Sunday", "dimanche"),
        (date(2027, 3, 8), "on Monday, March~8, 2027", "le lundi 8~mars~2027"),
        (date(2027, 2, 27), "on Saturday, February~27, 2027", "le samedi 27~février~2027"),
    ],
)
def test_relative_day(both: Both, on: date, english: str, french: str) -> None:
    check(both, lambda tr: tr.relative_day(on, date(2027, 3, 1)), english, french)


@pytest.mark.parametrize(
    ("n", "english", "french"),
    [
        (1, "first", "premier"),
        (2, "second", "deuxième"),
        (10, "tenth", "dixième"),
        (11, "11th", "11e"),
        (12, "12th", "12e"),
        (13, "13th", "13e"),
        (21, "21st", "21e"),
        (22, "22nd", "22e"),
        (23, "23rd", "23e"),
        (111, "111th", "111e"),
    ],
)
def test_ordinal(both: Both, n: int, english: str, french: str) -> None:
    check(both, lambda tr: tr.ordinal(n), english, french)


def test_lists(both: Both) -> None:
    check(both, lambda tr: tr.list_and([]), "", "")
    check(both, lambda tr: tr.list_and(["a"]), "a", "a")
    check(both, lambda tr: tr.list_and(["a", "b"]), "a and b", "a et b")
    check(both, lambda tr: tr.list_and(["a", "b", "c"]), "a, b and c", "a, b et c")


def test_numbers_and_sentences(both: Both) -> None:
    check(both, lambda tr: tr.number(1234), "1,234", "1~234")
    check(both, lambda tr: tr.sentence("élan"), "Élan", "Élan")
    check(both, lambda tr: tr.sentence(""), "", "")
