"""What must be, once everything has settled: every record, event, mail and message is compared.

Each check gives sentences for a developer, ids included; none where all is well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import select

from bot.domain.interviews import InterviewStatus
from bot.domain.messages import OutboxRow, RowState, Via
from bot.domain.seats import STANDING, SeatStatus
from bot.domain.sessions import AssignmentStatus, SessionStatus
from sandbox.graph.models import Event, Message, Notification
from sandbox.graph.world import WORLD
from sandbox.teams.app import CHATS
from storage import tables
from tests.crash.chaos import Call
from tests.crash.town import Town, greeting_in
from tests.integration.program.stage import PEOPLE, who

# A killed process may have sent what it had not yet written down (docs/operations.md,
# "Perhaps twice"): an outbox row until its `sent`, an answer until the next batch of marks. A
# locked database, or a machine that stands still, makes that long: then it said nothing since.
ROW_WINDOW, REPLY_WINDOW, STALLED = 2.0, 3.0, 20.0
DOUBTFUL = "perhaps_sent"
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_SENT = re.compile(r"/conversations/([^/]+)/activities(?:/([^/]+))?$")
S, T, A = tables.sessions.c, tables.seats.c, tables.assignments.c
P, I = tables.applications.c, tables.interviews.c  # noqa: E741


@dataclass(frozen=True)
class Said:
    """One message of the bot that reached a chat."""

    call: Call
    conversation: str
    reply_to: str | None
    words: str
    about: str


async def judge(town: Town) -> list[str]:
    """Everything that is not as it must be."""
    rows = await town.outbox()
    await town.look()
    found = [
        *town.broken,
        *await _seats(town),
        *await _meetings(town),
        *_rows(town, rows),
        *_mail(town, rows),
        *_cards(town, rows),
        *_replies(town),
        *await _requests(town),
        *await _leads(town),
    ]
    return sorted(found)


# ------------------------------------------------------------------ records


async def _seats(town: Town) -> list[str]:
    """What people were told is so; tickets are in order of who was first."""
    seats = await town.rows(select(T.session_id, T.person_id, T.status, T.ticket))
    sessions = dict(await town.rows(select(S.session_id, S.capacity)))
    kept = {(session, person): status for session, person, status, _ in seats}
    wrong: list[str] = []
    for (key, session_id), promise in town.promises.items():
        status = kept.get((session_id, who(key).id))
        if (status in STANDING) is not promise.seated:
            wrong.append(f"seat of {key} in {session_id}: {status}, told {promise.seated}")
    for session_id, capacity in sessions.items():
        here = [row for row in seats if row[0] == session_id and row[2] in STANDING]
        taken = [row for row in here if row[2] is not SeatStatus.WAITLISTED]
        if len(taken) > capacity:
            wrong.append(f"session {session_id}: {len(taken)} seats of {capacity}")
        waits = [row[3] for row in here if row[2] is SeatStatus.WAITLISTED]
        if waits and len(taken) < capacity:
            wrong.append(f"session {session_id}: a seat is free while {len(waits)} wait")
        if waits and max(row[3] for row in taken) > min(waits):
            wrong.append(f"session {session_id}: somebody was passed over")
    return wrong


async def _requests(town: Town) -> list[str]:
    """Each was asked for once: a request, an application, its interview."""
    teams = await town.rows(select(tables.requests.c.team))
    people = await town.rows(select(P.applicant_id))
    invited = await town.rows(select(I.application_id))
    asked = (("request of", teams), ("application of", people), ("interview for", invited))
    return [
        f"{what} {key}: {times} times"
        for what, rows in asked
        for (key,), times in Counter(rows).items()
        if times > 1
    ]


async def _leads(town: Town) -> list[str]:
    """One of each side leads a session, and nobody two at one time."""
    accepted = A.status == AssignmentStatus.ACCEPTED
    rows = await town.rows(
        select(A.session_id, A.side, A.person_id, S.starts_at, S.ends_at)
        .join(tables.sessions, S.session_id == A.session_id)
        .where(accepted, S.status != SessionStatus.CANCELLED)
    )
    sides = Counter((session_id, side) for session_id, side, *_ in rows)
    wrong = [f"session {one}: {n} lead for {side}" for (one, side), n in sides.items() if n > 1]
    for one, other in combinations(rows, 2):
        if one[2] == other[2] and one[3] < other[4] and other[3] < one[4]:
            wrong.append(f"{one[2]} leads {one[0]} and {other[0]} at one time")
    return wrong


# ------------------------------------------------------------------ Outlook


@dataclass(frozen=True)
class Booked:
    """What Outlook should have of a session or an interview. `people` is None once cancelled."""

    what: str
    transaction: str
    asked: bool
    event_id: str | None
    starts_at: datetime | None
    people: list[str] | None


async def _meetings(town: Town) -> list[str]:
    """One event for each thing that was booked, with exactly its people, at its time."""
    events: defaultdict[str, list[Event]] = defaultdict(list)
    for event in town.stage.events():
        events[event.transaction_id or ""].append(event)
    wrong: list[str] = []
    for booked in [*await _sessions(town), *await _interviews(town)]:
        mine = events.pop(booked.transaction, [])
        if len(mine) != int(booked.asked):
            wrong.append(f"{booked.what}: {len(mine)} events")
        else:
            wrong += [f"{booked.what}: {told}" for one in mine for told in _differs(one, booked)]
    wrong += [f"{len(left)} events of no session ({key})" for key, left in events.items()]
    return wrong


def _differs(event: Event, booked: Booked) -> Iterator[str]:
    if event.id != booked.event_id or event.cancelled is not (booked.people is None):
        yield f"event {event.id} for {booked.event_id}, cancelled {event.cancelled}"
    if booked.people is None:
        return
    if event.starts_at != booked.starts_at:
        yield "its event is at another time"
    people = sorted(each["emailAddress"]["address"] for each in event.attendees)
    if people != booked.people:
        yield f"attendees {people}, not {booked.people}"


async def _sessions(town: Town) -> list[Booked]:
    columns = (S.session_id, S.transaction_id, S.booking_asked, S.event_id, S.starts_at, S.status)
    found: list[Booked] = []
    for session_id, transaction, asked, event_id, starts_at, status in await town.rows(
        select(*columns)
    ):
        over = status is SessionStatus.CANCELLED
        people = None if over else await _invited(town, session_id)
        what = f"session {session_id}"
        found.append(Booked(what, transaction, asked, event_id, starts_at, people))
    return found


async def _interviews(town: Town) -> list[Booked]:
    columns = (I.interview_id, I.transaction_id, I.booking_asked, I.event_id, I.starts_at, I.status)
    rows = await town.rows(
        select(*columns, I.coordinator_id, P.applicant_id).join(
            tables.applications, P.application_id == I.application_id
        )
    )
    found: list[Booked] = []
    for interview_id, transaction, asked, event_id, starts_at, status, *both in rows:
        over = status is InterviewStatus.CANCELLED
        people = None if over else sorted(map(_mail_of, both))
        what = f"interview {interview_id}"
        found.append(Booked(what, transaction, asked, event_id, starts_at, people))
    return found


async def _invited(town: Town, session_id: str) -> list[str]:
    leads = select(A.person_id).where(
        A.session_id == session_id, A.status == AssignmentStatus.ACCEPTED
    )
    seats = select(T.person_id).where(T.session_id == session_id, T.status == SeatStatus.CONFIRMED)
    people = [*await town.rows(leads), *await town.rows(seats)]
    return sorted(_mail_of(person) for (person,) in people)


def _mail_of(person_id: str) -> str:
    return next(person.mail for person in PEOPLE.everyone if person.id == person_id)


# ------------------------------------------------------------------ what was owed


def _rows(town: Town, rows: Sequence[OutboxRow]) -> Iterator[str]:
    """Nothing given up, nothing reminded of after its end."""
    for row in rows:
        if row.state is RowState.DEAD:
            yield f"row {row.row_id} {row.kind}: dead, {row.last_error}"
        session_id = row.subject.partition(":")[2]
        ended = town.ended_at.get(session_id)
        if row.args.get("version") == 1:
            ended = ended or town.ended_at.get(f"{session_id}:v1")
        sent_at = row.done_at if row.state is RowState.SENT else None
        if row.kind.startswith("reminder.") and sent_at and ended and sent_at > ended:
            yield f"row {row.row_id} {row.kind}: sent after the end"
        lost = row.state is RowState.SKIPPED and row.last_error == "expired" and not row.attempts
        if row.kind.startswith("reminder.") and lost:
            yield f"row {row.row_id} {row.kind}: lost"


def _mail(town: Town, rows: Sequence[OutboxRow]) -> Iterator[str]:
    """Mail and Teams' notifications: each at most once, whatever happened; none without its row."""
    store = town.stage.graph[WORLD].store
    mails = [mail for mail in store.of(Message) if mail.kind == "mail"]
    told = Counter((mail.owner, mail.subject, mail.html) for mail in mails)
    alike = _alike(rows)
    for (owner, subject, _), times in told.items():
        if times > alike.get(owner, 1):
            yield f"mail to {owner} {times} times: {subject}"
    yield from _numbers("mails", len(mails), rows, Via.MAIL)
    days = ((bell.owner, bell.preview, bell.received_at[:10]) for bell in store.of(Notification))
    bells = Counter(days)
    yield from (f"notification {times} times" for times in bells.values() if times > 1)
    yield from _numbers("notifications", sum(bells.values()), rows, Via.ACTIVITY)


