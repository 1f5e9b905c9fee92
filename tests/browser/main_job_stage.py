"""People on the chat page: what they see, write and click, by the keys of the program's texts.

Every card that somebody looks at is judged by axe in light and dark, and photographed.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.i18n import Catalogues, Translator
from sandbox.people import Person, load_people
from tests.browser.main_job_world import IDS, ROOT, World

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "var" / "screenshots"
WIDE: ViewportSize = {"width": 1400, "height": 1000}
PHONE: ViewportSize = {"width": 320, "height": 720}
MOST_TABS = 120
LONGEST_WAIT_MS = 90_000

JUDGE = """async ([element, rules]) => {
  const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(element, { preload: false, resultTypes: ["violations"], ...only });
  const told = (node) => `${node.failureSummary} ${node.html}`;
  return found.violations.map(({ id, nodes }) => `${id}: ${told(nodes[0])}`);
}"""
OVERFLOW = """(card) => {
  const { left, right } = card.getBoundingClientRect();
  return [...card.querySelectorAll("*")]
    .filter((each) => each.checkVisibility() && each.getClientRects().length > 0)
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && (box.left < left - 1 || box.right > right + 1))
    .map(([each]) => `${each.className || each.tagName}: ${each.textContent.slice(0, 80)}`);
}"""


@dataclass
class Stage:
    """The chat page with its people, and the folder of its photographs."""

    world: World
    page: Page
    catalogues: Catalogues
    folder: Path
    taken: int = 0
    actors: dict[str, Actor] = field(default_factory=dict)
    shown: list[Actor] = field(default_factory=list)

    async def open(self, *keys: str) -> list[Actor]:
        """Show these people's chats side by side."""
        await self.world.settled()
        await self.page.goto(self.world.address(*keys))
        await expect(self.page.locator(".column")).to_have_count(len(keys))
        self.shown = [self.actor(key) for key in keys]
        await self.caught_up()
        return self.shown

    async def caught_up(self) -> None:
        """Wait until the program has told everybody, and their chats show the last of it."""
        await self.world.settled()
        for actor in self.shown:
            for message in (await self.world.messages(actor.person.key))[-1:]:
                shown = actor.chat.locator(f'.message[data-message="{message["id"]}"]')
                await expect(shown).to_have_count(1)

    def actor(self, key: str) -> Actor:
        if key not in self.actors:
            self.actors[key] = Actor(self, load_people().by_key(key))
        return self.actors[key]

    async def jump(self, name: str, times: int = 1) -> None:
        """Press a button of the page's clock, so many times, and let the program do its part."""
        button = self.page.locator(f'[data-jump="{name}"]')
        for _ in range(times):
            before = await self.world.now()
            await button.click()

            async def moved(before: Any = before) -> bool:
                return (await self.world.now() - before).total_seconds() > 1

            await self.world.until(moved, f"the clock did not jump: {name}")
        await self.world.seen_to()
        await self.caught_up()

    async def judge(self, what: Locator) -> None:
        """See that axe finds nothing wrong, in light and in dark."""
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.add_script_tag(path=AXE)
        # In dark only the colours are others.
        for scheme, rules in (("dark", ["color-contrast"]), ("light", None)):
            await self.page.emulate_media(color_scheme=scheme)
            found = await self.page.evaluate(JUDGE, [await what.element_handle(), rules])
            assert found == [], f"{scheme}: {await what.inner_text()}"

    async def photograph(self, what: Locator | Page, name: str) -> None:
        """Keep a picture of it."""
        self.taken += 1
        path = self.folder / f"{self.taken:02}-{name}.png"
        await what.screenshot(path=path)

    async def look(self, name: str) -> None:
        """Judge and photograph the whole page, in light and in dark."""
        await self.judge(self.page.locator("html"))
        await self.photograph(self.page, name)
        await self.page.emulate_media(color_scheme="dark")
        await self.photograph(self.page, f"{name}-dark")
        await self.page.emulate_media(color_scheme="light")

    async def look_at_outlook(self, key: str, name: str) -> None:
        """Judge and photograph somebody's calendar and mail, as they see them."""
        self.page, chats = await self.page.context.new_page(), self.page
        await self.page.goto(f"{self.world.graph}/people/{IDS[key]}")
        await self.look(name)
        await self.page.close()
        self.page = chats


