"""The chat page, played in Chromium: cards answered in place, the people picker, the keyboard,
several people side by side, light, dark and narrow; axe finds nothing wrong anywhere.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.people import load_people
from tests.browser.page_helpers import Served, form_card, serve_page, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

IDS = {person.key: person.id for person in load_people().everyone}
MANAGER, UNION = "manager-halifax", "union-quebec"


@pytest_asyncio.fixture(loop_scope="session")
async def served() -> AsyncIterator[Served]:
    async with serve_page() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, served: Served) -> AsyncIterator[Page]:
    """A page in English; what goes wrong in its scripts fails the test."""
    context = await chromium.new_context(locale="en-CA", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    yield page
    await context.close()
    assert faults == []
    assert [url for url in outside if not url.startswith((served.url, "data:"))] == []


async def open_chat(page: Page, served: Served, *keys: str) -> Locator:
    """Open these people, the app added, and return the first one's chat."""
    for key in keys:
        await page.request.post(f"{served.url}/api/people/{IDS[key]}/install")
    await page.goto(served.address(*keys))
    await expect(page.locator(".column")).to_have_count(len(keys))
    return chat_of(page, keys[0])


def chat_of(page: Page, key: str) -> Locator:
    return page.locator(f'.column[data-person="{IDS[key]}"]')


async def say(chat: Locator, text: str) -> None:
    """Write, send, and wait for the bot's message."""
    before = await chat.locator(".message.is-bot").count()
    await chat.locator("textarea.composer-field").fill(text)
    await chat.locator("textarea.composer-field").press("Enter")
    await expect(chat.locator(".message.is-bot")).to_have_count(before + 1)


async def test_a_click_is_answered_in_the_place_of_the_card(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER)
    await say(chat, "form")

    # A required field is missing: its message, its state, the keyboard in it; nothing was sent.
    team = chat.get_by_role("textbox", name="Name of the team")
    await chat.get_by_role("button", name="Continue").click()
    await expect(chat.get_by_text("Write the name of the team.")).to_be_visible()
    await expect(team).to_have_attribute("aria-invalid", "true")
    await expect(team).to_be_focused()
    assert served.bot.invokes == []

    await page.keyboard.type("Inspection, Atlantic")
    await expect(chat.get_by_text("Write the name of the team.")).to_have_count(0)
    picker = chat.get_by_role("combobox", name="Your counterpart of the other party")
    await picker.fill("representative, ottawa")
    await chat.get_by_role("option", name="Union representative, Ottawa").click()
    await chat.get_by_label("Date").fill("2027-05-25")
    await chat.get_by_label("Start").fill("13:00")
    await chat.get_by_label("Captions").check()

    # While the bot thinks, the card waits and cannot be clicked twice.
    served.bot.release.clear()
    go_on = chat.get_by_role("button", name="Continue")
    await go_on.click()
    await expect(chat.locator(".card")).to_have_attribute("aria-busy", "true")
    await expect(go_on).to_have_attribute("aria-disabled", "true")
    await go_on.dispatch_event("click")
    served.bot.release.set()

    heading = chat.get_by_role("heading", name="Request sent")
    await expect(heading).to_be_focused()
    await expect(page.locator("#polite")).to_contain_text("Card updated.")
    await expect(chat.locator(".message.is-bot")).to_have_count(1)
    assert served.bot.invokes == [
        {
            "action": {
                "type": "Action.Execute",
                "verb": "form.next",
                "data": {
                    "id": "42",
                    "team": "Inspection, Atlantic",
                    "counterpart": IDS["union-ottawa"],
                    "on": "2027-05-25",
                    "at": "13:00",
                    "language": "en",
                    "needs": "captions",
                    "side": "employer",
                },
            },
            "trigger": "manual",
        }
    ]


