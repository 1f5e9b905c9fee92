"""Asking the counterpart: the question, its reminder, and the end of the waiting."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.domain import calendar
from bot.domain.errors import Refusal
from bot.domain.requests import Request, RequestStatus, move
from bot.services.desk import (
    Desk,
    Notice,
    at_local,
    record,
    request_subject,
    tell,
    the_person,
)
from bot.services.keeping import UnitOfWork


def reminds_on(desk: Desk, request: Request) -> date:
    """The day on which the counterpart is reminded, on the team's calendar."""
    asked_on = (request.submitted_at or desk.now).astimezone(ZoneInfo(request.zone)).date()
    return calendar.add_working_days(asked_on, desk.rules.agreement_reminder_working_days)


def still_ahead(desk: Desk, request: Request) -> None:
    """Refuse to ask somebody else once the wished dates can no longer be met."""
    if all(at <= desk.now for at in request.preferred_at):
        raise Refusal("dates_all_past")


async def ask(uow: UnitOfWork, desk: Desk, request: Request, counterpart_id: str) -> None:
    """Send it to the counterpart, with a reminder and an end to the waiting."""
    rules = desk.rules
    move(request, RequestStatus.SUBMITTED)
    request.counterpart_id = counterpart_id
    request.submitted_at, request.nudged_at = desk.now, None
    request.declined_by, request.reason = None, ""
    today_on = desk.now.astimezone(ZoneInfo(request.zone)).date()
    expires_on = calendar.add_working_days(today_on, rules.agreement_expires_working_days)
    request.expires_at = at_local(expires_on, rules.day_ends, request.zone)
    remind_at = at_local(reminds_on(desk, request), rules.quiet_until, request.zone)
    subject, key = request_subject(request.request_id), str(request.version)
    await tell(
        uow,
        desk,
        Notice("request.asked", subject, counterpart_id, key),
        Notice(
            "reminder.agreement",
            subject,
            counterpart_id,
            key,
            due_at=remind_at + timedelta(hours=1),
            expires_at=request.expires_at,
            repeatable=False,
        ),
    )


async def pass_on(uow: UnitOfWork, desk: Desk, request: Request, counterpart_id: str) -> None:
    """Ask somebody else; whoever was asked before is told that nothing more is wanted of them."""
    subject = request_subject(request.request_id)
    former = request.counterpart_id
    await uow.outbox.drop(subject, kinds="reminder.agreement")
    await uow.outbox.drop(subject, kinds="request.", recipient_id=former)
    await the_person(uow, counterpart_id)
    asked_former = request.status is RequestStatus.SUBMITTED and former != counterpart_id
    await ask(uow, desk, request, counterpart_id)
    await record(uow, desk, subject, "counterpart_changed", by=request.requester_id)
    if asked_former:
        # Not theirs to see any more: the sentence stands above the help card.
        key, args = f"{subject}:{request.version}", {"reference": request.reference}
        about = f"help:{former}"
        await tell(uow, desk, Notice("request.passed_on", about, former, key, args=args))
