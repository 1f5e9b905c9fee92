"""Graph in memory: all its ports on one object, with what a test asks of it afterwards.

The same suite (tests/contracts/test_ports.py) runs against this and against the real gateways.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.errors import Gone, OutsideFault
from bot.services.outlook_ports import Changes, Invited, SeenEvent, Subscribed
from bot.services.ports import Attendee, Availability, DirectoryPerson, Meeting, MeetingDraft


class SentMail(NamedTuple):
    """A message that went out."""

    to: str
    subject: str
    html: str


class Invite(NamedTuple):
    """What Outlook told somebody of a meeting: invitation, update or cancellation."""

    kind: str
    mail: str
    event_id: str


class SentActivity(NamedTuple):
    """An activity notification that went out."""

    person_id: str
    activity_type: str
    preview: str
    topic: str
    parameters: Mapping[str, str]


@dataclass
class FakeMeeting:
    """An event of the service mailbox. `draft` is what it is now, moves and people included.

    `asked` is what it was made of.
    """

    event_id: str
    draft: MeetingDraft
    asked: MeetingDraft
    reads: int = 0
    hosts: tuple[str, ...] = ()
    cancelled_with: str | None = None
    times: tuple[datetime, ...] = ()
    declined: set[str] = field(default_factory=set)

    @property
    def mails(self) -> set[str]:
        """The addresses of those invited."""
        return {each.mail for each in self.draft.attendees}


@dataclass
class FakeSubscription:
    """A subscription to the mailbox's events."""

    url: str
    lifecycle_url: str
    client_state: str
    until: datetime


@dataclass
class _Fault:
    operation: str | None
    error: OutsideFault
    times: int
    after: bool