async def test_the_people_picker_follows_the_keyboard(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER)
    await say(chat, "form")
    picker = chat.get_by_role("combobox", name="Your counterpart of the other party")

    await picker.press_sequentially("deleguee")
    option = chat.get_by_role("option", name="Déléguée syndicale, Québec")
    await expect(option).to_be_visible()
    await expect(picker).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(picker).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("ArrowDown")
    await expect(option).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    active = await picker.get_attribute("aria-activedescendant")
    assert active == await option.get_attribute("id")
    await page.keyboard.press("Enter")
    await expect(picker).to_have_value("Déléguée syndicale, Québec")
    await expect(page.locator("#polite")).to_contain_text("Déléguée syndicale, Québec chosen")

    # Words that are nobody are refused at the field, and told apart from an empty field.
    await picker.fill("nobody of that name")
    await expect(chat.get_by_text("Nothing found for “nobody of that name”.")).to_be_visible()
    await chat.get_by_role("textbox", name="Name of the team").fill("Inspection")
    await chat.get_by_role("button", name="Continue").click()
    await expect(chat.get_by_text("Choose one of the results.")).to_be_visible()
    await expect(picker).to_be_focused()
    assert served.bot.invokes == []


async def test_a_refused_click_leaves_what_was_typed(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER)
    await say(chat, "record")
    await chat.get_by_role("button", name="What happens next?").click()
    await expect(chat.get_by_text("Only both parties agreeing.")).to_be_visible()
    await chat.get_by_role("button", name="Withdraw…").click()
    await chat.get_by_label("Reason").fill("The date no longer suits the team.")
    await chat.get_by_role("button", name="Withdraw the request").click()
    await expect(chat.get_by_role("alert")).to_have_text("This offer is no longer open.")
    await expect(chat.get_by_label("Reason")).to_have_value("The date no longer suits the team.")
    assert await violations(page) == []


async def test_a_card_that_others_change_keeps_what_is_being_typed(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER)
    await say(chat, "form")
    await chat.get_by_label("Anything the coordinators should know").fill("Captions, please.")
    await served.bot.change_last(form_card(step=2))
    await expect(chat.get_by_role("heading", name="Step 2 of 5: your team")).to_be_visible()
    note = chat.get_by_label("Anything the coordinators should know")
    await expect(note).to_have_value("Captions, please.")
    await expect(chat.locator(".card")).to_be_focused()


async def test_words_carry_no_markup(page: Page, served: Served):
    await page.goto(served.url)
    told = {
        "**bold**, _slanted_, 5 * 3": "<p><strong>bold</strong>, <em>slanted</em>, 5 * 3</p>",
        '<img src=x onerror="alert(1)">': "<p>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</p>",
        "[here](javascript:alert(1))": "<p>[here](javascript:alert(1))</p>",
        "[a](https://example.org/?q=x)": '<p><a href="https://example.org/?q=x"'
        ' target="_blank" rel="noopener noreferrer">a</a></p>',
        "- one\n- two\n\nend": "<ul><li>one</li><li>two</li></ul><p>end</p>",
        "\\*kept\\* `<b>`": "<p>*kept* <code>&lt;b&gt;</code></p>",
    }
    shown = await page.evaluate(
        "async (texts) => {"
        " const { markdownToHtml } = await import('/static/markdown.js');"
        " return texts.map((text) => markdownToHtml(text)); }",
        list(told),
    )
    assert shown == list(told.values())


async def test_the_page_has_the_same_words_in_both_languages(page: Page, served: Served):
    await page.goto(served.url)
    catalogues = await page.evaluate("async () => (await import('/static/words.js')).CATALOGUES")
    assert placeholders(catalogues["en"]) == placeholders(catalogues["fr"])


def placeholders(catalogue: dict[str, Any]) -> dict[str, set[str]]:
    return {key: set(re.findall(r"\{\w+\}", str(words))) for key, words in catalogue.items()}


async def test_an_old_card_asks_once_how_things_stand(page: Page, served: Served):
    chat = await open_chat(page, served, UNION)
    await say(chat, "offre")
    await page.reload()
    await expect(chat.get_by_role("button", name="Participer à la séance")).to_be_visible()
    await expect(chat).to_have_attribute("lang", "fr")
    await chat.get_by_role("button", name="Participer à la séance").click()
    await expect(chat.get_by_role("heading", name="Request sent")).to_be_visible()
    triggers = [(each["action"]["verb"], each["trigger"]) for each in served.bot.invokes]
    assert triggers == [("offer.refresh", "automatic"), ("offer.accept", "manual")]


