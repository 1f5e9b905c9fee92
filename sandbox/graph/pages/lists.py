"""Meetings in full, the inbox, and the notifications of Teams."""

from __future__ import annotations

import json
from datetime import datetime

from sandbox.graph.models import Message, Notification
from sandbox.graph.pages.html import Html, join, tag
from sandbox.graph.pages.view import Box, Meeting
from sandbox.graph.pages.week import monday_of
from sandbox.graph.pages.words import Words

FRAME = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
"""What a message may do: be measured, and open its links beside. No script runs in it."""

HEAD = (
    '<!doctype html><meta charset="utf-8"><base target="_blank">'
    "<style>body{font:15px/1.5 'Segoe UI',system-ui,sans-serif;margin:12px;color:#242424;"
    "background:#fff;overflow-wrap:anywhere}a{color:#0f5ea8}</style>"
)


def body_frame(html: str, title: str) -> Html:
    """Return a message's HTML in a frame of its own, where it can do no harm."""
    return tag("iframe", srcdoc=HEAD + html, title=title, sandbox=FRAME, class_="mail-body")


def _section(name: str, title: str, empty: str, items: list[Html]) -> Html:
    content = tag("ul", *items, class_="rows") if items else tag("p", empty, class_="empty")
    count = tag("span", str(len(items)), class_="count") if items else None
    return tag(
        "section",
        tag("h2", title, " ", count, id=f"{name}-title"),
        content,
        aria_labelledby=f"{name}-title",
        class_=f"panel {name}",
    )


def meetings(found: list[Meeting], words: Words) -> Html:
    """Return the meetings with all that is to be known of each."""
    return _section(
        "meetings",
        words("meetings"),
        words("no_meetings"),
        [_meeting(each, words) for each in found],
    )


def by_hand(path: str, body: dict[str, object], label: str, name: str, **more: object) -> Html:
    """Return a button that does something as a person would in Outlook."""
    return tag(
        "button", label, type="button", class_="button", id=name, data_post=path,
        data_body=json.dumps(body), **more,
    )  # fmt: skip


HAND: dict[str, tuple[str, dict[str, object]]] = {
    "move_hour": ("move", {"minutes": 60}),
    "move_day": ("move", {"minutes": 24 * 60}),
    "delete": ("delete", {}),
    "accept": ("respond", {"response": "accepted"}),
    "decline": ("respond", {"response": "declined"}),
}


def _hands(meeting: Meeting, words: Words) -> Html | None:
    """Return what the person who looks may do: the organizer change it, the others answer."""
    if meeting.cancelled:
        return None
    names = ("move_hour", "move_day", "delete") if meeting.own else ("accept", "decline")
    buttons = [
        by_hand(
            f"/events/{meeting.item_id}/{HAND[name][0]}", HAND[name][1], words(f"hand_{name}"),
            f"{name}-{meeting.id}", aria_label=f"{words(f'hand_{name}')}: {meeting.subject}",
        )
        for name in names
    ]  # fmt: skip
    return tag("p", *buttons, class_="buttons")


def _meeting(meeting: Meeting, words: Words) -> Html:
    monday = monday_of(words.local(meeting.starts_at).date())
    marks = [
        tag("span", words("cancelled"), class_="badge is-bad") if meeting.cancelled else None,
        tag("span", words("moved"), class_="badge is-warn") if meeting.moved_from else None,
        tag("span", words("declined"), class_="badge is-bad") if meeting.response == "declined"
        and not meeting.cancelled else None,
    ]  # fmt: skip
    moved = None
    if meeting.moved_from:
        was = words.moment(meeting.moved_from)
        moved = tag("p", words("moved_from", when=was), class_="quiet")
    return tag(
        "li",
        tag("h3", meeting.subject, " ", *marks, class_="row-title"),
        tag("p", words.when(meeting.starts_at, meeting.ends_at), class_="row-when"),
        moved,
        _join(meeting, words),
        _who(meeting, words),
        _hands(meeting, words),
        tag(
            "details",
            tag("summary", words("text")),
            body_frame(meeting.html, words("mail_body", subject=meeting.subject)),
            id=f"text-{meeting.id}",
        ),
        tag("a", words("show_week"), href=f"?week={monday.isoformat()}", class_="quiet-link"),
        id=f"meeting-{meeting.id}",
        class_="row" + (" is-cancelled" if meeting.cancelled else ""),
    )


