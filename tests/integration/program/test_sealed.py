"""What candidates say of themselves is read by those who select, and stands nowhere else.

Two people apply, are supported, opened, interviewed, accepted and declined in the real program;
then its file, its log, every card and every mail are searched for the plain words.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.vault import new_key
from tests.integration.program.plain_words import (
    leaks_in,
    leaks_in_card,
    leaks_in_database,
    plain_words,
)
from tests.integration.program.stage import PEOPLE, Seen, Stage, staged, who, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENGLISH, FRENCH = "employee-ottawa", "employee-gatineau"
MANAGER, OFFICER = "manager-ottawa", "union-ottawa"
UNION, EMPLOYER = "coordinator-union-ncr", "coordinator-employer-ncr"
REFERENCE = re.compile(r"AP-\d{4}-\d{4}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sealed(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The program with a vault's key, all that passes between it and the outside kept."""
    folder = tmp_path_factory.mktemp("sealed")
    async with staged(folder, filled, BOT_SELF_ID_KEYS=new_key()) as stage:
        stage.teams_valve.bodies, stage.graph_valve.bodies = [], []
        await stage.start()
        yield stage


def steps(side: str, reference: str) -> list[dict[str, str]]:
    """An application's form up to self-identification."""
    return [
        {},
        {"side": side},
        *([{"agent": "PSAC"}] if side == "union" else []),
        {"level_en": "e", "level_fr": "e"},
        {"organization": "2229", "region": "national-capital"},
        {"topics": "mental-health"},
        {"experience": "Six years of local meetings."},
        {"motivation": "To help my colleagues talk."},
        {"manager": who(MANAGER).id},
        {"reference": who(reference).id},
    ]


def reference_of(record: Seen) -> str:
    found = REFERENCE.search(record.words)
    assert found, record.words
    return found[0]


async def apply_by_clicks(stage: Stage) -> str:
    """Two groups ticked; back to the step, changed, and sent."""
    await stage.say(ENGLISH, "become a facilitator")
    await stage.fill(ENGLISH, *steps("union", OFFICER))
    await stage.fill(ENGLISH, {"groups": "1"})
    await stage.click(ENGLISH, "form", "back")
    card = await stage.fill(ENGLISH, {"groups": "2,3"})
    assert words("self_identification.said.yes") in card.words
    return reference_of(await stage.fill(ENGLISH, {}))


async def apply_in_words(stage: Stage) -> str:
    """The name of a group is typed, which is not taken; then two numbers."""
    await stage.say(FRENCH, "devenir facilitatrice")
    await stage.fill(FRENCH, *steps("employer", MANAGER))
    refused = await stage.say(FRENCH, words("self_identification.group.black", "fr"))
    assert "Tapez seulement les numéros" in refused.words
    await stage.say(FRENCH, "1, 4")
    return reference_of(await stage.say(FRENCH, "envoyer"))


async def support(stage: Stage, first: str, second: str) -> None:
    """A question, its answer, and everybody's support; one of them is away and has mail."""
    card = await stage.sees(MANAGER, first)
    await stage.click(MANAGER, "endorsement.ask", on=card, question="How many days?")
    asked = await stage.sees(ENGLISH, "How many days?")
    await stage.click(ENGLISH, "application.answer", on=asked, answer="Five, then a few.")
    card = await stage.sees(MANAGER, "Five, then a few.")
    await stage.click(MANAGER, "endorsement.support", on=card, note="Gladly.")
    card = await stage.sees(MANAGER, second)
    await stage.click(MANAGER, "endorsement.support", on=card)
    await stage.until(lambda: stage.mail(OFFICER), "no mail asks the officer")
    await stage.install(OFFICER)
    await stage.say(OFFICER, f"support {first} She listens.")


async def open_it(stage: Stage, key: str, reference: str, *said: str) -> None:
    """Those who select read it in the answer to their click, and close it."""
    before = len(stage.answers)
    await stage.say(key, f"self-identification {reference}")
    card = await stage.click(key, "self_identification.open")
    assert {group(name, who(key).language) for name in said} <= set(card.words.splitlines())
    assert leaks_in_card(stage.answers[before][1]) != []
    stage.answers.pop(before)  # the one answer that is meant to show it
    assert card.card is not None
    closed = await stage.click(key, "application.show", on=card)
    assert leaks_in(closed.words) == []


async def interview(stage: Stage, reference: str) -> None:
    """Invited, picked, booked, held."""
    await stage.say(UNION, f"invite {reference}")
    await stage.fill(UNION, {}, {})
    await stage.until(
        lambda: any("interview.pick" in str(seen.card) for seen in stage.said_to(ENGLISH)),
        f"no times offered: {stage.last(UNION).words}",
    )
    await stage.click(ENGLISH, "interview.pick")
    await becomes(stage, "booked")
    await stage.settled()
    await stage.passes(days=16)
    await becomes(stage, "held")
    await stage.settled()


