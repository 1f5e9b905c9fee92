"""The parts that the cards of a request share: its state, its facts, its session, its time line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain import catalogue
from bot.domain.requests import Request, RequestStatus, Visibility
from bot.domain.sessions import JOINABLE, SessionStatus
from bot.services.views import Named, RequestView, SessionView, TimelineEntry
from cards import actions, kit
from cards.catalogue import topic_length
from cards.notices import offering_title, person_name

if TYPE_CHECKING:
    from bot.i18n import Translator

ONE_TEXT: Final = 1000  # characters of a reason, a question, an answer
SHOWN: Final = 8  # lines of a time line in view
EARLIER: Final = 8  # lines behind the button
_WHAT, _NOTE = 120, 100  # characters of a line of the time line, and of what was written

_TONES: Final = {
    RequestStatus.SUBMITTED: kit.Tone.INFO,
    RequestStatus.AGREED: kit.Tone.INFO,
    RequestStatus.IN_REVIEW: kit.Tone.INFO,
    RequestStatus.NEEDS_INFORMATION: kit.Tone.WARNING,
    RequestStatus.APPROVED: kit.Tone.INFO,
    RequestStatus.SCHEDULED: kit.Tone.GOOD,
    RequestStatus.COMPLETED: kit.Tone.GOOD,
    RequestStatus.DECLINED: kit.Tone.ATTENTION,
    RequestStatus.EXPIRED: kit.Tone.WARNING,
}


def badge(status: RequestStatus, tr: Translator) -> kit.Element:
    """The state in words, with its colour."""
    return kit.badge(tr.t(f"request.status.{status.value}"), _TONES.get(status, kit.Tone.PLAIN))


def name_of(person: Named | None, tr: Translator) -> str:
    """A person's name, or words for one whose name nobody has told yet."""
    return person_name(person, tr) if person else tr.t("common.somebody")


def side_of(side: str, tr: Translator) -> str:
    """The union's side · la partie syndicale."""
    return tr.t(f"common.of_side.{side}")


def wished(request: Request, tr: Translator) -> list[str]:
    """The wished dates in the reader's words and hours, in order of preference."""
    minutes = catalogue.offering(request.offering).minutes or 0
    return [
        tr.when(at, at + timedelta(minutes=minutes), request.zone) for at in request.preferred_at
    ]


def next_line(view: RequestView, tr: Translator) -> kit.Element:
    """What happens next, and by when, for this reader."""
    request, session = view.request, view.session
    key = f"request.next.{view.relation}.{request.status.value}"
    if request.status is RequestStatus.APPROVED and session:
        if session.session.fault:
            key = "request.next.fault"
        elif session.session.status is not SessionStatus.PLANNED:
            key = "request.next.booking"
    elif request.status is RequestStatus.DECLINED and not request.counterpart_declined:
        key = "request.next.turned_down"
    return kit.text(
        tr.t(
            key,
            requester=name_of(view.requester, tr),
            counterpart=name_of(view.counterpart, tr),
            side=side_of(request.joint_side.value, tr),
            own_side=side_of(request.side.value, tr),
            region=tr.value(catalogue.region(request.region).name),
            until=_instant(request.expires_at, tr),
        )
    )


def request_facts(
    view: RequestView, tr: Translator, *, titled: bool = False
) -> list[kit.Element | None]:
    """What was asked for; the wished dates while none is chosen.

    `titled` says that the card's title has the reference already.
    """
    request = view.request
    entry = catalogue.offering(request.offering)
    dates = [] if view.session else wished(request, tr)
    rows = [
        None if titled else (tr.t("request.fact.reference"), request.reference),
        (
            tr.t("request.fact.topic"),
            f"{offering_title(entry.key, tr)} ({topic_length(entry, tr)})",
        ),
        *(
            (tr.t(f"request.fact.date{number}") if len(dates) > 1 else tr.t("request.fact.date"), d)
            for number, d in enumerate(dates, start=1)
        ),
        (tr.t("request.fact.team"), team_line(request, tr)),
        (tr.t(f"request.fact.{request.side.value}"), name_of(view.requester, tr)),
        (tr.t(f"request.fact.{request.joint_side.value}"), name_of(view.counterpart, tr)),
        (tr.t("request.fact.group"), group_line(request, tr)),
        (tr.t("request.fact.access"), access_line(request, tr)),
    ]
    return [kit.facts(tr, rows)]


def team_line(request: Request, tr: Translator) -> str:
    """Team, organization, region."""
    region = tr.value(catalogue.region(request.region).name)
    return ", ".join([request.team, organization_name(request.organization, tr), region])


