"""Storage and the use cases, put together: what the program and the command line share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.clock import Clock, SandboxClock, SystemClock
from bot.graph.client import Graph
from bot.graph.options import GraphOptions
from bot.i18n import Catalogues
from bot.matching.matcher import HighsMatcher
from bot.metrics import Metrics
from bot.services.absences import AbsencesService
from bot.services.agreements import AgreementsService
from bot.services.applications import ApplicationsService
from bot.services.assignments import AssignmentsService
from bot.services.attendance import AttendanceService
from bot.services.booking import BookingService
from bot.services.cohort_booking import CohortBooking
from bot.services.cohorts import CohortsService
from bot.services.desk import Desk
from bot.services.drafts import Drafts
from bot.services.endorsements import EndorsementsService
from bot.services.interview_booking import InterviewBooking
from bot.services.interviews import InterviewsService
from bot.services.invariants import InvariantsService
from bot.services.inviting import InvitingService
from bot.services.keeping import UnitsOfWork
from bot.services.live_cards import LiveCardsService
from bot.services.outlook import Deeds, OutlookService
from bot.services.outlook_views import Bookings
from bot.services.pairing import PairingService
from bot.services.people import PeopleService
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
from bot.settings import Settings
from bot.teams.connector import Session
from bot.teams.credentials import Identity, build_credential
from bot.vault import FernetVault
from cards.cohort_meeting import CohortWords
from cards.interview_meeting import InterviewMeetingWords
from cards.meeting import MeetingWords
from dialogs.context import Services
from storage.engine import Database, make_engine
from storage.invariants import SqlInvariants
from storage.revision import fits
from storage.unit_of_work import SqlUnitsOfWork

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


class NotMigrated(Exception):
    """The database has not the structure that this program needs: run `python -m bot migrate`."""


def new_id() -> str:
    """A random id, safe in URLs and card payloads."""
    return secrets.token_hex(16)


def graph_options(
    settings: Settings, credential: AsyncTokenCredential | None, metrics: Metrics | None = None
) -> GraphOptions:
    """What the Graph gateways need of the settings."""

    def count(operation: str, result: str) -> None:
        if metrics is not None:
            metrics.graph_calls.labels(operation, result).inc()

    sandboxed = "sandbox" if settings.sandbox else ""
    return GraphOptions(
        url=settings.graph_url,
        scope=settings.graph_scope,
        mailbox=settings.service_mailbox or "",
        credential=credential,
        app_id=settings.app_id or "",
        teams_app_id=settings.teams_app_id or sandboxed,
        on_call=count,
    )


def make_credential(settings: Settings, session: Session) -> AsyncTokenCredential | None:
    """The one credential of the process; none in the sandbox."""
    if settings.app_id is None:
        return None
    secret = settings.app_secret.get_secret_value() if settings.app_secret else None
    identity = Identity(
        app_id=settings.app_id,
        tenant_id=settings.tenant_id or "",
        managed=settings.app_type == "UserAssignedMSI",
        secret=secret,
        certificate_path=settings.app_certificate_path,
        login_url=settings.login_url,
    )
    return build_credential(identity, session)


@dataclass
class Core:
    """What the command line and the running program share: storage and the use cases."""

    settings: Settings
    engine: Database
    clock: Clock
    catalogues: Catalogues
    graph: Graph
    desk: Desk
    services: Services
    assignments: AssignmentsService
    seats: SeatsService
    requests: RequestsService
    sessions: SessionsService
    people: PeopleService
    roles: RolesService
    bookings: Bookings


def make_bookings(desk: Desk, graph: Graph, catalogues: Catalogues) -> Bookings:
    """What has a meeting in Outlook, by noun."""
    outlook = (desk, graph.meetings, graph.directory)
    return {
        "session": BookingService(*outlook, MeetingWords(catalogues)),
        "interview": InterviewBooking(*outlook, InterviewMeetingWords(catalogues)),
        "cohort": CohortBooking(*outlook, CohortWords(catalogues)),
    }


def make_core(
    settings: Settings,
    clock: Clock,
    graph: Graph,
    engine: Database | None = None,
    make_units: Callable[[Database], UnitsOfWork] = SqlUnitsOfWork,
) -> Core:
    """Build the use cases on the settings' database."""
    engine = engine or make_engine(settings.database_url)
    units = make_units(engine)
    desk = Desk(units, clock, settings.rules(), new_id, chat_link(settings) or "")
    assignments, seats = AssignmentsService(desk), SeatsService(desk)
    requests, sessions = RequestsService(desk), SessionsService(desk)
    vault = FernetVault([key.get_secret_value() for key in settings.self_id_keys])
    people, roles = PeopleService(desk, graph.directory), RolesService(desk)
    staffing, catalogues = StaffingService(desk, graph.calendars), Catalogues.load()
    pairing = PairingService(desk, graph.calendars, HighsMatcher(), staffing)
    self_identification = SelfIdentificationService(desk, vault)
    selection = SelectionService(desk, self_identification)
    bookings = make_bookings(desk, graph, catalogues)
    steering, cohorts = SteeringService(desk), CohortsService(desk, self_identification)
    inviting = InvitingService(desk, graph.calendars, graph.directory, selection)
    interviews = InterviewsService(desk, graph.calendars)
    training = TrainingService(desk, self_identification)
    deeds = Deeds(steering, inviting, interviews, cohorts, training, seats, assignments)
    services = Services(
        people=people,
        drafts=Drafts(units),
        requests=requests,
        agreements=AgreementsService(desk),
        triage=TriageService(desk),
        staffing=staffing,
        pairing=pairing,
        rounds=RoundsService(desk, pairing),
        steering=steering,
        assignments=assignments,
        sessions=sessions,
        seats=seats,
        roles=roles,
        roster=RosterService(desk, assignments),
        absences=AbsencesService(desk),
        selection=selection,
        inviting=inviting,
        interviews=interviews,
        applications=ApplicationsService(desk, self_identification),
        endorsements=EndorsementsService(desk),
        self_identification=self_identification,
        cohorts=cohorts,
        training=training,
        attendance=AttendanceService(desk),
        live_cards=LiveCardsService(desk),
        outlook=OutlookService(desk, bookings, deeds),
    )
    return Core(
        settings=settings, engine=engine, clock=clock, catalogues=catalogues, graph=graph,
        desk=desk, services=services, assignments=assignments, seats=seats, requests=requests,
        sessions=sessions, people=people, roles=roles, bookings=bookings,
    )  # fmt: skip


def watch(core: Core, metrics: Metrics | None = None) -> InvariantsService:
    """What always holds, looked at on the live data; counted where there are figures."""

    def count(invariant: str, broken: int) -> None:
        if metrics is not None:
            metrics.invariants_broken.labels(invariant).set(broken)

    return InvariantsService(SqlInvariants(core.engine), core.clock, count)


def chat_link(settings: Settings) -> str | None:
    """The link that opens the bot's chat in Teams, for mails."""
    if settings.app_id is None:
        return None
    return f"https://teams.microsoft.com/l/chat/0/0?users=28:{settings.app_id}"


def make_clock(settings: Settings) -> Clock:
    """The machine's clock; the sandbox's where the settings name it."""
    if settings.sandbox_clock_url:
        return SandboxClock(settings.sandbox_clock_url)
    return SystemClock()


async def require_migrated(settings: Settings) -> None:
    """See that the database has the structure that this program needs.

    Raises:
        NotMigrated: it has an older one, or none.
        NewerDatabase: it has one of a later release that serves this one no longer.
    """
    if not await fits(settings.database_url):
        raise NotMigrated