def _join(meeting: Meeting, words: Words) -> Html | None:
    if meeting.cancelled or not meeting.online:
        return None
    if meeting.join_url is None:
        return tag("p", words("join_later"), class_="quiet")
    link = tag(
        "a", words("join"), href=meeting.join_url, class_="button is-primary", rel="noopener",
        target="_blank",
    )  # fmt: skip
    return tag("p", link)


def _who(meeting: Meeting, words: Words) -> Html:
    organizer = words("you") if meeting.own else meeting.organizer
    facts = [tag("dt", words("organizer")), tag("dd", organizer)]
    if meeting.attendees:
        people = [
            tag(
                "li",
                each["name"],
                tag("span", f" ({words(each['type'])}{_answered(each, words)})", class_="quiet"),
                _take_off(meeting, each, words),
            )
            for each in meeting.attendees
        ]
        facts += [tag("dt", words("attendees")), tag("dd", tag("ul", *people, class_="names"))]
    elif not meeting.cancelled:
        told = words("hidden") if meeting.hidden and not meeting.own else words("alone")
        facts += [tag("dt", words("attendees")), tag("dd", told)]
    note = None
    if meeting.own and meeting.hidden and meeting.attendees:
        note = tag("p", words("hidden"), class_="quiet")
    return join(tag("dl", *facts), note)


def _answered(attendee: dict[str, str], words: Words) -> str:
    known = {"accepted": words("accepted"), "declined": words("declined")}
    response = known.get(attendee["response"])
    return f", {response.lower()}" if response else ""


def _take_off(meeting: Meeting, attendee: dict[str, str], words: Words) -> Html | None:
    if not meeting.own or meeting.cancelled:
        return None
    label = words("hand_remove")
    path = f"/events/{meeting.item_id}/remove"
    name = f"remove-{meeting.id}-{attendee['mail']}"
    spoken = f"{label}: {attendee['name']}, {meeting.subject}"
    body: dict[str, object] = {"mail": attendee["mail"]}
    return join(" ", by_hand(path, body, label, name, aria_label=spoken))


def inbox(found: list[Message], words: Words) -> Html:
    """Return the mail, newest first; each opens to its text."""
    items = [_message(each, words) for each in reversed(found)]
    return _section("inbox", words("inbox"), words("no_mail"), items)


def badge(message: Message, words: Words) -> Html:
    """Return what kind of message it is, in a word."""
    tone = {"cancellation": " is-bad", "update": " is-warn", "invitation": " is-good"}
    return tag("span", words(f"kind_{message.kind}"), class_="badge" + tone.get(message.kind, ""))


def _message(message: Message, words: Words) -> Html:
    received = datetime.fromisoformat(message.received_at)
    return tag(
        "li",
        tag(
            "details",
            tag(
                "summary",
                tag("span", message.subject, class_="mail-subject"),
                badge(message, words),
                tag("span", words.moment(received), class_="mail-date quiet"),
                tag("span", f"{words('from')} {message.sender}", class_="mail-from quiet"),
            ),
            body_frame(message.html, words("mail_body", subject=message.subject)),
            id=f"mail-{message.id}",
        ),
        class_="row mail",
    )


def notifications(box: Box, found: list[Notification], words: Words) -> Html | None:
    """Return what Teams showed, newest first; the programme's mailbox has none."""
    if box.person is None:
        return None
    items = [
        tag(
            "li",
            tag("h3", each.topic, class_="row-title"),
            tag("p", each.preview),
            tag("p", words.moment(datetime.fromisoformat(each.received_at)), class_="quiet"),
            class_="row",
        )
        for each in reversed(found)
    ]
    return _section("notifications", words("notifications"), words("no_notifications"), items)