@dataclass
class Actor:
    """One person at the page, in their own language."""

    stage: Stage
    person: Person

    @property
    def page(self) -> Page:
        return self.stage.page

    @property
    def tr(self) -> Translator:
        return self.stage.catalogues.translator(self.person.language, self.person.zone)

    @property
    def chat(self) -> Locator:
        return self.page.locator(f'.column[data-person="{self.person.id}"]')

    @property
    def card(self) -> Locator:
        """The newest card of the chat."""
        return self.chat.locator(".message.is-bot:visible .card").last

    def words(self, key: str, **values: object) -> str:
        return self.tr.t(key, **values)

    async def add_app(self) -> None:
        """Add the app, and be greeted."""
        await self.chat.locator(".absent .main-button").click()
        await self.sees("help.welcome.text")

    async def say(self, words: str) -> None:
        """Write it in the chat, and wait for the answer below it."""
        said = self.chat.locator(".message.is-mine")
        before = await said.count()
        field = self.chat.locator("textarea.composer-field")
        await field.fill(words)
        await field.press("Enter")
        await expect(said).to_have_count(before + 1)
        newest = self.chat.locator(".message:visible").last
        await expect(newest).to_have_class(re.compile("is-bot"))

    async def sees(self, key: str, **values: object) -> Locator:
        """Wait until the newest card says it, and is at rest."""
        return await self.reads(self.words(key, **values))

    async def reads(self, text: str) -> Locator:
        """Wait until the newest card says this."""
        card = self.card
        await expect(card).to_contain_text(text)
        await expect(card).not_to_have_attribute("aria-busy", "true")
        return card

    def button(self, key: str, **values: object) -> Locator:
        """A button of the newest card; where one opens another of the same words, that other."""
        name = self.words(key, **values)
        return self.card.get_by_role("button", name=name, exact=True).last

    async def click(self, key: str, **values: object) -> None:
        """Click a button of the newest card."""
        await self.button(key, **values).click()
        await expect(self.card).not_to_have_attribute("aria-busy", "true")

    async def press(self, key: str, **values: object) -> None:
        """The same by keyboard alone: Tab until it is reached, then Enter."""
        await self.tab_to(self.button(key, **values))
        await self.page.keyboard.press("Enter")
        await expect(self.card).not_to_have_attribute("aria-busy", "true")

    async def tab_to(self, target: Locator) -> None:
        """Walk with Tab, from where the keyboard is, until the target has it."""
        for _ in range(MOST_TABS):
            if await target.evaluate("(element) => element === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not reach {target}.")

    def input(self, key: str) -> Locator:
        """An input of the newest card, by the key of its label."""
        label = re.escape(self.words(key))
        return self.card.get_by_label(re.compile(rf"^\s*{label}[\s*]*$"))

    def option(self, text: str) -> Locator:
        """A choice in view, by its words or by their beginning."""
        return self.card.get_by_role("radio", name=re.compile("^" + re.escape(text)))

    async def find(self, key: str, typed: str, found: str) -> None:
        """Search as one types, and take what is found."""
        await self.input(key).fill(typed)
        await self.chat.get_by_role("option").filter(has_text=found).click()

    async def look(self, name: str, *, phone: bool = False, dark: bool = False) -> None:
        """Judge the newest card in both colours, see that nothing sticks out, photograph it."""
        card = self.card
        await self.stage.judge(card)
        await self._fits()
        await self._room_for(card, WIDE)
        await self.stage.photograph(card, name)
        if dark:
            await self.page.emulate_media(color_scheme="dark")
            await self.stage.photograph(card, f"{name}-dark")
            await self.page.emulate_media(color_scheme="light")
        if phone:
            await self._look_on_phone(name)
        await self.page.set_viewport_size(WIDE)

    async def _fits(self) -> None:
        sticking_out: list[str] = await self.card.evaluate(OVERFLOW)
        assert sticking_out == []

    async def _look_on_phone(self, name: str) -> None:
        await self.chat.locator(".column-name").click()  # a phone shows the chat used last
        await self.page.set_viewport_size(PHONE)
        await expect(self.chat).to_be_visible()
        await self._fits()
        await self._room_for(self.card, PHONE)
        await self.stage.photograph(self.card, f"{name}-320")

    async def _room_for(self, card: Locator, size: ViewportSize) -> None:
        """Show the whole card at once: what is above and below it lies over it otherwise."""
        height: int = await card.evaluate("(element) => element.offsetHeight")
        await self.page.set_viewport_size({**size, "height": max(size["height"], height + 400)})


@asynccontextmanager
async def open_stage(
    chromium: Browser, world: World, language: str, play: str = ""
) -> AsyncGenerator[Stage, None]:
    """A browser in this language; what goes wrong in the page's scripts fails the test.

    Each play has a folder of photographs of its own.
    """
    context = await chromium.new_context(
        locale=f"{language}-CA", viewport=WIDE, reduced_motion="reduce", color_scheme="light"
    )
    page = await context.new_page()
    expect.set_options(timeout=LONGEST_WAIT_MS)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    folder = SCREENSHOTS / play / language
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    page.set_default_timeout(LONGEST_WAIT_MS)
    stage = Stage(world, page, Catalogues.load(), folder)
    try:
        yield stage
    except BaseException:
        await stage.photograph(page, "failed")
        raise
    finally:
        expect.set_options(timeout=None)
        await context.close()
    assert faults == []


def name_of(key: str) -> str:
    """What everybody reads of a person."""
    return load_people().by_key(key).name


def id_of(key: str) -> str:
    return IDS[key]
