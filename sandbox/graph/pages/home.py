"""The page of everybody: what is ahead, what arrived last, and how to make Graph fail."""

from __future__ import annotations

from datetime import datetime

from sandbox.graph.models import Message, Subscription
from sandbox.graph.notifier import LIFECYCLE, MISHAPS
from sandbox.graph.pages import view
from sandbox.graph.pages.html import Html, join, tag
from sandbox.graph.pages.layout import name_of
from sandbox.graph.pages.lists import badge, by_hand
from sandbox.graph.pages.words import Words
from sandbox.graph.world import World

LATEST = 12


def home(world: World, words: Words) -> Html:
    """Return the page's content."""
    return join(
        tag("h1", words("title")),
        tag("p", words("lead"), class_="lead"),
        tag("div", _latest(world, words), _ahead(world, words), class_="columns"),
        _faults(world, words),
        _news(world, words),
    )


def _news(world: World, words: Words) -> Html:
    """Return who is told of changes by hand, and what may happen to what they are told."""
    alive = [each for each in world.store.of(Subscription) if world.notifier.alive(each)]
    waiting = sum(mishap.times for mishap in world.notifier.mishaps)
    told = words("news_watched", n=len(alive)) if alive else words("news_unwatched")
    mishaps = [
        by_hand("/notifications/mishaps", {"kind": kind}, words(f"news_{kind}"), f"news-{kind}")
        for kind in MISHAPS
    ]
    says = [
        by_hand(f"/notifications/lifecycle/{what}", {}, words(f"news_{what}"), f"news-{what}")
        for what in LIFECYCLE
    ]
    return _panel(
        "news",
        words("news"),
        tag("p", words("news_lead")),
        tag("p", told, class_="fault-state" + ("" if alive else " is-on")),
        tag("p", words("news_waiting", n=waiting), class_="quiet") if waiting else None,
        tag("p", *mishaps, class_="buttons"),
        tag("p", *says, class_="buttons"),
    )


def _panel(name: str, title: str, *content: Html | None) -> Html:
    return tag(
        "section",
        tag("h2", title, id=f"{name}-title"),
        *content,
        aria_labelledby=f"{name}-title",
        class_=f"panel {name}",
    )


def _latest(world: World, words: Words) -> Html:
    found = [(box, message) for box in view.boxes(world) for message in view.messages(world, box)]
    found.sort(key=lambda each: each[1].received_at, reverse=True)
    items = [_arrived(box, message, words) for box, message in found[:LATEST]]
    empty = tag("p", words("no_mail_at_all"), class_="empty")
    return _panel("latest", words("latest"), tag("ul", *items, class_="rows") if items else empty)


def _arrived(box: view.Box, message: Message, words: Words) -> Html:
    received = words.moment(datetime.fromisoformat(message.received_at))
    link = tag("a", message.subject, href=f"/people/{box.id}#mail-{message.id}")
    return tag(
        "li",
        tag("p", link, " ", badge(message, words), class_="row-title"),
        tag("p", f"{words('to')} {name_of(box, words)} · {received}", class_="quiet"),
        class_="row",
    )


def _ahead(world: World, words: Words) -> Html:
    now = world.clock.now()
    box = view.Box(world.mailbox, None)
    found = [
        each for each in view.meetings(world, box) if not each.cancelled and each.ends_at > now
    ]
    items = [
        tag(
            "li",
            tag("p", tag("a", each.subject, href=f"/people/{box.id}#meeting-{each.id}"),
                class_="row-title"),
            tag("p", words.when(each.starts_at, each.ends_at), class_="quiet"),
            class_="row",
        )
        for each in found
    ]  # fmt: skip
    empty = tag("p", words("no_meetings_at_all"), class_="empty")
    return _panel("ahead", words("ahead"), tag("ul", *items, class_="rows") if items else empty)


def _faults(world: World, words: Words) -> Html:
    waiting = sum(fault.times for fault in world.faults.waiting)
    told = words("faults_waiting", n=waiting) if waiting else words("faults_none")
    buttons = [
        tag("button", words(f"fault_{name}"), type="button", class_="button", data_fault=name,
            id=f"fault-{name}")
        for name in ("throttle", "away", "lost")
    ]  # fmt: skip
    clear = tag("button", words("faults_clear"), type="button", class_="button", id="fault-clear")
    return _panel(
        "faults",
        words("faults"),
        tag("p", words("faults_lead")),
        tag("p", told, class_="fault-state" + (" is-on" if waiting else "")),
        tag("p", *buttons, clear if waiting else None, class_="buttons"),
    )
