"""The record of settings."""

from bot.i18n import Catalogues
from bot.services.ports import Reader
from cards.settings import build_settings, language_name, reminder_time

CATALOGUES = Catalogues.load()


def lines(card):
    return ["".join(run["text"] for run in row["inlines"]) for row in card["body"][2]["items"]]


def test_says_what_was_saved():
    tr = CATALOGUES.translator("fr", "America/Vancouver")
    reader = Reader(
        "p", "t", "x", "fr", "America/Vancouver", muted=("mail",), skipped_reminders=("1h",)
    )
    assert lines(build_settings(reader, ["7d", "1d", "1h"], tr)) == [
        "Langue\u00a0: Français",
        "Fuseau horaire\u00a0: Heure du Pacifique (Vancouver)",
        "Rappels par\u00a0: Clavardage, Activité Teams, dans la dernière heure",
        "Moments des rappels\u00a0: 7\u00a0jours avant, 1\u00a0jour avant",
    ]


def test_nothing_on_says_so():
    tr = CATALOGUES.translator("en", "America/Toronto")
    reader = Reader(
        "p",
        "t",
        "x",
        "en",
        "America/Toronto",
        muted=("chat", "mail", "activity"),
        skipped_reminders=("1h",),
    )
    assert lines(build_settings(reader, ["1h"], tr))[2:] == [
        "Reminders by: None",
        "Reminder times: None",
    ]


def test_words_of_times_and_languages():
    tr = CATALOGUES.translator("en", "America/Toronto")
    assert [reminder_time(time, tr) for time in ("14d", "1d", "1h")] == [
        "14 days before",
        "1 day before",
        "1 hour before",
    ]
    assert language_name("fr", tr) == "Français"