async def test_several_people_stand_side_by_side(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER, UNION)
    other = chat_of(page, UNION)
    field = chat.get_by_label("Message to Empowering Conversations")
    await field.fill("first line")
    await field.press("Shift+Enter")
    await field.press_sequentially("<b>second</b> **line**")
    await field.press("Enter")
    mine = chat.locator(".message.is-mine .bubble")
    await expect(mine).to_have_text("first line<b>second</b> line")
    await expect(mine.locator("strong")).to_have_text("line")
    await expect(other.locator(".message")).to_have_count(0)

    # The same form in both chats: choosing in one takes nothing away in the other.
    await say(chat, "form")
    await say(other, "form")
    await other.get_by_role("radio", name="the union").check()
    await expect(chat.get_by_role("radio", name="the employer")).to_be_checked()

    # Somebody who is not open: the mark on their row, in figures and in words.
    row = page.locator(f'.person[data-person="{IDS[UNION]}"]')
    await other.get_by_role("button", name="Fermer le clavardage").click()
    await expect(page.locator(".column")).to_have_count(1)
    await page.request.post(
        f"{served.url}/api/people/{IDS[UNION]}/messages", data={"text": "Bonjour!"}
    )
    await expect(row.locator(".badge")).to_have_text("1")
    await expect(row).to_contain_text("1 unread message")
    await row.click()
    await expect(other.locator(".message.is-bot .bubble")).to_have_text("Bonjour!")
    await expect(row.locator(".badge")).to_be_hidden()


async def test_the_menu_and_the_clock_follow_the_keyboard(page: Page, served: Served):
    chat = await open_chat(page, served, MANAGER)
    more = chat.get_by_role("button", name="More options")
    await more.press("Enter")
    await expect(chat.get_by_role("menuitem", name="Remove the app")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(chat.get_by_role("menuitem", name="Block the app")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()

    await page.get_by_role("button", name="+ 1 day").press("Enter")
    await expect(page.locator("#polite")).to_contain_text("It is now")
    assert served.clock.offset.days == 1
    await page.get_by_role("button", name="Back to real time").press("Enter")
    await expect(page.get_by_role("button", name="Back to real time")).to_be_hidden()
    assert served.clock.offset.days == 0

    await page.get_by_role("button", name="Français").press("Enter")
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await expect(page.get_by_role("button", name="+ 1 jour")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_wrong(page: Page, served: Served, theme: str):
    await page.emulate_media(color_scheme=theme)
    await page.goto(served.url)
    await expect(page.get_by_role("heading", name="Who would you like to be?")).to_be_visible()
    assert await violations(page) == []

    chat = await open_chat(page, served, MANAGER, UNION)
    for words in ("record", "form", "offre"):
        await say(chat, words)
    await chat.get_by_role("button", name="Continue").click()
    picker = chat.get_by_role("combobox", name="Your counterpart of the other party")
    await picker.fill("halifax")
    await expect(chat.get_by_role("option")).not_to_have_count(0)
    assert await violations(page) == []


async def test_a_phone_shows_one_thing_at_a_time(page: Page, served: Served):
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.request.post(f"{served.url}/api/people/{IDS[MANAGER]}/install")
    await page.goto(served.url)
    assert await violations(page) == []
    await page.locator(f'.person[data-person="{IDS[MANAGER]}"]').click()
    chat = chat_of(page, MANAGER)
    await expect(page.get_by_role("navigation")).to_be_hidden()
    for words in ("offre", "record", "form"):
        await say(chat, words)
    widths = await page.evaluate(
        "() => [document.documentElement, document.querySelector('.scroller')]"
        ".map((each) => each.scrollWidth - each.clientWidth)"
    )
    assert widths == [0, 0]
    assert await violations(page) == []
    await chat.get_by_role("button", name="Back to the people").click()
    await expect(page.get_by_role("navigation")).to_be_visible()
    await page.go_back()
    await expect(chat).to_be_visible()
