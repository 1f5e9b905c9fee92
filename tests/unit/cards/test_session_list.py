"""The lists of sessions, their filters, and a session's line in the programme's calendar."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain import catalogue
from bot.i18n import Catalogues, Translator
from bot.services.keeping import SessionFilter
from bot.services.sessions import SessionPage
from cards import actions, kit
from cards.session_filter import WEEKS, monday_of
from cards.session_list import build_my_sessions, build_sessions, public_line
from tests import components
from tests.conversations.talking import actions_of, problems_of, text_of, walk
from tests.unit.cards.sessions import in_every_state, session, view

CATALOGUES = Catalogues.load()
EN = CATALOGUES.translator("en", "America/Toronto")
FR = CATALOGUES.translator("fr", "America/Toronto")
BOTH = pytest.mark.parametrize("tr", [EN, FR], ids=["en", "fr"])
TODAY = date(2027, 2, 24)
ALL = SessionFilter()


def page(*names: str, first: int = 0, total: int | None = None, which=ALL) -> SessionPage:
    states = in_every_state()
    views = tuple(states[name] for name in names)
    return SessionPage(views, first, len(views) if total is None else total, which)


def choices(card: dict[str, Any], key: str) -> list[dict[str, str]]:
    (found,) = [
        item["choices"] for item in walk(card) if item.get("id") == key and "choices" in item
    ]
    return found


@BOTH
def test_ten_of_the_longest_fit(tr: Translator):
    hosts = catalogue.organizations()
    longest = max(hosts, key=lambda host: len(host.name[tr.language]))
    crowded = [
        view(
            "leave join accept_seat",
            of=session(
                offering="labour-management-consultation",
                organization=longest.id,
                place="x" * 200,
                zone="America/St_Johns",
            ),
        )
    ] * 10
    full = SessionPage(tuple(crowded), 10, 30, SessionFilter(offering="mental-health"))
    for card in (
        build_sessions(full, "2027-03-01", TODAY, tr),
        build_my_sessions(crowded * 3, 3, 10, tr),
    ):
        assert problems_of(card) == []
        assert kit.size(card) < kit.LARGEST


def test_an_entry_shows_ones_standing_or_the_seats_left():
    said = text_of(
        build_sessions(page("to join", "seat, booked", "waiting", "full"), "", TODAY, EN)
    )
    assert said.count("4 seats left") == 1
    assert said.count("You have a seat") == 1
    assert said.count("You are second on the waitlist") == 1
    assert said.count("All seats are taken") == 1


def test_the_same_buttons_of_two_entries_are_told_apart():
    card = build_sessions(page("to join", "offered"), "", TODAY, EN)
    tips = [a["tooltip"] for a in actions_of(card) if "tooltip" in a]
    assert tips == [
        "Join: Mental Health: Let's Talk!",
        "Open: Mental Health: Let's Talk!",
        "Accept the seat: Mental Health: Let's Talk!",
        "Open: Mental Health: Let's Talk!",
    ]


def test_pages_carry_the_filters_on():
    which = SessionFilter(offering="mental-health", language="fr", region="quebec")
    card = build_sessions(page("to join", first=10, total=30, which=which), "2027-03-01", TODAY, EN)
    kept = {
        "topic": "mental-health",
        "language": "fr",
        "region": "quebec",
        "week": "2027-03-01",
    }
    data = {a["title"]: a["data"] for a in card["actions"]}
    assert data["Later sessions"] == {"first": 11, **kept}
    assert data["Earlier sessions"] == {"first": 0, **kept}
    assert card["refresh"]["action"]["data"] == {"first": 10, **kept}
    assert "Shown: Mental Health: Let's Talk! · French · Quebec · Next week" in text_of(card)


def test_the_weeks_to_choose_from():
    weeks = choices(build_sessions(page("to join"), "", TODAY, FR), "week")
    assert len(weeks) == WEEKS + 1
    assert [each["title"].replace("\u00a0", " ") for each in weeks[:4]] == [
        "Toutes les semaines",
        "Cette semaine",
        "La semaine prochaine",
        "Semaine du 8 mars 2027",
    ]
    assert weeks[1]["value"] == "2027-02-22"


def test_a_week_beyond_the_list_stands_where_it_belongs():
    far = choices(build_sessions(page("to join"), "2027-12-06", TODAY, EN), "week")
    assert far[-1] == {"title": "Week of December\u00a06, 2027", "value": "2027-12-06"}
    before = choices(build_sessions(page("to join"), "2027-01-04", TODAY, EN), "week")
    assert before[1]["value"] == "2027-01-04"


def test_monday_of():
    assert {monday_of(date(2027, 3, day)) for day in range(1, 8)} == {date(2027, 3, 1)}


@BOTH
def test_mine_says_what_to_do_when_there_is_nothing(tr: Translator):
    card = build_my_sessions((), 0, 0, tr)
    assert [a["verb"] for a in card["actions"]] == [actions.SESSION_LIST]
    leads = build_my_sessions((), 2, 0, tr)
    assert actions.ASSIGNMENT_LIST in [a["verb"] for a in leads["actions"]]
    assert problems_of(card) == problems_of(leads) == []


def test_a_page_of_mine_beyond_the_last_is_the_first():
    views = [in_every_state()["seat, booked"]] * 3
    assert build_my_sessions(views, 0, 40, EN)["refresh"]["action"]["data"] == {"first": 0}


def test_a_day_starts_when_the_readers_does():
    """A session of the evening in Vancouver is the next day's in St. John's."""
    late = view("join", of=session(starts_at=datetime(2027, 3, 5, 4, 0, tzinfo=UTC)))
    late.session.ends_at = datetime(2027, 3, 5, 6, 0, tzinfo=UTC)
    one = SessionPage((late,), 0, 1, ALL)
    west = CATALOGUES.translator("en", "America/Vancouver")
    east = CATALOGUES.translator("en", "America/St_Johns")
    assert "Thursday, March\u00a04" in text_of(build_sessions(one, "", TODAY, west))
    assert "Friday, March\u00a05" in text_of(build_sessions(one, "", TODAY, east))
    assert "Eastern time" not in text_of(build_sessions(replace(one), "", TODAY, EN))


def published() -> list[dict[str, Any]]:
    root = Path(__file__).resolve().parents[4]
    folder = Path(os.environ.get("BOT_FACTS_DIR") or root / "shared" / "facts")
    if not folder.is_dir():
        components.missing("facts")
    rows = yaml.safe_load((folder / "calendar_2025-02.yaml").read_text("utf-8"))
    return [{**row, "on": row[True]} for row in rows]  # YAML reads the key `on` as yes


def title_of(row: dict[str, Any], tr: Translator) -> str:
    """In the reader's language where the catalogue knows it, else as published."""
    entry = catalogue.find_by_title(row["title"])
    return entry.title.get(tr.language, row["title"]) if entry else row["title"]


@BOTH
def test_every_row_of_the_published_week_has_its_line(tr: Translator):
    rows = published()
    assert len(rows) == 16
    language = {"en": {"en": "English", "fr": "French"}, "fr": {"en": "Anglais", "fr": "Français"}}
    for row in rows:
        host = catalogue.find_organization(row["host"])
        assert host is not None, row["host"]
        title, by = title_of(row, tr), host.name[tr.language]
        line = public_line(row["on"], title, row["place"], row["language"], by, tr)
        day, *rest = line.split(" · ")
        assert str(row["on"].day) in day
        assert day.endswith("2025")
        where = row["place"] or tr.t("common.online")
        assert rest == [title, where, language[tr.language][row["language"]], by]


def test_the_first_line_of_the_published_week():
    row = published()[0]
    arguments = (row["on"], row["title"], row["place"], row["language"])
    assert public_line(*arguments, row["host"], EN).replace("\u00a0", " ") == (
        "Tuesday, February 25, 2025 · Mental Health in the Workplace · Vancouver, BC · English · "
        "Immigration and Refugee Board of Canada"
    )
    french = public_line(*arguments, "Commission", FR).replace("\u00a0", " ")
    assert french.startswith("Mardi 25 février 2025 · ")