async def becomes(stage: Stage, status: str) -> None:
    """Outlook's join link comes a little after its event, and the worker looks at its own pace."""

    def is_so() -> bool:
        return stage.rows("SELECT status FROM interviews") == [(status,)]

    await stage.until(is_so, f"the interview is not {status}")


def group(name: str, language: str = "en") -> str:
    return words(f"self_identification.group.{name}", language)


async def test_a_whole_run_leaves_no_plain_word(sealed: Stage) -> None:
    stage = sealed
    await stage.install(ENGLISH, FRENCH, MANAGER, OFFICER, UNION, EMPLOYER)
    await stage.page(OFFICER, "uninstall", {})
    first = await apply_by_clicks(stage)
    second = await apply_in_words(stage)
    await support(stage, first, second)
    await stage.sees(UNION, first)
    listed = await stage.say(UNION, "applications")
    assert leaks_in(listed.words) == []
    await open_it(stage, UNION, first, "black", "racialized")
    await open_it(stage, EMPLOYER, second, "indigenous", "other_equity_group")
    assert [row[1:] for row in readings(stage)] == [(who(UNION).id,), (who(EMPLOYER).id,)]
    assert len(stage.rows("SELECT sealed FROM self_identifications")) == 2
    check(stage)

    await stage.say(EMPLOYER, f"decline {second} Thank you for your interest.")
    await stage.sees(FRENCH, second)
    assert len(stage.rows("SELECT sealed FROM self_identifications")) == 1
    await interview(stage, first)
    accepted = await stage.say(UNION, f"accept {first}")
    assert words("application.status.accepted", who(UNION).language) in accepted.words
    await stage.settled()
    await stage.say(ENGLISH, f"withdraw self-identification {first}")
    await stage.say(ENGLISH, "yes")
    assert stage.rows("SELECT sealed FROM self_identifications") == []
    assert len(readings(stage)) == 2
    check(stage)
    assert {"self_identification.read", "self_identification.erased"} <= set(stage.running.events())
    # What is left once the program has ended is searched too, its log and its file.
    await stage.end()
    check(stage)


def readings(stage: Stage) -> list[tuple[str, ...]]:
    return stage.rows(
        "SELECT application_id, reader_id FROM self_identification_readings ORDER BY at"
    )


def check(stage: Stage) -> None:
    """Everywhere at once."""
    assert leaks_in_database(stage.folder / "bot.db") == []
    assert leaks_in(stage.running.log.read_text("utf-8")) == []
    for key, answer in stage.answers:
        assert leaks_in_card(answer) == [], key
    for valve in (stage.teams_valve, stage.graph_valve):
        assert valve.bodies
        for body in valve.bodies:
            assert leaks_in_card(json.loads(body) if body else "") == []
    mails = 0
    for person in PEOPLE.everyone:
        for message in stage.said_to(person.key):
            assert leaks_in_card(message.card) == [], person.key
        for mail in (*stage.mail(person.key), *stage.invitations(person.key)):
            assert leaks_in(f"{mail.subject} {mail.html}") == [], person.key
            mails += 1
    assert mails
    assert all(leaks_in(str(event)) == [] for event in stage.events())


# ------------------------------------------------------------------ a leak would be caught


@pytest.mark.parametrize("word", plain_words())
async def test_a_planted_word_is_caught_in_any_text(word: str) -> None:
    assert leaks_in(f'{{"text": "{word}"}}') == [word]
    assert leaks_in(json.dumps({"text": word.upper()})) != []
    assert leaks_in(f"the groups are: {word}.") == [word]


async def test_the_question_is_no_leak_and_a_filled_in_one_is() -> None:
    asked = [f"{n}. {group(name)}" for n, name in ((2, "black"), (3, "racialized"))]
    card = {"id": "groups", "type": "Input.ChoiceSet", "choices": asked}
    assert leaks_in_card(card) == []
    assert leaks_in_card({"id": "groups", "type": "Input.ChoiceSet", "value": "2,3"}) != []


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_planted_word_is_caught_in_the_file(
    filled: Path, tmp_path: Path, deleted: bool
) -> None:
    """In a row, and in what a deleted row leaves behind in the file or its log."""
    path = tmp_path / "bot.db"
    path.write_bytes(await asyncio.to_thread(filled.read_bytes))
    assert leaks_in_database(path) == []
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute(
            "INSERT INTO history (entry_id, subject, at, what, note)"
            " VALUES ('e', 'application:a', '2027-01-01', 'said', ?)",
            (f"they are {group('black', 'fr')} " + "and more " * 20,),
        )
        database.commit()
        if deleted:
            database.execute("DELETE FROM history WHERE entry_id = 'e'")
            database.commit()
        found = leaks_in_database(path)
    assert found
    assert any(line.startswith("history: ") for line in found) is not deleted
