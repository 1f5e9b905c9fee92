"""Notices: every place of every sentence has its value, and the day reads well where it stands."""

from datetime import timedelta

import pytest

from bot.domain.outlook import Topic
from bot.domain.people import Side
from bot.domain.roster import Facilitator, Wish
from bot.i18n import Catalogues
from bot.services.roster_views import FacilitatorView, Figures
from bot.services.views import Named
from cards.notices import Notice, View, notice_text, offering_title
from tests.unit.cards import (
    applications,
    cohorts,
    outlooks,
    requests,
    reviews,
    selections,
    sessions,
)
from tests.unit.cards.endorsements import endorsement

CATALOGUES = Catalogues.load()
KINDS = sorted(
    key.removeprefix("notice.")
    for key in CATALOGUES.texts("en").singles
    if key.startswith("notice.") and key != "notice.day_and_time"
)
OF_CANDIDATES = {
    f"application.{what}"
    for what in ("referenced", "to_select", "kept", "accepted", "declined", "withdrawn")
}
OF_INTERVIEWS = ("interview.", "reminder.interview")
OF_SELECTORS = {f"application.{what}" for what in ("proposed", "confirmed", "set_aside")}
OF_ENDORSERS = {
    "reminder.endorsement",
    *(f"endorsement.{what}" for what in ("asked", "answered", "passed_on", "closed")),
}
SEEN = sessions.view()
NOW = SEEN.session.starts_at - timedelta(days=1)


def on_the_roster() -> FacilitatorView:
    who = Facilitator("p1", Side.UNION, ("en",), "atlantic", ("mental-health",), "2222")
    return FacilitatorView(
        who, Named("p1", "Facilitator, Halifax"), "coordinator", Figures(3, 2, 5, 18), Wish.USUAL,
        (), 0, 0, (), frozenset(),
    )  # fmt: skip


def _seen_by_others(kind: str) -> View:
    if kind.startswith("outlook."):
        return outlooks.view(Topic(kind.removeprefix("outlook.")))
    if kind in OF_ENDORSERS:
        return endorsement()
    if kind in OF_SELECTORS:
        return selections.selection()
    return selections.sight(selections.picked())


def subject(kind: str) -> View | None:
    """What the notice is about."""
    if kind == "request.passed_on":
        return None  # not theirs to see any more
    if kind.startswith(("request.", "reminder.agreement")):
        scheduled = kind.removeprefix("request.") in ("approved", "scheduled", "moved")
        return requests.view(session=SEEN if scheduled else None)
    if kind.startswith(("assignment.", "reminder.offer")):
        return reviews.assignment_seen()
    if kind.startswith("roster."):
        return on_the_roster()
    if kind.startswith((*OF_INTERVIEWS, "outlook.")) or kind in OF_SELECTORS | OF_ENDORSERS:
        return _seen_by_others(kind)
    if kind in OF_CANDIDATES or kind.startswith(("endorsement.", "reminder.question")):
        return applications.view()
    if kind.startswith(("cohort.", "reminder.training")):
        return cohorts.candidate()
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
