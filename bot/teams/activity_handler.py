"""What Teams sends, and who answers it.

message, card click ──▶ dialogs.main        typed search ──▶ the noun's own list
installed, added ──▶ a greeting, once       uninstalled ──▶ not reachable by chat
in a team or a group chat ──▶ nothing personal: "let us talk in private"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.schema import ChannelAccount

from bot.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.rules import Rules
from bot.i18n import Catalogues, Translator
from bot.services.ports import Reader
from bot.teams import card_actions, sighting
from bot.teams.turn import Turn
from cards import actions
from cards.help import build_bug, build_group, build_welcome
from cards.refusal import build_refusal
from dialogs.context import Ctx, Services
from dialogs.live import remember
from dialogs.main import Main
from dialogs.stage import Stage
from dialogs.words import command

log = structlog.get_logger(__name__)

_NOBODY_ZONE = "America/Toronto"
_NOT_IMPLEMENTED = 501
_MOST_RESULTS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the handler is given by the composition root."""

    services: Services
    clock: Clock
    rules: Rules
    catalogues: Catalogues


class TeamsHandler(ActivityHandler):
    """Answers every activity of Teams."""

    def __init__(self, main: Main, tools: Tools) -> None:
        self._main = main
        self._tools = tools

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Typed words, or the payload of a submitted card."""
        stage = await self._stage(turn_context)
        if stage is None:
            return
        activity = turn_context.activity
        text = sighting.words_of(activity)
        if not sighting.is_personal(activity):
            self._answer_group(stage, text)
        elif activity.value is not None and not text:
            await self._submitted(turn_context, stage)
        else:
            await self._main.heard(turn_context, stage, text)

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """A click, or a search while somebody types."""
        name = turn_context.activity.name
        if name == "adaptiveCard/action":
            await self._clicked(turn_context)
        elif name == "application/search":
            await self._searched(turn_context)
        else:
            Turn.of(turn_context).respond(None, _NOT_IMPLEMENTED)

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        """Installed: greet the person, once."""
        await self._greet(turn_context)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        """Uninstalled: their other channels are used from now on."""
        person_id = sighting.person_id_of(turn_context.activity)
        if person_id and sighting.is_personal(turn_context.activity):
            await self._tools.services.people.gone(person_id)

    async def on_members_added_activity(
        self, members_added: list[ChannelAccount], turn_context: TurnContext
    ) -> None:
        """The bot was added; other people coming into a team are none of its business."""
        activity = turn_context.activity
        if any(member.id == activity.recipient.id for member in members_added):
            await self._greet(turn_context)

    async def on_bug(self, turn_context: TurnContext, reference: str) -> None:
        """Something broke: say so with a reference that the log has too."""
        tr = self._tr(turn_context)
        words = tr.t("error.bug", reference=reference)
        self._say_aside(turn_context, words, tr)

    async def on_away(self, turn_context: TurnContext) -> None:
        """The database does not answer: nothing can be done or kept just now."""
        tr = self._tr(turn_context)
        self._say_aside(turn_context, tr.t("error.away"), tr)

    async def on_shown(self, conversation_id: str, cards: Mapping[str, str]) -> None:
        """Cards that were to be remembered are out: those of a subject are kept true."""
        await remember(self._tools.services.live_cards, conversation_id, cards)

    async def _clicked(self, turn_context: TurnContext) -> None:
        turn = Turn.of(turn_context)
        stage = await self._stage(turn_context)
        if stage is None:
            turn.respond(card_actions.with_words(self._tr(turn_context).t("error.no_identity")))
            return
        tr = stage.ctx.tr
        if not sighting.is_personal(turn_context.activity):
            card = build_group(tr, greeting=False)
            turn.respond(card_actions.with_card(card))
            return
        stage.is_click, stage.clicked = True, turn_context.activity.reply_to_id
        value: Any = turn_context.activity.value
        try:
            payload = value.get("action") if isinstance(value, dict) else None
            await self._main.clicked(turn_context, stage, payload)
        except actions.UnknownVerb:
            turn.respond(card_actions.with_error(tr.t("error.unknown_verb")))
            return
        except Refusal as refusal:  # the card stays as it is: what is typed in it is not lost
            turn.respond(card_actions.with_words(tr.refusal(refusal)))
            return
        if stage.in_place is not None:
            kept = card_actions.with_card(stage.kept) if stage.kept else None
            turn.respond(card_actions.with_card(stage.in_place), kept=kept)
        else:
            turn.respond(card_actions.with_words(stage.ctx.tr.t("card.answered_below")))

    async def _submitted(self, turn_context: TurnContext, stage: Stage) -> None:
        """A payload that came as a message: an older client, or somebody's own."""
        value: Any = turn_context.activity.value
        payload: Any = None
        if isinstance(value, dict) and isinstance(value.get("verb"), str):
            data = value.get("data", {k: v for k, v in value.items() if k != "verb"})
            payload = {"verb": value["verb"], "data": data}
        try:
            await self._main.clicked(turn_context, stage, payload)
        except actions.UnknownVerb:
            tr = stage.ctx.tr
            stage.show(build_refusal(tr.t("error.unknown_verb"), tr))
        except Refusal as refusal:
            stage.show(build_refusal(stage.ctx.tr.refusal(refusal), stage.ctx.tr))

    async def _searched(self, turn_context: TurnContext) -> None:
        turn = Turn.of(turn_context)
        stage = await self._stage(turn_context)
        value: Any = turn_context.activity.value
        asked = value if isinstance(value, dict) else {}
        dataset, text = asked.get("dataset"), asked.get("queryText")
        search = self._main.routes.searches.get(dataset if isinstance(dataset, str) else "")
        if stage is None or search is None or not sighting.is_personal(turn_context.activity):
            turn.respond(card_actions.with_results([]))
            return
        found = await search(stage.ctx, text[:100] if isinstance(text, str) else "")
        turn.respond(card_actions.with_results(list(found)[:_MOST_RESULTS]))

    async def _greet(self, turn_context: TurnContext) -> None:
        activity = turn_context.activity
        if not sighting.is_personal(activity):
            if activity.type == "conversationUpdate":  # an installation is told by both
                card = build_group(self._tr(turn_context), greeting=True)
                Turn.of(turn_context).show(card, summary=card["speak"])
            return
        stage = await self._stage(turn_context)
        if stage is not None and await self._tools.services.people.welcome(stage.ctx.me):
            stage.show(build_welcome(stage.ctx.reader, stage.ctx.tr))

    def _answer_group(self, stage: Stage, text: str) -> None:
        found = command(text, self._tools.catalogues)
        greeting = not text or (found is not None and found.verb == actions.HELP)
        stage.show(build_group(stage.ctx.tr, greeting=greeting))

    async def _stage(self, turn_context: TurnContext) -> Stage | None:
        """The turn's stage; None for somebody without an Entra object id, who was told so."""
        activity = turn_context.activity
        person_id = sighting.person_id_of(activity)
        if person_id is None:
            log.info("person_without_identity")
            if activity.type == "message":
                Turn.of(turn_context).say(self._tr(turn_context).t("error.no_identity"))
            return None
        turn = Turn.of(turn_context)
        seen = sighting.sighting_of(activity, person_id)
        reader = await self._tools.services.people.seen(seen, turn.known)
        return Stage(turn, self._ctx(reader))

    def _ctx(self, reader: Reader) -> Ctx:
        tools = self._tools
        return Ctx(
            reader=reader,
            tr=tools.catalogues.translator(reader.language, reader.zone),
            services=tools.services,
            clock=tools.clock,
            rules=tools.rules,
            catalogues=tools.catalogues,
        )

    def _tr(self, turn_context: TurnContext) -> Translator:
        """A translator where nobody is known: the language that Teams is set to."""
        activity = turn_context.activity
        zone = sighting.zone_of(activity) or _NOBODY_ZONE
        return self._tools.catalogues.translator(sighting.language_of(activity), zone)

    def _say_aside(self, turn_context: TurnContext, words: str, tr: Translator) -> None:
        """Say it without touching the card that was clicked: what was typed in it stays."""
        turn = Turn.of(turn_context)
        if turn_context.activity.type == "invoke":
            turn.respond(card_actions.with_words(words))
            return
        card = build_bug(words, tr)
        turn.show(card, summary=card["speak"])
