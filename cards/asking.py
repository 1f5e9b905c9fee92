"""Asking in order on a coordinator's card of a request: what the bot does, and who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.people import Side
from bot.domain.rounds import RoundStatus
from bot.domain.sessions import AssignmentStatus
from bot.services.views import NextUp, RequestView
from cards import actions, kit
from cards.notices import person_name
from cards.pairing_words import reasons_words

if TYPE_CHECKING:
    from bot.i18n import Translator


def asking_part(view: RequestView, tr: Translator) -> list[kit.Element | None]:
    """What the bot is doing, who would be asked next, or who could fill a side without anybody."""
    open_still = {"stop_round", "ask_in_order"} & view.may
    if not open_still:
        return []
    asking = view.asking
    lines = [kit.subtle(line) for line in _next_lines(view, tr)]
    if asking is None or asking.status is RoundStatus.SETTLED:
        return [*lines]
    tone = kit.Tone.WARNING if asking.status is RoundStatus.EXHAUSTED else kit.Tone.INFO
    name = person_name(asking.started_by, tr)
    return [kit.notice(tr.t(f"triage.asking.{asking.status.value}", name=name), tone), *lines]


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


def _next_lines(view: RequestView, tr: Translator) -> list[str]:
    """Next for the union's side: somebody (why)."""
    if view.next_up is None:
        return []
    if "stop_round" not in view.may:
        return [_line(one, "triage.proposed", tr) for one in view.next_up]
    settled = {lead.side for lead in view.leads if lead.status is AssignmentStatus.ACCEPTED}
    found = {one.side: one for one in view.next_up}
    return [_next(side, found.get(side), tr) for side in Side if side not in settled]


def _next(side: Side, one: NextUp | None, tr: Translator) -> str:
    if one is None:
        where = tr.t(f"common.of_side.{side.value}")
        return tr.t("triage.asking.next.nobody", side=where)
    return _line(one, "triage.asking.next", tr)


def _line(one: NextUp, key: str, tr: Translator) -> str:
    return tr.t(
        key,
        side=tr.t(f"common.of_side.{one.side.value}"),
        name=person_name(one.person, tr),
        why=reasons_words(one.reasons, tr),
    )
