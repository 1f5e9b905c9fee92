"""A code that somebody types with a session's words may be an orientation's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.errors import NotFound
from cards.actions import Action
from dialogs.context import Ctx, Reply
from dialogs.routes import Handler


def or_orientation(verb: str) -> Callable[[Handler], Handler]:
    """Look for a typed code that no session has among orientations: this verb is meant then."""

    def declare(handle: Handler) -> Handler:
        async def handler(ctx: Ctx, action: Action) -> Reply:
            try:
                return await handle(ctx, action)
            except NotFound:
                if action.id is None and action.ref and await _is_one(ctx, action.ref):
                    return Reply(instead=replace(action, verb=verb))
                raise

        return handler

    return declare


async def _is_one(ctx: Ctx, code: str) -> bool:
    """Whether it is an orientation that the person may see."""
    try:
        await ctx.services.cohorts.by_code(ctx.me, code)
    except NotFound:
        return False
    return True
