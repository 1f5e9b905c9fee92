"""Notices: every place of every sentence has its value, and the day reads well where it stands."""

from datetime import timedelta

import pytest

from bot.i18n import Catalogues
from cards.notices import Notice, View, notice_text, offering_title
from tests.unit.cards import requests, reviews, sessions

CATALOGUES = Catalogues.load()
KINDS = sorted(
    key.removeprefix("notice.")
    for key in CATALOGUES.texts("en").singles
    if key.startswith("notice.") and key != "notice.day_and_time"
)
SEEN = sessions.view()
NOW = SEEN.session.starts_at - timedelta(days=1)


def subject(kind: str) -> View | None:
    """What the notice is about."""
    if kind == "request.passed_on":
        return None  # not theirs to see any more
    if kind.startswith(("request.", "reminder.agreement")):
        scheduled = kind.removeprefix("request.") in ("approved", "scheduled", "moved")
        return requests.view(session=SEEN if scheduled else None)
    if kind.startswith(("assignment.", "reminder.offer")):
        return reviews.assignment_seen()
    return None if kind.startswith("role.") else SEEN


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_place_is_filled(kind: str, language: str) -> None:
    kind, which = (kind[:-3], kind[-2:]) if kind.endswith(".7d") else (kind, "")
    tr = CATALOGUES.translator(language, "America/Toronto")
    args = {"which": which, "side": "union", "reference": "EC-2027-0042"}
    told = notice_text(Notice(kind, args, NOW), subject(kind), tr)
    assert "{" not in told
    assert told[0] == told[0].upper()


@pytest.mark.parametrize(
    ("language", "kind", "told"),
    [
        ("en", "reminder.lead", "You lead tomorrow, 1\u00a0pm to 4:30\u00a0pm: {title}"),
        (
            "fr",
            "reminder.lead",
            "Vous animez demain, de 13\u00a0h à 16\u00a0h\u00a030\u00a0: {title}",
        ),
        ("en", "reminder.seat", "Tomorrow, 1\u00a0pm to 4:30\u00a0pm: {title}"),
        ("fr", "session.cancelled", "Votre séance est annulée\u00a0: {title} Demain, de 13\u00a0h"),
    ],
)
def test_the_day_reads_well_where_it_stands(language: str, kind: str, told: str) -> None:
    tr = CATALOGUES.translator(language, "America/Toronto")
    title = offering_title(SEEN.session.offering, tr)
    assert notice_text(Notice(kind, {}, NOW), SEEN, tr).startswith(told.format(title=title))


@pytest.mark.parametrize(
    ("offering", "spoken_of"), [("mental-health", False), ("anti-racism", True)]
)
def test_the_preparation_is_spoken_of_where_there_is_one(offering: str, spoken_of: bool) -> None:
    tr = CATALOGUES.translator("en", "America/Toronto")
    view = sessions.view(of=sessions.session(offering=offering))
    told = notice_text(Notice("reminder.seat", {"which": "7d"}, NOW), view, tr)
    assert ("preparation" in told) is spoken_of
