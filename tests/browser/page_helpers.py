"""The chat page on its own: the local Teams with a small bot whose cards have one of each part."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from playwright.async_api import Page

from sandbox.clock import SandboxClock
from sandbox.people import load_people
from sandbox.teams.app import TeamsSettings, create_app

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CARD = "application/vnd.microsoft.card.adaptive"
JSON = dict[str, Any]


def form_card(step: int = 1) -> JSON:
    """A step of a form: every input that the program's forms use."""
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "en",
        "body": [
            {
                "type": "TextBlock",
                "text": f"Step {step} of 5: your team",
                "style": "heading",
                "wrap": True,
            },
            {
                "type": "RichTextBlock",
                "inlines": [
                    {"type": "TextRun", "text": "Topic: ", "weight": "Bolder"},
                    {"type": "TextRun", "text": "Mental Health: Let's Talk!"},
                ],
            },
            {
                "type": "Input.Text",
                "id": "team",
                "label": "Name of the team",
                "isRequired": True,
                "errorMessage": "Write the name of the team.",
                "placeholder": "As your colleagues know it",
            },
            {
                "type": "Input.ChoiceSet",
                "id": "counterpart",
                "label": "Your counterpart of the other party",
                "isRequired": True,
                "errorMessage": "Choose a person.",
                "choices": [],
                "choices.data": {"type": "Data.Query", "dataset": "graph.microsoft.com/users"},
            },
            {
                "type": "ColumnSet",
                "columns": [
                    {
                        "type": "Column",
                        "width": "stretch",
                        "items": [{"type": "Input.Date", "id": "on", "label": "Date"}],
                    },
                    {
                        "type": "Column",
                        "width": "stretch",
                        "items": [{"type": "Input.Time", "id": "at", "label": "Start"}],
                    },
                ],
            },
            {
                "type": "Input.ChoiceSet",
                "id": "language",
                "label": "Language of the session",
                "value": "en",
                "choices": [
                    {"title": "English", "value": "en"},
                    {"title": "French", "value": "fr"},
                    {"title": "Both", "value": "both"},
                ],
            },
            {
                "type": "Input.ChoiceSet",
                "id": "needs",
                "label": "Accessibility needs",
                "isMultiSelect": True,
                "choices": [
                    {"title": "Captions", "value": "captions"},
                    {"title": "Sign language (ASL)", "value": "asl"},
                    {"title": "Documents in another format", "value": "documents"},
                ],
            },
            {
                "type": "Input.ChoiceSet",
                "id": "side",
                "label": "You are asking for",
                "style": "expanded",
                "isRequired": True,
                "errorMessage": "Choose one.",
                "value": "employer",
                "choices": [
                    {"title": "the employer", "value": "employer"},
                    {"title": "the union", "value": "union"},
                ],
            },
            {
                "type": "Input.Text",
                "id": "note",
                "label": "Anything the coordinators should know",
                "isMultiline": True,
            },
        ],
        "actions": [
            execute("Continue", "form.next", style="positive"),
            execute("Back", "form.back", associatedInputs="none"),
            execute("Cancel", "form.cancel", associatedInputs="none"),
        ],
    }


def record_card() -> JSON:
    """What a form becomes: facts, what comes next, a card shown on demand, a link."""
    facts = [
        {"title": "Reference", "value": "EC-2027-0042"},
        {"title": "When", "value": "Tuesday, May 25, 2027, 1 p.m. to 4:30 p.m., Atlantic Time"},
        {"title": "Counterpart", "value": "Union representative, Halifax"},
        {"title": "Status", "value": "Waiting for agreement"},
    ]
    ask = {
        "type": "AdaptiveCard",
        "body": [{"type": "Input.Text", "id": "reason", "label": "Reason", "isMultiline": True}],
        "actions": [execute("Withdraw the request", "request.withdraw", style="destructive")],
    }
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "en",
        "body": [
            {"type": "TextBlock", "text": "Request sent", "style": "heading", "wrap": True},
            {"type": "TextBlock", "text": "I will tell you when they answer.", "wrap": True},
            {"type": "FactSet", "facts": facts},
            {
                "type": "Container",
                "id": "more",
                "isVisible": False,
                "style": "emphasis",
                "items": [
                    {"type": "TextBlock", "text": "Only both parties agreeing.", "wrap": True}
                ],
            },
            {
                "type": "ActionSet",
                "actions": [
                    {
                        "type": "Action.ToggleVisibility",
                        "title": "What happens next?",
                        "targetElements": ["more"],
                    },
                    execute("Send a nudge", "request.nudge"),
                    {"type": "Action.ShowCard", "title": "Withdraw…", "card": ask},
                    {
                        "type": "Action.OpenUrl",
                        "title": "Preparation",
                        "url": "https://www.example.org/preparation",
                    },
                ],
            },
        ],
    }


