"""The pages of the local Graph, word for word, in both languages."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.graph.pages.words import Words, _all_words
from sandbox.people import SERVICE_MAILBOX
from tests.contracts.raw_client import (
    EVENTS,
    MANAGER,
    PEOPLE,
    Client,
    event,
    serving,
)


@pytest.fixture
async def call() -> AsyncIterator[Client]:
    async with serving() as client:
        yield client


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_pages_in_both_languages(call: Client, language: str) -> None:
    _, made = await call("POST", EVENTS, event(hideAttendees=False))
    await call("GET", f"{EVENTS}/{made['id']}")
    moved = {
        "start": {"dateTime": "2026-12-16T09:00:00", "timeZone": "America/Toronto"},
        "end": {"dateTime": "2026-12-16T12:30:00", "timeZone": "America/Toronto"},
    }
    await call("PATCH", f"{EVENTS}/{made['id']}", moved)
    message = {
        "subject": "<Rappel>",
        "body": {"contentType": "html", "content": '<p>"À demain"</p>'},
        "toRecipients": [{"emailAddress": {"address": MANAGER.mail}}],
    }
    await call("POST", f"/v1.0/users/{SERVICE_MAILBOX}/sendMail", {"message": message})
    status, page = await call("GET", f"/people/{MANAGER.id}?lang={language}")
    words = Words(language, MANAGER.zone_info)
    assert status == 200
    assert f'<html lang="{language}">' in page
    assert "&lt;Rappel&gt;" in page
    assert "&lt;p&gt;&quot;À demain&quot;&lt;/p&gt;" in page
    assert {
        "en": "Wednesday, December\u00a016, 2026, 9\u00a0am to 12:30\u00a0pm",
        "fr": "le mercredi 16\u00a0décembre 2026, de 9\u00a0h à 12\u00a0h\u00a030",
    }[language] in page
    for key in ("moved", "join", "organizer", "inbox", "notifications", "kind_update"):
        assert words(key) in page
    status, home = await call("GET", f"/?lang={language}")
    assert words("fault_away") in home
    assert words("kind_invitation") in home


async def test_a_page_of_nobody_is_not_found(call: Client) -> None:
    assert (await call("GET", "/people/nobody"))[0] == 404
    assert (await call("GET", "/api/people/nobody/mail"))[0] == 404


def test_both_languages_have_the_same_words_and_placeholders() -> None:
    english, french = _all_words()["en"], _all_words()["fr"]
    assert list(english) == list(french)
    for key, text in english.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", french[key]))


def test_every_zone_of_the_sandbox_has_a_name() -> None:
    for person in PEOPLE.everyone:
        for language in ("en", "fr"):
            words = Words(language, person.zone_info)
            assert words.zone_name != person.zone
    start = datetime(2027, 3, 1, 14, tzinfo=UTC)
    words = Words("fr", MANAGER.zone_info)
    told = words.when(start, start + timedelta(hours=1))
    assert told == "le lundi 1er\u00a0mars 2027, de 9\u00a0h à 10\u00a0h"
