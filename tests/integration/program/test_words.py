"""What people write, all the way: on cards, in mail, in Outlook; and nothing of it in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.conversations.talking import problems_of, walk
from tests.integration.program.deeds import (
    COORDINATOR,
    LEADS,
    MANAGER,
    UNION,
    Wish,
    accept,
    agree,
    approve,
    request,
)
from tests.integration.program.stage import PEOPLE, Stage, who, words
from tests.integration.program.terminal import NOBODY

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Markdown, HTML, a function of Adaptive Cards, a turn of direction, an emoji, quotation marks.
NASTY = (
    "**d'Arcy** <b>O’Neil</b> [x](http://e.example) {{x}} \u202egnp.exe 😀 «\u00a0é\u00a0» & “q”"
)
TEAM, NOTE = f"Team {NASTY}", f"Note {NASTY}"
QUESTION, ANSWER, REASON = f"Question {NASTY}", f"Answer {NASTY}", f"Reason {NASTY}"
LONG = "mot " * 2500
CHAINS = ("d'Arcy", "O’Neil", "😀")
TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def strings(node: Any) -> Iterator[str]:
    """Every text of a card that a client reads, but for what stands in an input."""
    for item in walk(node):
        for key, value in item.items():
            if isinstance(value, str) and not (key == "value" and "Input" in item["type"]):
                yield value


class Tags(HTMLParser):
    """The tags and the attributes of a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)


async def test_what_people_write_stays_text(stage: Stage) -> None:
    """
    a team, a note, a question, an answer and a reason, each as nasty as can be
      ▸ the other party, the coordinator and the leads read it as it was meant, on sound cards
      ▸ by mail, to somebody who removed the app, it is text too, in both languages
      ▸ Outlook's body says nothing of the team; its cancellation holds no HTML
    """
    wish = Wish(team=TEAM, note=NOTE)
    reference = await request(stage, wish)
    await agree(stage, reference, wish)
    card = await stage.sees(COORDINATOR, reference)
    await stage.click(COORDINATOR, "triage.ask", on=card, question=QUESTION)
    card = await stage.sees(MANAGER, "Question")
    await stage.click(MANAGER, "request.answer", on=card, answer=ANSWER)
    await stage.sees(COORDINATOR, "Answer")
    await approve(stage, reference)
    await accept(stage, reference)
    await stage.sees(MANAGER, words("request.status.scheduled"))
    for key in (UNION, LEADS[0]):
        await stage.page(key, "uninstall", {})
    card = await stage.sees(COORDINATOR, words("triage.state.scheduled"))
    await stage.click(COORDINATOR, "session.cancel", on=card, reason=REASON)
    await stage.sees(MANAGER, "Reason")
    await stage.settled()

    check_chats(stage)
    check_mail(stage)
    (event,) = stage.events()
    assert not [piece for piece in CHAINS if piece in event.said["body"]["content"]]
    told = next(each for each in stage.invitations(LEADS[1]) if each.kind == "cancellation")
    assert "Reason **d'Arcy** \u2039b\u203aO’Neil\u2039/b\u203a" in told.html


def check_chats(stage: Stage) -> None:
    """Everything that anybody has before them."""
    read = {TEAM: 0, NOTE: 0, QUESTION: 0, ANSWER: 0, REASON: 0}
    for person in PEOPLE.everyone:
        for message in stage.said_to(person.key):
            assert message.card is not None
            assert problems_of(message.card) == []
            for text in strings(message.card):
                assert "{{" not in text
                assert not TURNS.search(text)
            for block in walk(message.card):
                if block.get("type") == "TextBlock":
                    assert not re.search(r"[*<>\[\]]", block["text"])
            for said in read:
                read[said] += said[:14] in message.words  # "Team **d'Arcy*"
    assert min(read.values()) >= 2, read