def french_card() -> JSON:
    """An offer in French: long words, columns, numbers that stand alone, a refresh."""
    numbers = [
        {
            "type": "Column",
            "width": "stretch",
            "items": [
                {"type": "TextBlock", "text": number, "size": "ExtraLarge", "weight": "Bolder"},
                {"type": "TextBlock", "text": words, "isSubtle": True, "wrap": True},
            ],
        }
        for number, words in (("3", "places libres"), ("16 h", "pour répondre, aujourd’hui"))
    ]
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "fr",
        "refresh": {"action": execute("Actualiser", "offer.refresh")},
        "body": [
            {
                "type": "TextBlock",
                "text": "Demain, de 13 h à 16 h 30 : Santé mentale : parlons-en!",
                "style": "heading",
                "wrap": True,
            },
            {"type": "ColumnSet", "columns": numbers},
            {
                "type": "TextBlock",
                "text": "La séance commence dans deux jours.",
                "color": "Attention",
                "wrap": True,
            },
        ],
        "actions": [
            execute("Participer à la séance", "offer.accept", style="positive"),
            execute("Voir les documents de préparation", "offer.prepare"),
            execute("Refuser", "offer.decline", style="destructive"),
        ],
    }


def execute(title: str, verb: str, **more: Any) -> JSON:
    """A button of the kind that is answered in place."""
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": {"id": "42"}, **more}


@dataclass
class StubBot:
    """Answers words with cards, and clicks with `answers[verb]`; keeps what it was told."""

    answers: dict[str, JSON] = field(default_factory=dict[str, JSON])
    invokes: list[JSON] = field(default_factory=list[JSON])
    submitted: list[JSON] = field(default_factory=list[JSON])
    release: asyncio.Event = field(default_factory=asyncio.Event)
    session: ClientSession | None = None
    last: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        """Serve `POST /api/messages`."""
        activity = await request.json()
        match activity:
            case {"type": "invoke", "name": "adaptiveCard/action", "value": value}:
                self.invokes.append(value)
                await self.release.wait()
                return web.json_response(self.answer(value["action"]["verb"]))
            case {"type": "message", "text": str() as text} if text:
                await self.say(activity, text)
            case {"type": "message", "value": value}:
                self.submitted.append(value)
            case _:
                pass
        return web.Response()

    def answer(self, verb: str) -> JSON:
        """Return a card for a known verb, else an error."""
        if verb in self.answers:
            return {"statusCode": 200, "type": CARD, "value": self.answers[verb]}
        value = {"code": "Gone", "message": "This offer is no longer open."}
        return {"statusCode": 409, "type": "application/vnd.microsoft.error", "value": value}

    async def say(self, activity: JSON, text: str) -> None:
        """Answer words: the name of a card, or the words again."""
        cards = {"form": form_card, "record": record_card, "offre": french_card}
        if text not in cards:
            await self.send(activity, {"type": "message", "text": text})
            return
        attachment = {"contentType": CARD, "content": cards[text]()}
        message = {"type": "message", "summary": f"A card: {text}", "attachments": [attachment]}
        await self.send(activity, message)

    async def send(self, activity: JSON, message: JSON) -> None:
        """Write into the conversation of an activity; its message is kept to be changed."""
        conversation = activity["conversation"]["id"]
        url = f"{activity['serviceUrl']}v3/conversations/{conversation}/activities"
        assert self.session is not None
        async with self.session.post(url, json=message) as response:
            assert response.ok, await response.text()
            self.last = f"{url}/{(await response.json())['id']}"

    async def change_last(self, card: JSON) -> None:
        """Put another card in the place of the last message's, as when somebody else acted."""
        message = {"type": "message", "attachments": [{"contentType": CARD, "content": card}]}
        assert self.session is not None
        async with self.session.put(self.last, json=message) as response:
            assert response.ok, await response.text()


@dataclass
class Served:
    """A running local Teams: its address, its bot, its clock."""

    url: str
    bot: StubBot
    clock: SandboxClock

    def address(self, *keys: str) -> str:
        """The page with these people open, by the readable keys of the people file."""
        ids = {person.key: person.id for person in load_people().everyone}
        return f"{self.url}/#people={','.join(ids[key] for key in keys)}"


@asynccontextmanager
async def serve_page(port: int = 0) -> AsyncGenerator[Served, None]:
    """Run the local Teams and the stub bot on loopback; `port` 0 takes any that is free."""
    bot = StubBot()
    bot.release.set()
    bot.answers = {
        "form.next": record_card(),
        "form.back": form_card(1),
        "offer.refresh": french_card(),
        "offer.accept": record_card(),
    }
    bot_app = web.Application()
    bot_app.router.add_post("/api/messages", bot.receive)
    async with ClientSession() as bot.session, running(bot_app) as bot_url:
        clock = SandboxClock()
        socket_port = port or free_port()
        own_url = f"http://127.0.0.1:{socket_port}"
        settings = TeamsSettings(own_url=own_url, bot_url=bot_url, graph_url="http://127.0.0.1:9")
        async with running(create_app(load_people(), clock, settings), socket_port) as url:
            yield Served(url, bot, clock)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(app: web.Application, port: int = 0) -> AsyncGenerator[str, None]:
    """Serve an application on loopback while the block runs."""
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def violations(page: Page) -> list[str]:
    """What axe finds wrong in the page as it stands: rule and the first place of each."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found["violations"]]
