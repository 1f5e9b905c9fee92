"""A request as its two parties see it, and the list of somebody's requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.domain.requests import RequestStatus
from bot.services.views import RequestView
from cards import actions, kit
from cards.agreement import build_agreement
from cards.notices import offering_title
from cards.request_parts import (
    ONE_TEXT,
    badge,
    next_line,
    request_facts,
    session_button,
    session_part,
    timeline_part,
    wished,
)

if TYPE_CHECKING:
    from bot.i18n import Translator

PAGE: Final = 10


def build_request(
    view: RequestView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How a request stands, for the requester or, with their answer, for the counterpart."""
    if view.relation == "counterpart":
        return build_agreement(view, tr, said=said, tone=tone)
    request = view.request
    title = tr.t("request.card.title", reference=request.reference)
    return kit.card(
        tr,
        title,
        badge(request.status, tr),
        *session_part(view, tr),
        next_line(view, tr),
        _question(view),
        _reason(view),
        *request_facts(view, tr, titled=True),
        *timeline_part(view, tr),
        _nudge_line(view, tr),
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, tr.t(f"request.status.{request.status.value}")),
        refresh=(actions.REQUEST_SHOW, {"id": request.request_id}, [request.requester_id]),
    )


def build_requests(views: Sequence[RequestView], total: int, page: int, tr: Translator) -> kit.Card:
    """Somebody's requests, ten at a time, newest first."""
    title = tr.t("request.list.title")
    if not views:
        return kit.card(
            tr,
            title,
            kit.text(tr.t("request.list.empty")),
            actions=[
                kit.positive(tr.t("help.item.request"), actions.REQUEST_NEW),
                kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
            ],
            summary=tr.t("request.list.empty"),
        )
    more = (page + 1) * PAGE < total
    return kit.card(
        tr,
        title,
        kit.subtle(tr.n("request.list.count", total)),
        *(_entry(view, tr) for view in views),
        actions=[
            kit.execute(tr.t("common.more"), actions.REQUEST_LIST, page=page + 1) if more else None,
            kit.execute(tr.t("common.back"), actions.REQUEST_LIST, page=page - 1) if page else None,
            kit.execute(tr.t("help.item.request"), actions.REQUEST_NEW),
        ],
        summary=title,
    )


def _entry(view: RequestView, tr: Translator) -> kit.Element:
    request, session = view.request, view.session
    when = (
        tr.when(session.session.starts_at, session.session.ends_at, session.session.zone)
        if session
        else wished(request, tr)[0]
    )
    role = tr.t(f"request.list.{view.relation}")
    return kit.element_group(
        kit.text(offering_title(request.offering, tr), bold=True),
        badge(request.status, tr),
        kit.line(kit.run(tr.sentence(when)), spacing="small"),
        kit.subtle(f"{request.reference} · {request.team} · {role}"),
        kit.actions_row(
            kit.execute(
                tr.t("request.list.open", reference=request.reference),
                actions.REQUEST_SHOW,
                id=request.request_id,
            )
        ),
        separator=True,
    )


def _question(view: RequestView) -> kit.Element | None:
    asked = view.request.status is RequestStatus.NEEDS_INFORMATION
    return kit.person_text(view.request.question) if asked else None


def _reason(view: RequestView) -> kit.Element | None:
    """Why it was declined, in the words of who did."""
    declined = view.request.status is RequestStatus.DECLINED and view.request.reason
    return kit.person_text(view.request.reason) if declined else None


def _nudge_line(view: RequestView, tr: Translator) -> kit.Element | None:
    """From when a nudge may be sent, while it may not."""
    waits = view.request.status is RequestStatus.SUBMITTED
    if not waits or "nudge" in view.may or view.nudge_from is None:
        return None
    return kit.subtle(tr.t("request.nudge.from", when=tr.weekday_date_time(view.nudge_from)))


def _buttons(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    request_id, may = view.request.request_id, view.may
    session = view.session.session if view.session else None
    link = session.join_url if session and view.request.status is RequestStatus.SCHEDULED else None

    def button(move: str, verb: str, *, likely: bool = False) -> kit.Element | None:
        made = kit.positive if likely else kit.execute
        return made(tr.t(f"request.do.{move}"), verb, id=request_id) if move in may else None

    declined = view.request.counterpart_declined
    return [
        kit.open_url(tr.t("request.do.open_meeting"), link) if link else None,
        answer_button(view, tr) if "answer" in may else None,
        kit.positive(tr.t("request.do.review"), actions.TRIAGE_SHOW, id=request_id)
        if "approve" in may
        else None,
        button("nudge", actions.REQUEST_NUDGE, likely=True),
        button("edit", actions.REQUEST_EDIT),
        button("change_counterpart", actions.REQUEST_CHANGE_COUNTERPART, likely=declined),
        session_button(view, tr),
        kit.execute(
            tr.t("request.do.add_people"), actions.SESSION_ADD_PEOPLE, id=session.session_id
        )
        if session and view.session and "add_people" in view.session.may
        else None,
        withdraw_button(view, tr) if "withdraw" in may else None,
        kit.execute(tr.t("request.list"), actions.REQUEST_LIST),
    ]


def answer_button(view: RequestView, tr: Translator) -> kit.Element:
    """Opens the answer to the coordinators' question."""
    return kit.confirm(
        tr.t("request.do.answer"),
        kit.text_input(
            "answer",
            tr.t("request.answer.label"),
            tr.t("request.answer.wrong"),
            multiline=True,
            limit=ONE_TEXT,
        ),
        actions=[
            kit.positive(
                tr.t("request.answer.send"),
                actions.REQUEST_ANSWER,
                inputs=True,
                id=view.request.request_id,
            )
        ],
    )


def withdraw_button(view: RequestView, tr: Translator) -> kit.Element:
    """Asks once more in the same card."""
    return kit.confirm(
        tr.t("request.do.withdraw"),
        kit.text(tr.t(f"request.withdraw.{'booked' if view.session else 'question'}")),
        actions=[
            kit.destructive(
                tr.t("request.withdraw.confirm"),
                actions.REQUEST_WITHDRAW,
                id=view.request.request_id,
            )
        ],
    )