def _alike(rows: Sequence[OutboxRow]) -> dict[str, int]:
    """How many reminders of one interview's time, which have the same words, somebody had."""
    went = (row for row in rows if row.state is RowState.SENT or row.last_error == DOUBTFUL)
    told = Counter(
        (_mail_of(row.recipient_id or ""), row.subject, row.args["version"])
        for row in went
        if row.via is Via.MAIL and row.kind == "reminder.interview"
    )
    most: dict[str, int] = {}
    for (owner, *_), times in told.items():
        most[owner] = max(times, most.get(owner, 1))
    return most


def _numbers(what: str, came: int, rows: Sequence[OutboxRow], via: Via) -> Iterator[str]:
    sent = sum(row.via is via and row.state is RowState.SENT for row in rows)
    doubtful = sum(row.via is via and row.last_error == DOUBTFUL for row in rows)
    if not sent <= came <= sent + doubtful:
        yield f"{came} {what}, but {sent} rows sent and {doubtful} doubtful"


# ------------------------------------------------------------------ chats


def _said(town: Town) -> list[Said]:
    found: list[Said] = []
    for call in town.chaos.calls:
        where = _SENT.search(call.path)
        if call.half != "teams" or call.method != "POST" or not call.done or not where:
            continue
        if not call.made or not isinstance(call.body, dict):
            continue
        words = str(call.body.get("summary") or call.body.get("text") or "")
        about = _ID.search(str(call.body.get("attachments") or ""))
        turns = "inputHint" in call.body  # an outbox row's card waits for no answer
        answer = (where[2] or greeting_in(where[1])) if turns else None
        found.append(Said(call, where[1], answer, words, about[0] if about else ""))
    return found


