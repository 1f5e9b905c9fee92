"""A request as the coordinators of its region see it, and the list of those to review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.people import Side
from bot.domain.requests import RequestStatus
from bot.domain.rounds import RoundStatus
from bot.domain.sessions import AHEAD, STANDING, AssignmentStatus, Session, SessionStatus
from bot.services.triage import TriagePage
from bot.services.views import Lead, RequestView
from cards import actions, kit
from cards.asking import asking_buttons, asking_part
from cards.notices import offering_title, person_name
from cards.request_parts import SHOWN, request_facts, team_line, timeline_part, wished
from cards.safe import cap

if TYPE_CHECKING:
    from bot.i18n import Translator

UNDER_REVIEW: Final = (
    RequestStatus.AGREED,
    RequestStatus.IN_REVIEW,
    RequestStatus.NEEDS_INFORMATION,
)
LIKELY: Final = ("approve", "replace", "retry_booking")  # one of them is the positive button
LEADS_SHOWN: Final = 4  # of one side: the last ones asked
REASON_SHOWN: Final = 200
WRITTEN: Final = 1000  # characters of a question or a reason
_TONES: Final = {
    "agreed": kit.Tone.WARNING,
    "in_review": kit.Tone.WARNING,
    "incomplete": kit.Tone.WARNING,
    "vacant": kit.Tone.ATTENTION,
    "vacant_asked": kit.Tone.WARNING,
    "fault": kit.Tone.ATTENTION,
    "scheduled": kit.Tone.GOOD,
    "completed": kit.Tone.GOOD,
}
# What Outlook said, by what somebody can do about it.
FAULTS: Final = {
    "graph_denied": "denied",
    "graph_no_sign_in": "denied",
    "graph_not_configured": "unset",
    "graph_gone": "gone",
    "graph_rejected": "rejected",
    "graph_unexpected": "rejected",
}


def build_triage(
    view: RequestView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How a request stands, and what a coordinator can do about it now."""
    card = _card(view, tr, said, tone)
    if kit.size(card) <= kit.LARGEST:
        return card
    return _card(replace(view, timeline=view.timeline[-SHOWN:]), tr, said, tone)


def _card(view: RequestView, tr: Translator, said: str | None, tone: kit.Tone) -> kit.Card:
    request = view.request
    title = tr.t("triage.title", reference=request.reference)
    state = state_words(view, tr)
    return kit.card(
        tr,
        title,
        kit.badge(state, _TONES.get(state_of(view), kit.Tone.PLAIN)),
        _agreed_on(view, tr),
        _fault(view, tr),
        _question(view, tr),
        _reason(view, tr),
        *_session(view, tr),
        *asking_part(view, tr),
        *request_facts(view, tr, titled=True),
        *timeline_part(view, tr),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, state),
        refresh=(actions.TRIAGE_SHOW, {"id": request.request_id}, ()),
    )


def build_triage_list(page: TriagePage, tr: Translator) -> kit.Card:
    """What there is to review, longest waiting first, ten at a time."""
    title = tr.t("triage.list.title")
    if not page.requests:
        return kit.card(
            tr,
            title,
            kit.text(tr.t("triage.list.empty")),
            actions=[
                kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
                kit.execute(tr.t("form.help"), actions.HELP),
            ],
            summary=tr.t("triage.list.empty"),
            refresh=(actions.TRIAGE_LIST, {}, ()),
        )
    count = tr.n("triage.list.count", page.total)

    return kit.card(
        tr,
        title,
        kit.text(count),
        *(_entry(view, tr) for view in page.requests),
        actions=[
            kit.execute(tr.t("triage.list.pair_all"), actions.PAIRING_PLAN)
            if any("approve" in view.may for view in page.requests)
            else None,
            kit.execute(tr.t("common.more"), actions.TRIAGE_LIST, first=page.next_first)
            if page.next_first is not None
            else None,
            kit.execute(tr.t("triage.list.first"), actions.TRIAGE_LIST, first=0)
            if page.first
            else None,
        ],
        summary=kit.one_line(tr, title, count),
        refresh=(actions.TRIAGE_LIST, {"first": page.first}, ()),
    )


def state_of(view: RequestView) -> str:
    """The state in one word, finer than the request's own once there is a session."""
    status = view.request.status
    session = view.session.session if view.session else None
    if session and session.fault and status in (RequestStatus.APPROVED, RequestStatus.SCHEDULED):
        return "fault"
    if status is RequestStatus.SCHEDULED and session and session.status in AHEAD:
        return _vacancy(view) or status.value
    if status is not RequestStatus.APPROVED or session is None:
        return status.value
    if session.status is not SessionStatus.PLANNED:
        return "booking"
    return "incomplete" if free_sides(view) else "asked"


def _vacancy(view: RequestView) -> str:
    """What a booked session lacks, if anything."""
    if free_sides(view):
        return "vacant"
    asked = any(lead.status is AssignmentStatus.OFFERED for lead in view.leads)
    return "vacant_asked" if asked else ""


def state_words(view: RequestView, tr: Translator) -> str:
    """The state as coordinators name it."""
    return tr.t(f"triage.state.{state_of(view)}")


def free_sides(view: RequestView) -> tuple[Side, ...]:
    """The sides for which nobody was asked, or nobody who was asked will come."""
    held = {lead.side for lead in view.leads if lead.status in STANDING}
    return tuple(side for side in Side if side not in held)


def _agreed_on(view: RequestView, tr: Translator) -> kit.Element | None:
    at = view.request.agreed_at
    if at is None or view.request.status not in UNDER_REVIEW:
        return None
    return kit.subtle(tr.t("triage.agreed_on", when=tr.weekday_date_time(at)))


