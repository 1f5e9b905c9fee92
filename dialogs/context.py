"""What a dialog has in its hands during one turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.domain.rules import Rules
from bot.i18n import Catalogues, Translator
from bot.services.absences import AbsencesService
from bot.services.agreements import AgreementsService
from bot.services.applications import ApplicationsService
from bot.services.assignments import AssignmentsService
from bot.services.attendance import AttendanceService
from bot.services.cohorts import CohortsService
from bot.services.endorsements import EndorsementsService
from bot.services.interviews import InterviewsService
from bot.services.inviting import InvitingService
from bot.services.outlook import OutlookService
from bot.services.pairing import PairingService
from bot.services.ports import DraftDesk, LiveCardDesk, PeopleDesk, Reader
from bot.services.requests import RequestsService
from bot.services.roles import RolesService
from bot.services.roster import RosterService
from bot.services.rounds import RoundsService
from bot.services.seats import SeatsService
from bot.services.selection import SelectionService
from bot.services.self_identification import SelfIdentificationService
from bot.services.sessions import SessionsService
from bot.services.staffing import StaffingService
from bot.services.steering import SteeringService
from bot.services.training import TrainingService
from bot.services.triage import TriageService
from cards.actions import Action

Card = dict[str, Any]
_ABSENT: Any = None  # a test leaves out what it does not need


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases, given by the composition root. A test gives those that it needs."""

    people: PeopleDesk
    drafts: DraftDesk
    requests: RequestsService = _ABSENT
    agreements: AgreementsService = _ABSENT
    triage: TriageService = _ABSENT
    staffing: StaffingService = _ABSENT
    pairing: PairingService = _ABSENT
    rounds: RoundsService = _ABSENT
    steering: SteeringService = _ABSENT
    assignments: AssignmentsService = _ABSENT
    sessions: SessionsService = _ABSENT
    seats: SeatsService = _ABSENT
    roles: RolesService = _ABSENT
    roster: RosterService = _ABSENT
    absences: AbsencesService = _ABSENT
    selection: SelectionService = _ABSENT
    inviting: InvitingService = _ABSENT
    interviews: InterviewsService = _ABSENT
    applications: ApplicationsService = _ABSENT
    endorsements: EndorsementsService = _ABSENT
    self_identification: SelfIdentificationService = _ABSENT
    cohorts: CohortsService = _ABSENT
    training: TrainingService = _ABSENT
    attendance: AttendanceService = _ABSENT
    outlook: OutlookService = _ABSENT
    live_cards: LiveCardDesk = _ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Ctx:
    """One turn: who reads, in which words, what can be asked of the program, what time it is."""

    reader: Reader
    tr: Translator
    services: Services
    clock: Clock
    rules: Rules
    catalogues: Catalogues

    @property
    def me(self) -> str:
        """The person's id."""
        return self.reader.person_id

    def now(self) -> datetime:
        """This instant, in UTC."""
        return self.clock.now()

    def seen_by(self, reader: Reader) -> Ctx:
        """The same turn after the person changed their language or zone."""
        tr = self.catalogues.translator(reader.language, reader.zone)
        return replace(self, reader=reader, tr=tr)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers with: a card, or a form to begin.

    A click's card takes the place of the clicked one, unless `new`: then it comes as a message of
    its own and the clicked card stays. What was typed is always answered with a new message.
    `reader` tells that the person's language or zone changed. `instead` is what was really meant,
    where one typed word stands for several things: that verb's handler answers. `subject` is
    what the card shows ("request:<id>"): it is shown anew when that changes. `kept` says that the
    card is for this one click and is stored nowhere: `kept` stands for it in what the program
    remembers, and answers where nothing was clicked.
    """

    card: Card | None = None
    new: bool = False
    flow: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reader: Reader | None = None
    instead: Action | None = None
    subject: str | None = None
    kept: Card | None = None


def show(card: Card, *, subject: str | None = None) -> Reply:
    """Answer with this card; it is kept true where it shows a subject."""
    return Reply(card=card, subject=subject)


def send(card: Card, *, subject: str | None = None) -> Reply:
    """Answer with this card as a new message, leaving the clicked one."""
    return Reply(card=card, new=True, subject=subject)


def begin(flow: str, **options: Any) -> Reply:
    """Begin a form; the options (JSON primitives) go to its `begin`."""
    return Reply(flow=flow, options=options)