def said_by_rows(town: Town) -> list[Said]:
    """The cards that were sent because a row owed them."""
    return [said for said in _said(town) if said.reply_to is None]


def _cards(town: Town, rows: Sequence[OutboxRow]) -> Iterator[str]:
    """Each card that a row sent is there; one that no row knows was sent by somebody who died."""
    cards = said_by_rows(town)
    by_id = {said.call.made: said for said in cards}
    sent = [r for r in rows if r.via is Via.CHAT and r.state is RowState.SENT]
    receipts = {row.receipt: row for row in sent}
    if len(receipts) != len(sent):
        yield "two rows have one receipt"
    for receipt, row in receipts.items():
        if receipt not in by_id:
            yield f"row {row.row_id} {row.kind}: sent, and not there"
    groups: defaultdict[tuple[str, str, str], list[Said]] = defaultdict(list)
    for said in cards:
        groups[said.conversation, said.words, said.about].append(said)
    last = _last_words(town)
    owners = {town.stage.teams[CHATS].own(one).id: one.id for one in PEOPLE.everyone}
    perhaps = [row for row in rows if row.last_error == DOUBTFUL]
    for (chat, words, _), group in groups.items():
        known = [receipts[s.call.made] for s in group if s.call.made in receipts]
        extra = [s for s in group if s.call.made not in receipts]
        # Reminders of one thing may have the same words: each row accounts for one card.
        once = {(row.kind, row.subject) for row in known if not row.repeatable}
        theirs = [row for row in perhaps if row.recipient_id == owners.get(chat)]
        if once and len(extra) > sum((row.kind, row.subject) in once for row in theirs):
            yield f"{len(group)} times {once}: {words}"
        taken_away = any(row.row_id in town.overrun for row in known)
        for said in extra:
            if not (taken_away or _excused(town, said.call, ROW_WINDOW, last)):
                yield f"card {said.call.made} that no row knows: {words}"


def _replies(town: Town) -> Iterator[str]:
    """What a turn answers is said once, but where its process died or Teams' answer was lost."""
    groups: defaultdict[tuple[str, str, str, str], list[Said]] = defaultdict(list)
    for said in _said(town):
        if said.reply_to is not None:
            groups[said.conversation, said.reply_to, said.words, said.about].append(said)
    last = _last_words(town)
    for (_, activity, words, _), group in groups.items():
        certain = [s for s in group if not _excused(town, s.call, REPLY_WINDOW, last)]
        if len(certain) > 1 and activity not in town.overrun:
            yield f"{len(group)} answers to {activity}: {words} ({_told_of(group)})"


def _told_of(group: Sequence[Said]) -> str:
    """For a developer: what became of each of them."""
    first = group[0].call.began
    return "; ".join(
        f"at {s.call.began - first:.2f} by {s.call.life and s.call.life.pid}"
        f" {s.call.trouble or 'well'}, which died "
        + (f"{s.call.life.died - first:.2f}" if s.call.life and s.call.life.died else "never")
        for s in group
    )


def _last_words(town: Town) -> Mapping[int, float]:
    """When each process sent its last message: it had written something down just before."""
    return {
        said.call.life.pid: said.call.began  # in the order of their instants
        for said in _said(town)
        if said.call.life
    }


def _excused(town: Town, call: Call, window: float, last: Mapping[int, float]) -> bool:
    """Whether whoever sent it may not know so: it died, or stood still until it died."""
    life = call.life
    if not call.told or life is None:
        return True
    if life.died is None:
        return False
    lived = town.pace.between(call.ended, life.died)
    said_more = town.pace.between(call.ended, last[life.pid])
    return lived < window or (said_more < window and lived < STALLED)