def organization_name(organization_id: str, tr: Translator) -> str:
    """An organization's name, with its letters where it has some."""
    entry = catalogue.organization(organization_id)
    letters = entry.abbreviation.get(tr.language)
    name = tr.value(entry.name)
    return f"{name} ({letters})" if letters else name


def group_line(request: Request, tr: Translator) -> str:
    """12 people, in English, the team only."""
    return ", ".join(
        [
            tr.n("request.people", request.participants),
            tr.t(f"request.in.{request.language}"),
            tr.t(f"request.visibility.{request.visibility.value}.short"),
        ]
    )


def access_line(request: Request, tr: Translator) -> str:
    """Captions, sign language …; the note."""
    kinds = [tr.t(f"request.accessibility.{kind}") for kind in request.accessibility]
    note = [request.accessibility_note] if request.accessibility_note else []
    return "; ".join([", ".join(kinds), *note] if kinds else note)


def session_part(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """The session, once a date is chosen: when, who leads, how one gets in."""
    sight = view.session
    if sight is None:
        return []
    session = sight.session
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    leads = [
        (tr.t(f"request.lead.{lead.side.value}"), _lead(lead.person, lead.status.value, tr))
        for lead in sight.leads
    ]
    seats = tr.t("request.seats.value", taken=sight.seats_taken, capacity=session.capacity)
    open_now = session.status is SessionStatus.BOOKED
    return [
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(parts.zone_note) if parts.zone_note else None,
        kit.facts(tr, [*leads, (tr.t("request.seats"), seats) if open_now else None]),
        _invitation(view, sight, tr) if open_now and sight.shares_code else None,
    ]


def session_button(view: RequestView, tr: Translator) -> kit.Element | None:
    """Opens the session's own card, where one joins."""
    if view.session is None or view.session.session.status not in JOINABLE:
        return None
    session_id = view.session.session.session_id
    return kit.execute(tr.t("request.do.session"), actions.SESSION_SHOW, id=session_id)


def _lead(person: Named, status: str, tr: Translator) -> str:
    return tr.t(f"request.lead.{status}", name=name_of(person, tr))


def _invitation(view: RequestView, sight: SessionView, tr: Translator) -> kit.Element:
    """What the requester and the counterpart hand on to the team."""
    session = sight.session
    own = view.request.visibility is Visibility.TEAM
    return kit.element_group(
        kit.text(tr.t("request.invitation.team" if own else "request.invitation.open")),
        kit.figure(session.code, tr.t("request.invitation.code")),
        kit.person_text(invitation_words(sight, tr)),
    )


def invitation_words(sight: SessionView, tr: Translator) -> str:
    """What to copy into a message: on the sender's clock, with its name, for whoever reads it."""
    session = sight.session
    when = tr.when(session.starts_at, session.ends_at, tr.zone)
    words = tr.t(
        "request.invitation.text",
        title=offering_title(session.offering, tr),
        when=f"{when}, {tr.zone_name(tr.zone)}",
        code=session.code,
    )
    return "\n".join(filter(None, [words, sight.join_link]))


def timeline_part(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """What happened to a request."""
    return timeline_of(view.timeline, tr)


def timeline_of(timeline: Sequence[TimelineEntry], tr: Translator) -> list[kit.Element | None]:
    """The last lines of what happened, the earlier ones behind a button.

    What was written is cut short, save the newest answer to a question: somebody waits for it.
    """
    answers = [entry for entry in timeline if entry.what in ("answered", "endorser_answered")]
    lines = [_line(entry, tr, whole=entry in answers[-1:]) for entry in timeline]
    recent, before = lines[-SHOWN:], lines[:-SHOWN][-EARLIER:]
    if not recent:
        return []
    return [
        kit.element_group(
            kit.heading(tr.t("timeline.title"), small=True),
            *recent,
            kit.actions_row(kit.confirm(tr.t("timeline.all"), *before, actions=[]))
            if before
            else None,
        )
    ]


def _line(entry: TimelineEntry, tr: Translator, *, whole: bool) -> kit.Element:
    what = tr.t(f"timeline.{entry.what}", name=name_of(entry.actor, tr))
    note = tr.t("timeline.note", note=entry.note) if entry.note else ""
    return kit.line(
        kit.run(what, small=True, limit=_WHAT),
        *([kit.run(note, small=True, limit=ONE_TEXT + 10 if whole else _NOTE)] if note else []),
        kit.run(f" · {tr.date_time(entry.at)}", faint=True, small=True),
        spacing="small",
    )


def _instant(at: datetime | None, tr: Translator) -> str:
    return tr.weekday_date_time(at) if at else ""
