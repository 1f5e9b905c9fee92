"""A week of a calendar: columns of days on a wide page, one day under the other on a narrow one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox.graph.busy import blocks
from sandbox.graph.pages.html import Html, join, tag
from sandbox.graph.pages.view import Box, Meeting
from sandbox.graph.pages.words import Words

FIRST_HOUR, LAST_HOUR = 7, 18
ONE_LINE = 45  # minutes: what is shorter has room for one line
WEEKDAYS, WHOLE_WEEK = 5, 7


@dataclass(slots=True)
class Entry:
    """Something in a day's column. `lane` of `lanes` where things overlap."""

    title: str
    starts_at: datetime
    ends_at: datetime
    meeting: Meeting | None
    lane: int = 0
    lanes: int = 1


def monday_of(on: date) -> date:
    """Return the first day of the week of a date."""
    return on - timedelta(days=on.weekday())


def week(box: Box, meetings: list[Meeting], monday: date, today: date, words: Words) -> Html:
    """Return the whole section, with its way to other weeks."""
    days = [monday + timedelta(days=number) for number in range(WHOLE_WEEK)]
    entries = {day: _entries(box, meetings, day, words) for day in days}
    shown = days[:WEEKDAYS] + [day for day in days[WEEKDAYS:] if entries[day]]
    columns = [_day(day, entries[day], today, words) for day in shown]
    hours = [
        tag("li", words.time(time(hour)), style=f"--from: {(hour - FIRST_HOUR) * 60}")
        for hour in range(FIRST_HOUR, LAST_HOUR)
    ]
    nothing = None if any(entries.values()) else tag("p", words("nothing_here"), class_="empty")
    return tag(
        "section",
        tag(
            "div",
            tag("h2", words("calendar"), id="calendar-title"),
            tag("p", words("week_of", date=words.date(monday)), class_="week-of"),
            _steps(monday, today, words),
            class_="section-head",
        ),
        tag("p", words("zone", zone=words.zone_name), class_="quiet"),
        tag(
            "div",
            tag("ol", *hours, class_="hours", aria_hidden="true"),
            *columns,
            class_="week",
            style=f"--days: {len(shown)}; --hours: {LAST_HOUR - FIRST_HOUR}",
        ),
        nothing,
        aria_labelledby="calendar-title",
        class_="panel calendar",
    )


def _steps(monday: date, today: date, words: Words) -> Html:
    def step(key: str, to: date, sign: str | None = None) -> Html:
        shown = tag("span", sign, aria_hidden="true") if sign else Html(words(key))
        label = words(key) if sign else None
        return tag(
            "a", shown, href=f"?week={to.isoformat()}", class_="button", aria_label=label,
            title=label, id=f"step-{key}",
        )  # fmt: skip

    return tag(
        "nav",
        step("previous", monday - timedelta(days=7), "←"),
        step("this_week", monday_of(today)),
        step("next", monday + timedelta(days=7), "→"),
        aria_label=words("calendar"),
        class_="steps",
    )


def _day(day: date, entries: list[Entry], today: date, words: Words) -> Html:
    mark = tag("span", words("today"), class_="today-mark") if day == today else None
    title = tag(
        "h3",
        tag("span", words.weekday(day).capitalize(), class_="day-name"),
        " ",
        tag("span", words.short_date(day), class_="day-date"),
        " ",
        mark,
    )
    kinds = "day" + (" is-today" if day == today else "") + ("" if entries else " is-empty")
    listed = tag("ol", *(_entry(entry, words) for entry in entries)) if entries else None
    return tag("section", title, tag("div", listed, class_="lane-box"), class_=kinds)


def _entry(entry: Entry, words: Words) -> Html:
    start, end = words.local(entry.starts_at), words.local(entry.ends_at)
    minutes = (start.hour - FIRST_HOUR) * 60 + start.minute
    length = int((end - start).total_seconds() // 60)
    style = (
        f"--from: {max(minutes, 0)}; --length: {length}; --lane: {entry.lane};"
        f" --lanes: {entry.lanes}"
    )
    times = tag("span", words.times(entry.starts_at, entry.ends_at), class_="entry-time")
    title: Html = tag("span", entry.title, class_="entry-title")
    kinds = "entry" + (" is-short" if length < ONE_LINE else "")
    mark = None
    if entry.meeting is not None:
        kinds += " is-meeting" + (" is-cancelled" if entry.meeting.cancelled else "")
        title = tag("a", entry.title, href=f"#{_anchor(entry.meeting)}", class_="entry-title")
        if entry.meeting.cancelled:
            mark = tag("span", words("cancelled"), class_="badge is-bad")
        elif entry.meeting.moved_from:
            mark = tag("span", words("moved"), class_="badge is-warn")
    return tag("li", title, join(" "), times, join(" "), mark, class_=kinds, style=style)


def _anchor(meeting: Meeting) -> str:
    return f"meeting-{meeting.id}"


def _entries(box: Box, meetings: list[Meeting], day: date, words: Words) -> list[Entry]:
    start = datetime.combine(day, time(0), words.zone)
    end = datetime.combine(day + timedelta(days=1), time(0), words.zone)
    found = [
        Entry(meeting.subject, meeting.starts_at, meeting.ends_at, meeting)
        for meeting in meetings
        if start <= meeting.starts_at < end
    ]
    if box.person is not None:
        found += [
            Entry(block.title, block.starts_at, block.ends_at, None)
            for block in blocks(box.person, start, end)
            if start <= block.starts_at < end
        ]
    found.sort(key=lambda entry: (entry.starts_at, entry.ends_at))
    _arrange(found)
    return found


def _arrange(entries: list[Entry]) -> None:
    """Put things that overlap beside each other."""
    group: list[Entry] = []
    for entry in entries:
        if group and all(entry.starts_at >= each.ends_at for each in group):
            group = []
        taken = {each.lane for each in group if entry.starts_at < each.ends_at}
        entry.lane = next(lane for lane in range(len(group) + 1) if lane not in taken)
        group.append(entry)
        lanes = max(each.lane for each in group) + 1
        for each in group:
            each.lanes = lanes
