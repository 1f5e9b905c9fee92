from datetime import date, datetime, time

import pytest

from bot.domain.errors import Refusal
from bot.i18n import Translator
from bot.i18n.parse import (
    closest,
    fold,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    parse_yes_no,
)

TODAY = date(2027, 1, 20)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2027-03-04 13:00", "2027-03-04 13:00"),
        ("2027-03-04T13:00", "2027-03-04 13:00"),
        ("2027/3/4 9am", "2027-03-04 09:00"),
        ("March 4 at 1 pm", "2027-03-04 13:00"),
        ("March 4th, 2027 1:30 p.m.", "2027-03-04 13:30"),
        ("the 4th of March at noon", "2027-03-04 12:00"),
        ("Thursday, March\u00a04, 2027, at 1:30\u00a0pm", "2027-03-04 13:30"),
        ("4 mars 13 h", "2027-03-04 13:00"),
        ("4 mars 2027 à 13 h 30", "2027-03-04 13:30"),
        ("le jeudi 4\u00a0mars\u00a02027, de 13\u00a0h", "2027-03-04 13:00"),
        ("1er février à midi", "2027-02-01 12:00"),
        ("5 mai 9 heures", "2027-05-05 09:00"),
        ("5 Févr. 9h05", "2027-02-05 09:05"),
        ("jeudi prochain 9 h", "2027-01-21 09:00"),
        ("next Wednesday 10am", "2027-01-27 10:00"),
        ("Wednesday 10 am", "2027-01-20 10:00"),
        ("mardi à 14 h", "2027-01-26 14:00"),
        ("tomorrow 9am", "2027-01-21 09:00"),
        ("aujourd’hui 15h", "2027-01-20 15:00"),
        ("après-demain 9 h 15", "2027-01-22 09:15"),
        ("the day after tomorrow at 9:15 am", "2027-01-22 09:15"),
        ("3 h de l'après-midi demain", "2027-01-21 15:00"),
        ("in 3 weeks at 10 am", "2027-02-10 10:00"),
        ("dans 10 jours à 9h", "2027-01-30 09:00"),
        ("25/12/2027 9am", "2027-12-25 09:00"),
        ("12/25/2027 9am", "2027-12-25 09:00"),
        ("5/5/2027 9am", "2027-05-05 09:00"),
        ("March 4 9:30", "2027-03-04 09:30"),
        ("le 4 mars à 9", "2027-03-04 09:00"),
        ("March 4 at 13", "2027-03-04 13:00"),
        ("march 4 02:30", "2027-03-04 02:30"),
        ("marhc 4 9am", "2027-03-04 09:00"),
        ("tommorow 9 am", "2027-01-21 09:00"),
        ("1 janvier 9h", "2028-01-01 09:00"),
        ("20 janvier 9h", "2027-01-20 09:00"),
        ("29 feb 9am", "2028-02-29 09:00"),
    ],
)
def test_dates_with_their_times(text: str, read: str) -> None:
    assert parse_date_time(text, TODAY) == datetime.fromisoformat(read)


MARCH_4, APRIL_3 = date(2027, 3, 4), date(2027, 4, 3)