def check_mail(stage: Stage) -> None:
    for key, written in ((UNION, "Team"), (LEADS[0], "Reason")):
        mails = stage.mail(key)
        assert mails
        for mail in mails:
            tags = Tags()
            tags.feed(mail.html)
            assert tags.tags <= {
                "html", "head", "meta", "title", "body", "div", "p", "strong", "hr", "a",
            }  # fmt: skip
            assert not TURNS.search(mail.html + mail.subject)
            assert mail.html.count('lang="') == 3
        text = "".join(mail.html for mail in mails)
        assert f"{written} **d&#x27;Arcy** &lt;b&gt;O’Neil&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("key", "said"),
    [("employee-ottawa", "I did not understand"), ("employee-gatineau", "Je n’ai pas compris")],
)
async def test_ten_thousand_characters(stage: Stage, key: str, said: str) -> None:
    await stage.install(key)
    answer = await stage.say(key, LONG)
    assert said in answer.words
    assert problems_of(answer.card or {}) == []


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("employee-ottawa", words("error.card_bad")),
        ("employee-gatineau", words("error.card_bad", "fr")),
    ],
)
async def test_payloads_that_no_card_holds(stage: Stage, key: str, said: str) -> None:
    """Missing, wrong-typed: the sentence; of somebody else: as if it did not exist."""
    await stage.install(key)
    card = stage.last(key)
    language = who(key).language
    for data in ({}, {"id": 7}, {"id": ["x"]}, {"id": {"id": 1}}, {"id": "x" * 5000}, "text"):
        answer = await stage.invoke(key, card.id, "request.show", data)
        assert (answer["statusCode"], plain(answer["value"])) == (200, said)
    ((request_id,),) = stage.rows("SELECT request_id FROM requests")
    for thing_id in (request_id, NOBODY, "EC-2027-0001"):
        answer = await stage.invoke(key, card.id, "request.withdraw", {"id": thing_id})
        assert words("error.request_unknown", language) in plain(str(answer["value"]))
    answer = await stage.invoke(key, card.id, "request.explode", {"id": "x"})
    assert answer["statusCode"] == 400
    assert plain(answer["value"]["message"]) == words("error.unknown_verb", language)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


BODIES: tuple[tuple[bytes, int], ...] = (
    (b"", 400),
    (b"null", 400),
    (b"[]", 400),
    (b"{", 400),
    (b"\xff\xfe", 400),
    (b'{"type": "message"}', 400),
    (b'{"type": "message", "id": "1", "text": "' + b"x" * 300_000 + b'"}', 413),
    (b"[" * 100_000, 400),
)


@pytest.mark.parametrize(("body", "status"), BODIES)
async def test_bodies_that_are_no_activity(stage: Stage, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{stage.running.url}/api/messages"
    async with stage.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == status
        assert set(await answer.json()) == {"error"}


async def test_a_foreign_service_url(stage: Stage) -> None:
    """The sandbox writes to this machine alone, whatever an activity asks for."""
    activity = {
        "type": "message",
        "id": "1",
        "text": "help",
        "serviceUrl": "https://smba.trafficmanager.net.evil.example/",
        "conversation": {"id": "a:1"},
        "from": {"id": "29:1", "aadObjectId": NOBODY},
    }
    url = f"{stage.running.url}/api/messages"
    async with stage.session.post(url, json=activity) as answer:
        assert (answer.status, await answer.json()) == (403, {"error": {"code": "service_url"}})


async def test_the_log_of_all_this(stage: Stage) -> None:
    """Ids, counts and codes; no name, no address, no words, no token; and no bug on the way."""
    log = stage.running.log.read_text("utf-8")
    forbidden = [
        *(person.name for person in PEOPLE.everyone),
        *(person.mail for person in PEOPLE.everyone),
        *CHAINS,
        "gnp.exe",
        "mot mot",
        "@",
        "Bearer",
        "meetup-join",
        "Benefits",
    ]
    assert [text for text in forbidden if text in log] == []
    assert [line for line in stage.running.lines() if line["level"] in ("error", "critical")] == []
    assert stage.running.events().count("request_refused") == len(BODIES) + 1
