"""Views by hand: a request, its session and its leads in any state, as long as they may get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.people import Side
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.sessions import Assignment, AssignmentStatus, Session, SessionStatus
from bot.services.views import (
    AssignmentView,
    Lead,
    Named,
    RequestView,
    SessionView,
    TimelineEntry,
)

AT = datetime(2027, 1, 11, 15, 0, tzinfo=UTC)
STARTS = datetime(2027, 2, 16, 14, 0, tzinfo=UTC)
UNTIL = AT + timedelta(hours=48)
MANAGER, STEWARD = Named("p-1", "Manager, Ottawa"), Named("p-2", "Déléguée syndicale, Québec")
LONG = "Équipe « {{longue}} » *du* <b>nom</b> \u202e " + "très " * 40
EVERY_MOVE = frozenset(
    {"ask", "refuse", "approve", "replace", "retry_booking", "cancel", "reschedule"}
)


def a_request(**changed: object) -> Request:
    request = Request(
        request_id="r-1",
        year=2027,
        number=42,
        requester_id=MANAGER.person_id,
        counterpart_id=STEWARD.person_id,
        side=Side.EMPLOYER,
        offering="mental-health",
        organization="2222",
        region="national-capital",
        team="Pay team",
        participants=12,
        language="fr",
        zone="America/Halifax",
        preferred_at=(STARTS,),
        visibility=Visibility.TEAM,
        created_at=AT,
        status=RequestStatus.AGREED,
        agreed_at=AT,
    )
    return replace(request, **changed)


def a_session(**changed: object) -> Session:
    session = Session(
        session_id="s-1",
        code="K7M-2QF",
        offering="mental-health",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(minutes=210),
        zone="America/Halifax",
        language="fr",
        region="national-capital",
        organization="2222",
        visibility=Visibility.TEAM,
        capacity=15,
        transaction_id="t-1",
        created_at=AT,
        request_id="r-1",
    )
    return replace(session, **changed)


def a_lead(side: Side, status: AssignmentStatus, name: str = "Lead", reason: str = "") -> Lead:
    return Lead(f"a-{side}", side, Named(f"p-{side}", name), status, UNTIL, reason)


def session_seen(session: Session, leads: tuple[Lead, ...] = ()) -> SessionView:
    return SessionView(
        session=session,
        seats_taken=3,
        waiting=0,
        seat=None,
        rank=None,
        leads=leads,
        may=frozenset(),
        shares_code=True,
        is_lead=False,
    )


def request_seen(
    request: Request,
    session: Session | None = None,
    leads: tuple[Lead, ...] = (),
    **changed: object,
) -> RequestView:
    view = RequestView(
        request=request,
        relation="coordinator",
        requester=MANAGER,
        counterpart=STEWARD,
        session=session_seen(session, leads) if session else None,
        leads=leads,
        timeline=(TimelineEntry(AT, "submitted", MANAGER, ""),),
        may=frozenset(),
        nudge_from=None,
        fault=session.fault if session else None,
    )
    return replace(view, **changed)


def assignment_seen(
    status: AssignmentStatus = AssignmentStatus.OFFERED,
    session: Session | None = None,
    partner: Lead | None = None,
    **changed: object,
) -> AssignmentView:
    assignment = Assignment(
        assignment_id="a-1",
        session_id="s-1",
        person_id="p-9",
        side=Side.UNION,
        offered_at=AT,
        answer_by=UNTIL,
        status=status,
    )
    open_now = status is AssignmentStatus.OFFERED
    view = AssignmentView(
        assignment=assignment,
        session=session_seen(session or a_session()),
        partner=partner,
        team="Pay team",
        participants=12,
        accessibility=("captions", "lsq"),
        accessibility_note="",
        may=frozenset({"accept", "decline"}) if open_now else frozenset(),
        reference="EC-2027-0042",
    )
    return replace(view, **changed)


BOOKED = {"status": SessionStatus.BOOKED, "join_url": "https://teams.example/l/meetup-join/1"}