@pytest.mark.parametrize(
    ("text", "code", "values"),
    [
        ("04/03/2027 13:00", "date_ambiguous", {"first": MARCH_4, "second": APRIL_3}),
        ("3.4.2027 13 h", "date_ambiguous", {"first": MARCH_4, "second": APRIL_3}),
        ("4/3 1pm", "date_ambiguous", {"first": MARCH_4, "second": APRIL_3}),
        ("feb 30 9am", "date_impossible", {}),
        ("31/04/2027 9h", "date_impossible", {}),
        ("13/25/2027 9am", "date_impossible", {}),
        ("2027-13-04 9am", "date_impossible", {}),
        ("0000-01-01 9am", "date_impossible", {}),
        ("29 février 2027 9h", "date_impossible", {}),
        ("hello", "date_not_understood", {}),
        ("", "date_not_understood", {}),
        ("9am", "date_not_understood", {}),
        ("04/03/27 9am", "date_not_understood", {}),
        ("March 4 9 am with the team", "date_not_understood", {}),
        ("March 4 25:00", "time_not_understood", {}),
        ("March 4 13 pm", "time_not_understood", {}),
        ("March 4 9:75 am", "time_not_understood", {}),
        ("March 4 2:30", "time_ambiguous", {"first": time(2, 30), "second": time(14, 30)}),
        ("March 4 at 3", "time_ambiguous", {"first": time(3), "second": time(15)}),
    ],
)
def test_what_is_refused_is_said_back(text: str, code: str, values: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        parse_date_time(text, TODAY)
    assert (refused.value.code, refused.value.values) == (code, {"text": text, **values})


def test_a_date_without_its_time() -> None:
    with pytest.raises(Refusal) as refused:
        parse_date_time("March 4", TODAY)
    assert (refused.value.code, refused.value.values) == ("time_missing", {})


def test_a_day_of_the_week_that_is_not_that_dates() -> None:
    with pytest.raises(Refusal) as refused:
        parse_date("vendredi 4 mars 2027", TODAY)
    assert (refused.value.code, refused.value.values) == ("date_weekday_differs", {"date": MARCH_4})


@pytest.mark.parametrize("text", ["x" * 10_000, "9 " * 5_000, "March " * 2_000, "1" * 10_000])
def test_a_whole_page_is_no_date(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_date(text, TODAY)
    assert refused.value.code == "date_not_understood"
    assert len(str(refused.value.values["text"])) <= 61


def test_a_very_distant_day_is_impossible() -> None:
    with pytest.raises(Refusal) as refused:
        parse_date("in 99999 weeks", date(9000, 1, 1))
    assert refused.value.code == "date_impossible"


def test_what_is_written_can_be_read(en: Translator, fr: Translator) -> None:
    at = datetime.fromisoformat("2027-08-01 13:30")
    for tr in (en, fr):
        assert parse_date_time(tr.date_time(at), TODAY) == at
        assert parse_date_time(tr.weekday_date_time(at), TODAY) == at
        assert parse_date(at.date().isoformat(), TODAY) == at.date()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("13:00", time(13)),
        ("13:00:00", time(13)),
        ("1 pm", time(13)),
        ("1:05 P.M.", time(13, 5)),
        ("13h", time(13)),
        ("9 h 30", time(9, 30)),
        ("midi", time(12)),
        ("noon", time(12)),
        ("minuit", time(0)),
        ("12 am", time(0)),
        ("12 pm", time(12)),
        ("9", time(9)),
        ("8 in the evening", time(20)),
        ("9 h du matin", time(9)),
        ("2 h", time(2)),
    ],
)
def test_times(text: str, read: time) -> None:
    assert parse_time(text) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "time_ambiguous"),
        ("24:00", "time_not_understood"),
        ("99", "time_not_understood"),
        ("noonish", "time_not_understood"),
        ("9 am or 10 am", "time_not_understood"),
        ("", "time_not_understood"),
    ],
)
def test_times_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_time(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("3.5 hours", 210),
        ("3,5 heures", 210),
        ("3 h 30", 210),
        ("3h30", 210),
        ("4h", 240),
        ("90 minutes", 90),
        ("90 min", 90),
        ("1 hour and 20 minutes", 80),
        ("1 heure et demie", 90),
        ("2 hours and a half", 150),
        ("an hour and a half", 90),
        ("une heure", 60),
        ("half an hour", 30),
        ("une demi-heure", 30),
    ],
)
def test_durations(text: str, minutes: int) -> None:
    assert parse_duration(text) == minutes


@pytest.mark.parametrize("text", ["90", "", "all day", "-1 h"])
def test_durations_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_duration(text)
    assert (refused.value.code, refused.value.values) == (
        "duration_not_understood",
        {"text": text},
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Yes", True),
        ("OUI!", True),
        ("d’accord", True),
        ("I agree.", True),
        ("No", False),
        ("non merci", False),
        ("pas d'accord", False),
    ],
)
def test_yes_and_no(text: str, answer: bool) -> None:
    assert parse_yes_no(text) is answer


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Refusal) as refused:
        parse_yes_no("maybe")
    assert (refused.value.code, refused.value.values) == (
        "yes_no_not_understood",
        {"text": "maybe"},
    )


def test_folding_comes_with_parsing() -> None:
    assert (fold("Séances?"), closest("seanse", ["séances"])) == ("seances", None)
    assert closest("seancs", ["séances"]) == "séances"


def test_every_refusal_is_worded(en: Translator, fr: Translator) -> None:
    codes = (
        *("date_not_understood", "date_impossible", "date_ambiguous", "date_weekday_differs"),
        *("date_past", "date_too_soon", "date_too_far", "date_weekend", "date_holiday"),
        *("date_outside_hours", "date_gap", "time_missing", "time_not_understood"),
        *("time_ambiguous", "duration_not_understood", "yes_no_not_understood"),
    )
    for tr in (en, fr):
        assert [code for code in codes if not tr.has(f"error.{code}")] == []