def _fault(view: RequestView, tr: Translator) -> kit.Element | None:
    """What Outlook refused, in plain words, and what happens next."""
    if not view.fault:
        return None
    return kit.notice(tr.t(f"triage.fault.{FAULTS.get(view.fault, 'away')}"), kit.Tone.ATTENTION)


def _question(view: RequestView, tr: Translator) -> kit.Element | None:
    request = view.request
    if request.status is not RequestStatus.NEEDS_INFORMATION:
        return None
    asked = tr.t("triage.question", requester=person_name(view.requester, tr))
    return kit.element_group(kit.text(asked), kit.person_text(request.question))


def _reason(view: RequestView, tr: Translator) -> kit.Element | None:
    request = view.request
    if request.status is not RequestStatus.DECLINED or not request.reason:
        return None
    return kit.element_group(kit.text(tr.t("triage.reason")), kit.person_text(request.reason))


def _session(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """Once approved: the date first, then who leads and how each answered."""
    if view.session is None:
        return []
    session = view.session.session
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    seats = tr.t("triage.seats", taken=view.session.seats_taken, capacity=session.capacity)
    booked = session.status not in (SessionStatus.PLANNED, SessionStatus.STAFFED)
    return [
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        kit.facts(
            tr,
            [
                *_lead_rows(view, tr),
                (tr.t("triage.fact.seats"), seats) if booked else None,
                (tr.t("triage.fact.code"), session.code),
            ],
        ),
    ]


def _lead_rows(view: RequestView, tr: Translator) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    session = view.session.session if view.session else None
    for side in Side:
        label = tr.t(f"triage.lead.of.{side.value}")
        asked = [lead for lead in view.leads if lead.side is side][-LEADS_SHOWN:]
        rows += [(label, _lead(lead, tr)) for lead in asked]
        if side in free_sides(view) and session and session.status in AHEAD:
            rows.append((label, _nobody(view, session, tr)))
    return rows


def _nobody(view: RequestView, session: Session, tr: Translator) -> str:
    """What a coordinator can do about a side without anybody, or what the bot does."""
    if view.asking and view.asking.status is RoundStatus.RUNNING:
        return tr.t("triage.lead.nobody.running")
    planned = session.status is SessionStatus.PLANNED
    return tr.t("triage.lead.nobody" if planned else "triage.lead.nobody.booked")


def _lead(lead: Lead, tr: Translator) -> str:
    """How somebody answered, with what they said."""
    how = "stepped_back" if lead.stepped_back else lead.status.value
    name, key = person_name(lead.person, tr), f"triage.lead.{how}"
    said = tr.t(key, name=name, until=tr.weekday_date_time(lead.answer_by))
    if not lead.reason:
        return said
    return tr.t("triage.lead.reason", said=said, reason=cap(lead.reason, REASON_SHOWN))


def _buttons(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    request_id, may = view.request.request_id, view.may
    session_id = view.session.session.session_id if view.session else ""

    # While the bot asks in order there is nothing that a coordinator must do.
    likely = next((m for m in LIKELY if m in may and "stop_round" not in may), None)

    def button(move: str, verb: str, about: str = request_id) -> kit.Element | None:
        make = kit.positive if move == likely else kit.execute
        return make(tr.t(f"triage.do.{move}"), verb, id=about) if move in may else None

    return [
        button("approve", actions.TRIAGE_APPROVE),
        button("retry_booking", actions.TRIAGE_RETRY),
        button("replace", actions.TRIAGE_REPLACE),
        *asking_buttons(view, tr),
        _write("ask", "question", actions.TRIAGE_ASK, request_id, tr) if "ask" in may else None,
        _write("refuse", "reason", actions.TRIAGE_DECLINE, request_id, tr)
        if "refuse" in may
        else None,
        button("reschedule", actions.SESSION_RESCHEDULE, session_id),
        _write("cancel", "reason", actions.SESSION_CANCEL, session_id, tr)
        if "cancel" in may
        else None,
        kit.execute(tr.t("triage.list.title"), actions.TRIAGE_LIST),
    ]


def _write(move: str, field: str, verb: str, about: str, tr: Translator) -> kit.Element:
    """Opens room to write in the same card; what takes something away is so asked once more."""
    send = kit.positive if move == "ask" else kit.destructive
    return kit.confirm(
        tr.t(f"triage.do.{move}"),
        kit.text(tr.t(f"triage.{move}.prompt")),
        write_input(move, field, tr),
        actions=[send(tr.t(f"triage.{move}.send"), verb, inputs=True, id=about)],
    )


def write_input(move: str, field: str, tr: Translator) -> kit.Element:
    """What a coordinator writes: a question, or a word of why."""
    return kit.text_input(
        field,
        tr.t(f"triage.{move}.label"),
        tr.t(f"error.{field}_missing"),
        multiline=True,
        limit=WRITTEN,
    )


def _entry(view: RequestView, tr: Translator) -> kit.Element:
    request = view.request
    when = wished(request, tr)[0]
    if view.session:
        session = view.session.session
        when = tr.when(session.starts_at, session.ends_at, session.zone)
    tone = _TONES.get(state_of(view), kit.Tone.PLAIN)
    return kit.element_group(
        kit.text(offering_title(request.offering, tr), bold=True),
        kit.badge(state_words(view, tr), tone),
        kit.line(kit.run(tr.sentence(when)), spacing="small"),
        kit.subtle(f"{request.reference} · {team_line(request, tr)}"),
        _agreed_on(view, tr),
        kit.actions_row(
            kit.execute(
                tr.t("triage.list.open", reference=request.reference),
                actions.TRIAGE_SHOW,
                id=request.request_id,
            )
        ),
        separator=True,
    )
