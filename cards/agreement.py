"""The counterpart's card: a request is joint, and goes ahead only if they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.requests import RequestStatus
from bot.services.views import RequestView
from cards import actions, kit
from cards.catalogue import details_button
from cards.request_parts import (
    ONE_TEXT,
    badge,
    name_of,
    next_line,
    request_facts,
    session_button,
    session_part,
    timeline_part,
)

if TYPE_CHECKING:
    from bot.i18n import Translator


def build_agreement(
    view: RequestView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How a request stands for whom was asked to agree to it; while it is open, their answer."""
    request = view.request
    waits = request.status is RequestStatus.SUBMITTED and "agree" in view.may
    title = "agreement.title" if waits else "request.card.title"
    return kit.card(
        tr,
        tr.t(title, reference=request.reference),
        badge(request.status, tr),
        *session_part(view, tr),
        next_line(view, tr),
        *request_facts(view, tr, titled=not waits),
        details_button(request.offering, tr) if waits else None,
        *timeline_part(view, tr),
        kit.subtle(tr.t("agreement.typed", reference=request.reference)) if waits else None,
        actions=_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or tr.t(title, reference=request.reference),
        refresh=(
            actions.REQUEST_SHOW,
            {"id": request.request_id},
            [request.counterpart_id],
        ),
    )


def _buttons(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    request_id = view.request.request_id
    may = view.may
    return [
        kit.positive(tr.t("agreement.agree"), actions.REQUEST_AGREE, id=request_id)
        if "agree" in may
        else None,
        decline_button(view, tr) if "decline" in may else None,
        kit.execute(tr.t("agreement.later"), actions.REQUEST_LATER, id=request_id)
        if "later" in may
        else None,
        session_button(view, tr),
        kit.execute(tr.t("request.list"), actions.REQUEST_LIST) if "agree" not in may else None,
    ]


def decline_button(view: RequestView, tr: Translator) -> kit.Element:
    """Opens the question of why; what is written goes to the requester."""
    return kit.confirm(
        tr.t("agreement.decline"),
        kit.text(tr.t("agreement.decline.prompt", requester=name_of(view.requester, tr))),
        kit.text_input(
            "reason",
            tr.t("agreement.reason.label"),
            tr.t("agreement.reason.wrong"),
            multiline=True,
            limit=ONE_TEXT,
        ),
        actions=[
            kit.destructive(
                tr.t("agreement.decline.confirm"),
                actions.REQUEST_DECLINE,
                inputs=True,
                id=view.request.request_id,
            )
        ],
    )