@dataclass
class FakeGraph:
    """Calendars, Meetings, Directory, Mail, ActivityFeed and Installer.

    `people` is the directory, `managers` the ids of people's managers by their own; whoever has a
    mail there has a readable calendar. `busy` lists
    stretches. A join link is there after `join_reads` reads.
    """

    people: list[DirectoryPerson] = field(default_factory=list)
    managers: dict[str, str] = field(default_factory=dict)
    busy: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    join_reads: int = 1
    meetings: dict[str, FakeMeeting] = field(default_factory=dict)
    mails: list[SentMail] = field(default_factory=list)
    invites: list[Invite] = field(default_factory=list)
    activities: list[SentActivity] = field(default_factory=list)
    installed: set[str] = field(default_factory=set)
    subscriptions: dict[str, FakeSubscription] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lost_links: set[str | None] = field(default_factory=set)
    _numbers: int = 0
    _faults: list[_Fault] = field(default_factory=list)

    def fail(
        self,
        error: OutsideFault,
        *,
        operation: str | None = None,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Make the next calls fail; with `after` they are carried out and then fail."""
        self._faults.append(_Fault(operation, error, times, after))

    def heal(self) -> None:
        """Let every further call succeed."""
        self._faults.clear()

    async def availability(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Availability]:
        _aware(starts_at, ends_at)
        failing = self._begin("availability")
        known = {person.mail for person in self.people}
        taken = {mail for mail, start, end in self.busy if start < ends_at and starts_at < end}
        states = {
            mail: (Availability.BUSY if mail in taken else Availability.FREE)
            if mail in known
            else Availability.UNKNOWN
            for mail in mailboxes
        }
        _end(failing)
        return states

    async def taken(
        self, mailboxes: Sequence[str], starts_at: datetime, ends_at: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        _aware(starts_at, ends_at)
        failing = self._begin("taken")
        known = {person.mail for person in self.people}
        stretches = {
            mail: [
                (start, end)
                for whose, start, end in self.busy
                if whose == mail and start < ends_at and starts_at < end
            ]
            if mail in known
            else None
            for mail in mailboxes
        }
        _end(failing)
        return stretches

    async def create(self, draft: MeetingDraft) -> Meeting:
        _aware(draft.starts_at, draft.ends_at)
        failing = self._begin("create")
        for meeting in self.meetings.values():
            if meeting.draft.transaction_id == draft.transaction_id:
                if draft != meeting.asked:  # else Graph gives the same event, as it is by now
                    self._invite(meeting, draft.attendees)
                _end(failing)
                return replace(self._shown(meeting), held=_addresses(meeting))
        event_id = f"event-{len(self.meetings) + 1}"
        made = self.meetings[event_id] = FakeMeeting(event_id, replace(draft, attendees=()), draft)
        made.times = _times(draft)
        self._invite(made, draft.attendees)
        _end(failing)
        return replace(self._shown(made), held=_addresses(made))

    async def read(self, event_id: str) -> Meeting:
        failing = self._begin("read")
        meeting = self._find(event_id)
        shown = self._shown(meeting)
        meeting.reads += 1
        _end(failing)
        return shown

    async def look(self, event_id: str) -> SeenEvent:
        failing = self._begin("look")
        meeting = self._find(event_id)
        _end(failing)
        declined = meeting.declined
        return SeenEvent(
            event_id,
            meeting.times,
            tuple(
                Invited(each.mail, each.name, each.required, each.mail in declined)
                for each in meeting.draft.attendees
            ),
        )

    async def set_attendees(self, event_id: str, attendees: Sequence[Attendee]) -> tuple[str, ...]:
        failing = self._begin("set_attendees")
        meeting = self._find(event_id)
        self._invite(meeting, attendees)
        _end(failing)
        return _addresses(meeting)

    async def move(self, event_id: str, draft: MeetingDraft) -> None:
        _aware(draft.starts_at, draft.ends_at)
        failing = self._begin("move")
        self.by_hand_moved(event_id, _times(draft))
        _end(failing)

    def by_hand_moved(self, event_id: str, times: tuple[datetime, ...]) -> None:
        """Somebody gives the event another time in Outlook; everybody is asked anew."""
        meeting = self._find(event_id)
        meeting.times = times
        meeting.declined.clear()
        meeting.draft = replace(meeting.draft, starts_at=times[0], ends_at=times[1])
        self._tell(meeting, meeting.mails, "update")
        self.changed.append(event_id)

    def by_hand_invited(self, event_id: str, *mails: str) -> None:
        """Somebody makes these those who are invited."""
        people = {each.mail: each for each in self._find(event_id).draft.attendees}
        chosen = [people.get(mail) or Attendee(mail, mail) for mail in mails]
        self._invite(self._find(event_id), chosen)
        self.changed.append(event_id)

    def by_hand_deleted(self, event_id: str) -> None:
        """Somebody deletes the event in Outlook."""
        self._find(event_id).cancelled_with = ""
        self.changed.append(event_id)

    def declines(self, event_id: str, mail: str) -> None:
        """Somebody invited declines."""
        self._find(event_id).declined.add(mail)
        self.changed.append(event_id)

    async def subscribe(
        self, url: str, lifecycle_url: str, client_state: str, until: datetime
    ) -> Subscribed:
        failing = self._begin("subscribe")
        self._numbers += 1
        name = f"subscription-{self._numbers}"
        made = FakeSubscription(url, lifecycle_url, client_state, until)
        self.subscriptions[name] = made
        _end(failing)
        for other, known in list(self.subscriptions.items()):
            if other != name and known.url == url:
                del self.subscriptions[other]
        return Subscribed(name, until)

    async def renew(self, subscription_id: str, until: datetime) -> Subscribed:
        failing = self._begin("renew")
        if subscription_id not in self.subscriptions:
            raise Gone("graph_gone")
        self.subscriptions[subscription_id].until = until
        _end(failing)
        return Subscribed(subscription_id, until)

    async def unsubscribe(self, subscription_id: str) -> None:
        failing = self._begin("unsubscribe")
        self.subscriptions.pop(subscription_id, None)
        _end(failing)

    async def changes(
        self, delta_link: str | None, starts_at: datetime, ends_at: datetime
    ) -> Changes:
        failing = self._begin("changes")
        _end(failing)
        link = f"delta-{len(self.changed)}"
        if delta_link in self.lost_links or delta_link is None:
            alive = {key for key, m in self.meetings.items() if m.cancelled_with is None}
            return Changes(frozenset(alive), link, whole=True)
        since = int(delta_link.rpartition("-")[2])
        return Changes(frozenset(self.changed[since:]), link, whole=False)

    async def host(self, join_url: str, lead_ids: Sequence[str]) -> None:
        failing = self._begin("host")
        self._find(join_url.rpartition("/")[2]).hosts = tuple(lead_ids)
        _end(failing)

    async def cancel(self, event_id: str, comment: str) -> None:
        failing = self._begin("cancel")
        meeting = self.meetings.get(event_id)
        if meeting is not None and meeting.cancelled_with is None:
            meeting.cancelled_with = comment
            self._tell(meeting, meeting.mails, "cancellation")
        _end(failing)

    async def person(self, person_id: str) -> DirectoryPerson:
        self._begin("person", now=True)
        for person in self.people:
            if person.person_id == person_id:
                return person
        raise Gone("graph_gone")

    async def manager(self, person_id: str) -> DirectoryPerson | None:
        self._begin("manager", now=True)
        wanted = self.managers.get(person_id)
        return next((person for person in self.people if person.person_id == wanted), None)

    async def search(self, text: str, *, limit: int = 10) -> Sequence[DirectoryPerson]:
        self._begin("search", now=True)
        words = text.casefold().split()
        found = [
            person
            for person in self.people
            if words and all(_begins(word, person) for word in words)
        ]
        return found[:limit]

    async def send(self, *, to: str, subject: str, html: str) -> None:
        failing = self._begin("send")
        self.mails.append(SentMail(to, subject, html))
        _end(failing)

    async def notify(
        self,
        person_id: str,
        *,
        activity_type: str,
        preview: str,
        topic: str,
        parameters: Mapping[str, str],
    ) -> None:
        failing = self._begin("notify")
        self.activities.append(
            SentActivity(person_id, activity_type, preview, topic, dict(parameters))
        )
        _end(failing)

    async def install(self, person_id: str) -> None:
        failing = self._begin("install")
        self.installed.add(person_id)
        _end(failing)

    def _begin(self, operation: str, *, now: bool = False) -> OutsideFault | None:
        self.calls.append(operation)
        for fault in self._faults:
            if fault.operation in {None, operation}:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                if fault.after and not now:
                    return fault.error
                raise fault.error
        return None

    def _find(self, event_id: str) -> FakeMeeting:
        meeting = self.meetings.get(event_id)
        if meeting is None or meeting.cancelled_with is not None:
            raise Gone("graph_gone")
        return meeting

    def _shown(self, meeting: FakeMeeting) -> Meeting:
        ready = meeting.reads >= self.join_reads
        url = f"https://teams.microsoft.com/l/meetup-join/{meeting.event_id}" if ready else None
        return Meeting(meeting.event_id, url)

    def _invite(self, meeting: FakeMeeting, attendees: Sequence[Attendee]) -> None:
        before = meeting.mails
        meeting.draft = replace(meeting.draft, attendees=tuple(attendees))
        self._tell(meeting, meeting.mails - before, "invitation")
        self._tell(meeting, before - meeting.mails, "cancellation")

    def _tell(self, meeting: FakeMeeting, mails: set[str], kind: str) -> None:
        self.invites += [Invite(kind, mail, meeting.event_id) for mail in sorted(mails)]


def _addresses(meeting: FakeMeeting) -> tuple[str, ...]:
    return tuple(each.mail for each in meeting.draft.attendees)


def _times(draft: MeetingDraft) -> tuple[datetime, ...]:
    """Start and end of each day, at the same wall clock's time."""
    zone = ZoneInfo(draft.zone)
    first = draft.starts_at.astimezone(zone).replace(tzinfo=None)
    length = draft.ends_at - draft.starts_at
    starts: list[datetime] = []
    shift, wanted = timedelta(0), draft.repeats.times if draft.repeats else 1
    while len(starts) < wanted:
        day = first + shift
        if draft.repeats is None or day.weekday() in draft.repeats.weekdays:
            starts.append(day.replace(tzinfo=zone).astimezone(UTC))
        shift += timedelta(days=1)
    return tuple(instant for start in starts for instant in (start, start + length))


def _end(failing: OutsideFault | None) -> None:
    if failing is not None:
        raise failing


def _aware(*instants: datetime) -> None:
    if any(instant.tzinfo is None for instant in instants):
        raise ValueError("a naive datetime says nothing about when")


def _begins(word: str, person: DirectoryPerson) -> bool:
    known = [*person.name.replace(",", " ").replace("(", " ").split(), person.mail or ""]
    return any(each.casefold().startswith(word.strip("(),")) for each in known)
