"""From a verb to its handler: the same for a button and for typed words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.errors import Conflict, OutsideFault, Refusal
from cards.actions import Action
from cards.refusal import build_refusal, with_notice
from dialogs.context import Ctx, Reply
from dialogs.flow import Flow

Handler = Callable[[Ctx, Action], Awaitable[Reply]]
# Finds what typed words may mean in a list of ours: value and title of each.
Search = Callable[[Ctx, str], Awaitable[Sequence[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Route:
    """One verb's handler; `otherwise` is the verb whose card shows how things stand."""

    handle: Handler
    otherwise: str | None


class Routes:
    """The handlers and flows of one noun, declared in its `dialogs/<noun>_actions.py`."""

    def __init__(self, *flows: Flow) -> None:
        self.flows: dict[str, Flow] = {flow.name: flow for flow in flows}
        self.handlers: dict[str, Route] = {}
        self.searches: dict[str, Search] = {}

    def on(self, verb: str, *, otherwise: str | None = None) -> Callable[[Handler], Handler]:
        """Declare a handler.

        With `otherwise`, a refusal is said on that verb's card, for the same thing: an old
        button answers with how things stand now.
        """

        def declare(handle: Handler) -> Handler:
            if verb in self.handlers:
                raise ValueError(f"{verb} has two handlers")
            self.handlers[verb] = Route(handle, otherwise)
            return handle

        return declare

    def search(self, dataset: str) -> Callable[[Search], Search]:
        """Declare what answers the typed search of `kit.search_input(…, dataset)`."""

        def declare(find: Search) -> Search:
            self.searches[dataset] = find
            return find

        return declare

    def include(self, others: Iterable[Routes]) -> Routes:
        """Take in the routes of the nouns; a verb or a flow that is there twice is an error."""
        for other in others:
            twice = (self.handlers.keys() & other.handlers.keys()) | (
                self.flows.keys() & other.flows.keys()
            )
            if twice:
                raise ValueError(f"declared twice: {sorted(twice)}")
            self.handlers |= other.handlers
            self.flows |= other.flows
            self.searches |= other.searches
        return self

    async def handle(self, ctx: Ctx, action: Action) -> Reply:
        """Run the verb's handler; what it cannot do is said in words."""
        route = self.handlers.get(action.verb)
        if route is None:
            return Reply(card=build_refusal(ctx.tr.t("error.unknown_verb"), ctx.tr))
        try:
            reply = await _once_more(route.handle, ctx, action)
            return await self.handle(ctx, reply.instead) if reply.instead else reply
        except Refusal as refusal:
            words = ctx.tr.refusal(refusal)
        except OutsideFault:
            words = ctx.tr.t("error.outside")
        except Conflict:
            words = ctx.tr.t("error.conflict")
        return await self._instead(route, ctx, action, words)

    async def _instead(self, route: Route, ctx: Ctx, action: Action, words: str) -> Reply:
        if route.otherwise in self.handlers and route.otherwise != action.verb:
            try:
                reply = await self.handlers[route.otherwise].handle(ctx, action)
                if reply.instead:
                    reply = await self.handlers[reply.instead.verb].handle(ctx, reply.instead)
                if reply.instead:
                    reply = await self.handlers[reply.instead.verb].handle(ctx, reply.instead)
            except (Refusal, OutsideFault, Conflict):
                reply = Reply()
            if reply.card is not None:
                return Reply(card=with_notice(reply.card, words), subject=reply.subject)
        return Reply(card=build_refusal(words, ctx.tr))


async def _once_more(handle: Handler, ctx: Ctx, action: Action) -> Reply:
    """Another writer was quicker: look once again at how things stand."""
    try:
        return await handle(ctx, action)
    except Conflict:
        return await handle(ctx, action)
