"""Asking in order on a coordinator's card of a request: what the bot does, and who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.people import Side
from bot.domain.rounds import RoundStatus
from bot.domain.sessions import AssignmentStatus
from bot.services.views import AskingView, NextUp, RequestView
from cards import actions, kit
from cards.notices import person_name
from cards.pairing_words import reasons_words

if TYPE_CHECKING:
    from bot.i18n import Translator


def asking_part(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """What the bot is doing, and who would be asked next for each side that is not settled."""
    asking = view.asking
    open_still = {"stop_round", "ask_in_order"} & view.may
    if asking is None or not open_still or asking.status is RoundStatus.SETTLED:
        return []
    name = person_name(asking.started_by, tr)
    tone = kit.Tone.WARNING if asking.status is RoundStatus.EXHAUSTED else kit.Tone.INFO
    lines = _next_lines(view, asking, tr) if asking.status is RoundStatus.RUNNING else []
    words = tr.t(f"triage.asking.{asking.status.value}", name=name)
    return [kit.notice(words, tone), *(kit.subtle(line) for line in lines)]


def asking_buttons(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """Begin, which says first what happens then, and stop."""
    request_id = view.request.request_id
    if "stop_round" in view.may:
        return [kit.execute(tr.t("triage.do.stop_round"), actions.ROUND_STOP, id=request_id)]
    if "ask_in_order" not in view.may:
        return []
    return [
        kit.confirm(
            tr.t("triage.do.ask_in_order"),
            kit.text(tr.t("triage.order.prompt")),
            actions=[kit.positive(tr.t("triage.order.send"), actions.ROUND_START, id=request_id)],
        )
    ]


def _next_lines(view: RequestView, asking: AskingView, tr: Translator) -> list[str]:
    if asking.next_up is None:
        return []
    settled = {lead.side for lead in view.leads if lead.status is AssignmentStatus.ACCEPTED}
    found = {one.side: one for one in asking.next_up}
    return [_next(side, found.get(side), tr) for side in Side if side not in settled]


def _next(side: Side, one: NextUp | None, tr: Translator) -> str:
    where = tr.t(f"common.of_side.{side.value}")
    if one is None:
        return tr.t("triage.asking.next.nobody", side=where)
    name = person_name(one.person, tr)
    if not one.reasons:
        return tr.t("triage.asking.next", side=where, name=name)
    why = reasons_words(one.reasons, tr)
    return tr.t("triage.asking.next.why", side=where, name=name, why=why)
