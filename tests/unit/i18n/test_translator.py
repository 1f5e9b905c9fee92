from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.errors import Refusal
from bot.i18n import Translator
from bot.i18n.texts import Texts

HOLIDAY = Refusal(
    "date_holiday",
    date=date(2027, 5, 24),
    name={"en": "Victoria Day", "fr": "fête de la Reine"},
)


def test_texts(en: Translator, fr: Translator) -> None:
    assert en.t("common.step", step=2, steps=5) == "Step 2 of 5"
    assert fr.t("common.step", step=2, steps=5) == "Étape 2 de 5"
    assert (en.n("offering.days", n=1), fr.n("offering.days", 2)) == (
        "1\u00a0day",
        "2\u00a0jours",
    )
    assert en.has("common.step")
    assert not en.has("common.stop")
    with pytest.raises(KeyError):
        en.t("common.stop")


def test_a_value_may_be_named_key() -> None:
    tr = Translator(Texts("en", {"x": "{key}"}), "America/Toronto")
    assert tr.t("x", key="K") == "K"


def test_refusal(en: Translator, fr: Translator) -> None:
    assert en.refusal(HOLIDAY) == (
        "Monday, May\u00a024, 2027, is a statutory holiday (Victoria Day). Choose another day."
    )
    assert fr.refusal(HOLIDAY) == (
        "Le lundi 24\u00a0mai\u00a02027 est un jour férié (fête de la Reine)."
        " Choisissez un autre jour."
    )


@pytest.mark.parametrize(
    ("refusal", "english", "french"),
    [
        (
            Refusal("date_too_soon", date=date(2027, 3, 1), earliest=date(2027, 3, 22)),
            (
                "Monday, March~1, 2027, leaves too little time to prepare."
                " The earliest day is Monday, March~22, 2027."
            ),
            (
                "Le lundi 1er~mars~2027 laisse trop peu de temps pour se préparer."
                " Le premier jour possible est le lundi 22~mars~2027."
            ),
        ),
        (
            Refusal(
                "date_outside_hours",
                start=time(14),
                end=time(17, 30),
                earliest=time(8),
                latest=time(17),
            ),
            (
                "The conversation would run from 2~pm to 5:30~pm."
                " It must fit between 8~am and 5~pm, in working hours."
            ),
            (
                "La conversation aurait lieu de 14~h à 17~h~30."
                " Elle doit se tenir entre 8~h et 17~h, pendant les heures de travail."
            ),
        ),
        (
            Refusal(
                "date_ambiguous",
                text="04/03/2027",
                first=date(2027, 3, 4),
                second=date(2027, 4, 3),
            ),
            (
                "“04/03/2027” could be Thursday, March~4, 2027, or Saturday, April~3, 2027."
                " Write the month in letters."
            ),
            (
                "«~04/03/2027~» peut désigner le jeudi 4~mars~2027 ou le samedi 3~avril~2027."
                " Écrivez le mois en toutes lettres."
            ),
        ),
        (
            Refusal("date_impossible", text="{text} {{"),
            "There is no such day as “{text} {{”. Check the day and the month.",
            "Le jour «~{text} {{~» n’existe pas. Vérifiez le jour et le mois.",
        ),
    ],
)
def test_refusals_are_worded_in_both_languages(
    en: Translator, fr: Translator, refusal: Refusal, english: str, french: str
) -> None:
    assert en.refusal(refusal) == english.replace("~", "\u00a0")
    assert fr.refusal(refusal) == french.replace("~", "\u00a0")


@pytest.mark.parametrize(("n", "said"), [(1, "1 person at A"), (1200, "1,200 people at A")])
def test_a_counted_refusal(n: int, said: str) -> None:
    texts = Texts("en", {}, {"error.crowd": ("{n} person at {place}", "{n} people at {place}")})
    tr = Translator(texts, "America/Toronto")
    assert tr.refusal(Refusal("crowd", n=n, place="A")) == said


@pytest.mark.parametrize(
    ("raw", "english", "french"),
    [
        ("as it is", "as it is", "as it is"),
        (date(2027, 3, 4), "Thursday, March~4, 2027", "jeudi 4~mars~2027"),
        (
            datetime(2027, 3, 4, 18, tzinfo=UTC),
            "Thursday, March~4, 2027, at 1~pm",
            "jeudi 4~mars~2027 à 13~h",
        ),
        (time(9), "9~am", "9~h"),
        (timedelta(minutes=90), "1.5~hours", "1,5~heure"),
        (1500, "1,500", "1~500"),
        (1.5, "1.5", "1,5"),
        ({"en": "union", "fr": "partie syndicale"}, "union", "partie syndicale"),
        (["a", date(2027, 3, 4)], "a and Thursday, March~4, 2027", "a et jeudi 4~mars~2027"),
        (("a", "b"), "a and b", "a et b"),
        (True, "True", "True"),
        (None, "None", "None"),
    ],
)
def test_values(en: Translator, fr: Translator, raw: object, english: str, french: str) -> None:
    assert en.value(raw) == english.replace("~", "\u00a0")
    assert fr.value(raw) == french.replace("~", "\u00a0")
