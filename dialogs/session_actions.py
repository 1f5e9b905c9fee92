"""Sessions: what there is to join, one session, mine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.domain.errors import Refusal
from bot.domain.sessions import AssignmentStatus
from bot.services.codes import find_code
from bot.services.desk import session_subject
from bot.services.keeping import SessionFilter
from bot.services.views import SessionView
from cards import actions, kit
from cards.actions import Action
from cards.session import build_session
from cards.session_filter import ANY, monday_of
from cards.session_list import build_my_sessions, build_sessions
from dialogs.context import Ctx, Reply, show
from dialogs.orientation_code import or_orientation
from dialogs.routes import Routes

routes = Routes()
_FURTHEST = timedelta(days=800)  # a week beyond is on no card of ours


async def which_session(ctx: Ctx, action: Action) -> tuple[str, str | None]:
    """The id and the code of it, where the use case itself says whether it is theirs to see."""
    if action.id is None:
        session = (await ctx.services.sessions.by_code(ctx.me, action.ref or "")).session
        return session.session_id, session.code
    return action.id, find_code(action.text("code", limit=20))


async def the_session(ctx: Ctx, action: Action) -> tuple[SessionView, str | None]:
    """The session that a click or typed words are about, and the code that was shown for it."""
    if action.id is None:
        view = await ctx.services.sessions.by_code(ctx.me, action.ref or "")
        return view, view.session.code
    code = find_code(action.text("code", limit=20))
    return await ctx.services.sessions.view(ctx.me, action.id, code), code


def shown_session(
    view: SessionView,
    ctx: Ctx,
    code: str | None,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> Reply:
    """The session's card, kept true."""
    card = build_session(view, ctx.tr, said=said, tone=tone, code=code)
    return show(card, subject=session_subject(view.session.session_id))


@routes.on(actions.SESSION_LIST)
async def listed(ctx: Ctx, action: Action) -> Reply:
    """Open sessions still to come, ten at a time."""
    which, week = _wanted(ctx, action)
    first = max(action.number("first"), 0)
    page = await ctx.services.sessions.upcoming(ctx.me, which, first)
    if not page.sessions and page.total:
        page = await ctx.services.sessions.upcoming(ctx.me, which, 0)
    return show(build_sessions(page, week, _today(ctx), ctx.tr))


@routes.on(actions.SESSION_SHOW)
@or_orientation(actions.COHORT_SHOW)
async def opened(ctx: Ctx, action: Action) -> Reply:
    """One session."""
    view, code = await the_session(ctx, action)
    return shown_session(view, ctx, code)


@routes.on(actions.SESSION_MINE)
async def mine(ctx: Ctx, action: Action) -> Reply:
    """Where I have a seat, an offer, or wait; those that I lead are counted."""
    views = await ctx.services.sessions.mine(ctx.me)
    offers = await ctx.services.assignments.mine(ctx.me)
    leading = sum(offer.assignment.status is AssignmentStatus.ACCEPTED for offer in offers)
    return show(build_my_sessions(views, leading, max(action.number("first"), 0), ctx.tr))


def _wanted(ctx: Ctx, action: Action) -> tuple[SessionFilter, str]:
    """The filters chosen; a value that is on no list leaves its filter out."""
    topics = (entry.key for entry in catalogue.requestable_offerings())
    regions = (entry.key for entry in catalogue.regions())
    monday = _monday(action.text("week", limit=10), _today(ctx))
    starts_from = starts_before = None
    if monday:
        starts_from = _midnight(monday, ctx.tr.zone)
        starts_before = _midnight(monday + timedelta(days=7), ctx.tr.zone)
    which = SessionFilter(
        offering=_one_of(action.text("topic", limit=60), topics),
        language=_one_of(action.text("language", limit=5), catalogue.LANGUAGES),
        region=_one_of(action.text("region", limit=60), regions),
        starts_from=starts_from,
        starts_before=starts_before,
    )
    return which, monday.isoformat() if monday else ""


def _one_of(value: str, known: Iterable[str]) -> str | None:
    if value in ("", ANY):
        return None
    if value not in known:
        raise Refusal("card_bad")
    return value


def _monday(text: str, today: date) -> date | None:
    """The Monday of the week that a day is in."""
    if text in ("", ANY):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal("card_bad") from None
    if abs(day - today) > _FURTHEST:
        raise Refusal("card_bad")
    return monday_of(day)


def _today(ctx: Ctx) -> date:
    return ctx.now().astimezone(ZoneInfo(ctx.tr.zone)).date()


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)
