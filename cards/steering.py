"""What a coordinator did with a session that has no request: the quiet record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.views import SessionView
from cards import actions, kit
from cards.notices import offering_title, person_name

if TYPE_CHECKING:
    from bot.i18n import Translator


def build_steered(
    view: SessionView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """When it is, who leads, what was done; the session's own card is one click away."""
    session = view.session
    title = offering_title(session.offering, tr)
    parts = tr.when_parts(session.starts_at, session.ends_at, session.zone)
    leads = [
        (tr.t(f"triage.side.{lead.side.value}"), person_name(lead.person, tr))
        for lead in view.leads
    ]
    return kit.card(
        tr,
        title,
        kit.text(parts.day, bold=True),
        kit.line(kit.run(parts.times, bold=True), spacing="small"),
        kit.subtle(tr.sentence(parts.zone_note)) if parts.zone_note else None,
        kit.facts(tr, [*leads, (tr.t("triage.fact.code"), session.code)]),
        kit.person_text(session.cancel_reason) if session.cancel_reason else None,
        actions=[
            kit.execute(tr.t("triage.do.session"), actions.SESSION_SHOW, id=session.session_id),
            kit.execute(tr.t("help.item.sessions"), actions.SESSION_LIST),
        ],
        said=said,
        tone=tone,
        summary=said,
    )
