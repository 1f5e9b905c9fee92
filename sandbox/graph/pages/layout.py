"""The frame around every page, and the page of everybody."""

from __future__ import annotations

from sandbox.graph.pages import view
from sandbox.graph.pages.html import Html, join, tag
from sandbox.graph.pages.words import Words
from sandbox.graph.world import World


def page(
    world: World, words: Words, title: str, content: Html, *, current: view.Box | None, other: str
) -> str:
    """Return a whole page; `other` is this page's address in the other language."""
    head = join(
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        tag("title", f"{title} · {words('app')}"),
        Html('<link rel="stylesheet" href="/static/calendar.css">'),
        Html('<link rel="icon" href="data:,">'),
        tag("script", src="/static/page.js", type="module"),
    )
    language = "fr" if words.language == "en" else "en"
    bar = tag(
        "header",
        tag("a", words("skip"), href="#content", class_="skip"),
        tag("p", tag("a", words("app"), href="/"), class_="brand"),
        tag("p", tag("span", words("now")), " ", tag("strong", words.moment(world.clock.now())),
            class_="clock", id="clock"),
        tag("a", words("other_language"), href=other, lang=language, hreflang=language,
            class_="language"),
        class_="bar",
    )  # fmt: skip
    side = tag("nav", _people(world, words, current), aria_label=words("people"), class_="side")
    status = tag("p", role="status", class_="unseen", id="status", data_updated=words("updated"))
    back = tag("a", "← " + words("everyone"), href="/", class_="back") if current else None
    main = tag("main", back, content, id="content", tabindex="-1")
    body = tag(
        "body", bar, tag("div", side, main, class_="frame"), status,
        class_="is-person" if current else "is-home",
    )  # fmt: skip
    html = tag("html", tag("head", head), body, lang=words.language)
    return f"<!doctype html>{html}"


def _people(world: World, words: Words, current: view.Box | None) -> Html:
    items = [_link(world, box, words, current) for box in view.boxes(world)]
    home = tag(
        "a", words("everyone"), href="/", class_="person is-everyone",
        aria_current=None if current else "page",
    )  # fmt: skip
    return tag("ul", tag("li", home), *items, class_="people")


def name_of(box: view.Box, words: Words) -> str:
    """Return who a mailbox belongs to."""
    return box.person.name if box.person else words("programme")


def avatar(box: view.Box) -> Html:
    """Return the round picture, which says nothing to a screen reader."""
    initials, color = ("JP", "#5b5fc7") if box.person is None else (
        box.person.initials, box.person.color
    )  # fmt: skip
    return tag("span", initials, class_="avatar", style=f"--own: {color}", aria_hidden="true")


def _link(world: World, box: view.Box, words: Words, current: view.Box | None) -> Html:
    role = box.person.role[words.language] if box.person else box.mail
    planned = [each for each in view.meetings(world, box) if not each.cancelled]
    counts = [
        words("count_meetings", n=len(planned)) if planned else None,
        words("count_mails", n=len(found)) if (found := view.messages(world, box)) else None,
        words("count_notifications", n=len(told))
        if (told := view.notifications(world, box))
        else None,
    ]
    told_counts = " · ".join(each for each in counts if each)
    return tag(
        "li",
        tag(
            "a",
            avatar(box),
            tag(
                "span",
                tag("span", name_of(box, words), class_="person-name"),
                tag("span", role, class_="person-role"),
                tag("span", told_counts, class_="person-counts") if told_counts else None,
                class_="person-words",
            ),
            href=f"/people/{box.id}",
            class_="person",
            aria_current="page" if current == box else None,
        ),
    )
