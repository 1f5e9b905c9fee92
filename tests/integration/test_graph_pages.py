"""The pages of the local Graph in a real browser: nothing for axe to find, and always current."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, web

from sandbox.clock import SandboxClock
from sandbox.graph.app import create_app
from sandbox.people import SERVICE_MAILBOX, load_people

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PEOPLE = load_people()
MANAGER = PEOPLE.by_key("manager-ottawa")
NOON = datetime(2026, 12, 14, 17, tzinfo=UTC)
HEADERS = {"Authorization": "Bearer sandbox", "Prefer": 'IdType="ImmutableId"'}
USERS = "/v1.0/users"
EVENT = {
    "subject": "Mental Health · Santé mentale",
    "body": {"contentType": "html", "content": "<p>Welcome · Bienvenue</p>"},
    "start": {"dateTime": "2026-12-15T13:00:00", "timeZone": "America/Toronto"},
    "end": {"dateTime": "2026-12-15T16:30:00", "timeZone": "America/Toronto"},
    "attendees": [{"type": "required", "emailAddress": {"address": MANAGER.mail}}],
    "isOnlineMeeting": True,
    "onlineMeetingProvider": "teamsForBusiness",
}
LATER = {
    "start": {"dateTime": "2026-12-16T09:00:00", "timeZone": "America/Toronto"},
    "end": {"dateTime": "2026-12-16T12:30:00", "timeZone": "America/Toronto"},
}


class Served:
    """The local Graph, and calls to it."""

    def __init__(self, session: ClientSession, base: str) -> None:
        self._session = session
        self.base = base

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        async with self._session.request(
            method, self.base + path, json=body, headers=HEADERS
        ) as answer:
            assert answer.status < 300
            return await answer.json() if answer.content_type == "application/json" else None

    async def mail(self, subject: str, html: str) -> None:
        message = {
            "subject": subject,
            "body": {"contentType": "html", "content": html},
            "toRecipients": [{"emailAddress": {"address": MANAGER.mail}}],
        }
        await self.call("POST", f"{USERS}/{SERVICE_MAILBOX}/sendMail", {"message": message})

    async def fill(self) -> None:
        """A meeting that moved, one that was cancelled, a mail and a notification."""
        events = f"{USERS}/{SERVICE_MAILBOX}/events"
        made = await self.call("POST", events, EVENT)
        await self.call("GET", f"{events}/{made['id']}")
        await self.call("PATCH", f"{events}/{made['id']}", LATER)
        gone = await self.call("POST", events, EVENT)
        await self.call("POST", f"{events}/{gone['id']}/cancel", {"comment": "<p>Why</p>"})
        await self.mail("Rappel", '<p>À demain</p><p><a href="https://x.example">Lien</a></p>')
        await self.call(
            "POST",
            f"{USERS}/{MANAGER.id}/teamwork/sendActivityNotification",
            {
                "topic": {
                    "source": "text",
                    "value": "Mental Health",
                    "webUrl": "https://teams.microsoft.com/l/chat/0/0",
                },
                "activityType": "sessionSoon",
                "previewText": {"content": "In one hour"},
            },
        )


@asynccontextmanager
async def serving() -> AsyncGenerator[Served]:
    app = create_app(PEOPLE, SandboxClock(real=lambda: NOON), data_dir=None)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with ClientSession() as session:
            yield Served(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await runner.cleanup()


@asynccontextmanager
async def page_of(browser: Browser, **options: Any) -> AsyncGenerator[Page]:
    context = await browser.new_context(**options)
    page = await context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    try:
        yield page
        assert broken == []
    finally:
        await context.close()


async def violations(page: Page) -> list[str]:
    await page.add_script_tag(path=AXE)
    found = await page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], iframes: false})"
    )
    return [f"{each['id']}: {each['nodes'][0]['target']}" for each in found["violations"]]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("fr", "dark")])
async def test_axe_finds_nothing_wrong_and_nothing_sticks_out(
    chromium: Browser, language: str, scheme: str, width: int
) -> None:
    look: dict[str, Any] = {
        "viewport": {"width": width, "height": 900},
        "color_scheme": scheme,
    }
    async with serving() as served, page_of(chromium, **look) as page:
        for path in ("/", f"/people/{MANAGER.id}", "/people/programme"):
            for full in (False, True):
                if full and path == "/":
                    await served.fill()
                await page.goto(f"{served.base}{path}?lang={language}")
                assert await violations(page) == []
                assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_the_page_keeps_itself_current_and_open_what_is_open(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await served.mail("First", "<p>One</p>")
        await page.goto(f"{served.base}/people/{MANAGER.id}")
        first = page.locator(".mail details").last
        await first.locator("summary").click()
        await served.mail("Second", "<p>Two</p>")
        await page.get_by_text("Second").wait_for()
        assert await page.locator(".mail-subject").all_inner_texts() == ["Second", "First"]
        assert await first.get_attribute("open") is not None
        assert await page.locator("#status").inner_text() == "The page was updated."


async def test_a_message_is_shown_and_runs_nothing(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await served.mail("Trap", "<p>Text</p><script>parent.document.title = 'x'</script>")
        await page.goto(f"{served.base}/people/{MANAGER.id}?lang=en")
        await page.locator(".mail summary").click()
        frame = page.frame_locator("iframe.mail-body").first
        assert await frame.locator("p").inner_text() == "Text"
        assert await page.title() == "Manager, Ottawa · Outlook of the sandbox"


async def test_graph_fails_at_the_touch_of_a_button(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await page.goto(f"{served.base}/?lang=en")
        await page.get_by_role("button", name="Be away for the next 10 calls").click()
        await page.get_by_text("Calls that will fail: 10").wait_for()
        assert (await served.call("GET", "/faults"))[0]["status"] == 503
        await page.get_by_role("button", name="Stop failing").click()
        await page.get_by_text("Graph answers as it should.").wait_for()
        assert await served.call("GET", "/faults") == []


async def test_a_person_changes_a_meeting_by_hand(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await served.fill()
        await page.goto(f"{served.base}/people/{MANAGER.id}?lang=en")
        await page.get_by_role("button", name="Decline: Mental Health").first.click()
        await page.get_by_text("Declined", exact=True).first.wait_for()
        await page.goto(f"{served.base}/people/programme?lang=en")
        await page.get_by_text("(required, declined)").first.wait_for()
        await page.get_by_role("button", name="Move to the next day: Mental Health").first.click()
        await page.get_by_text("(required)").first.wait_for()  # another time asks anew
        await page.get_by_role("button", name="Take off: Manager, Ottawa").first.click()
        await page.get_by_text("Nobody is invited now.").first.wait_for()
        await page.get_by_role("button", name="Delete: Mental Health").first.click()
        await page.get_by_text("Cancelled").first.wait_for()


async def test_what_outlook_tells_can_go_wrong_at_the_touch_of_a_button(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await page.goto(f"{served.base}/?lang=fr")
        await page.get_by_text("Personne n’est prévenu").wait_for()
        await page.get_by_role("button", name="Perdre la prochaine").click()
        await page.get_by_text("Notifications à qui il arrivera quelque chose").wait_for()


async def test_weeks_and_languages_are_a_link_away(chromium: Browser) -> None:
    async with serving() as served, page_of(chromium) as page:
        await page.goto(f"{served.base}/people/{MANAGER.id}?lang=en")
        await page.get_by_role("link", name="Next week").click()
        await page.get_by_text("Week of December\u00a021, 2026").wait_for()
        await page.get_by_role("link", name="Français").click()
        await page.get_by_text("Semaine du 21\u00a0décembre 2026").wait_for()
        await page.get_by_role("link", name="Cette semaine").click()
        await page.get_by_text("Semaine du 14\u00a0décembre 2026").wait_for()
