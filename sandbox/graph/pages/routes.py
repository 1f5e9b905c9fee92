"""The pages' addresses: `/` and `/people/{id}`, with `?week=` and `?lang=`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aiohttp import web

from sandbox.graph.pages import api, layout, lists, view
from sandbox.graph.pages import home as home_page
from sandbox.graph.pages.html import Html, join, tag
from sandbox.graph.pages.week import monday_of, week
from sandbox.graph.pages.words import LANGUAGES, Words
from sandbox.graph.world import WORLD

STATIC = Path(__file__).parent.parent / "static"
COOKIE = "language"


async def home(request: web.Request) -> web.Response:
    """Everybody."""
    world = request.app[WORLD]
    words = _words(request, None)
    content = home_page.home(world, words)
    return _page(request, words, words("title"), content, None)


async def person(request: web.Request) -> web.Response:
    """One person's calendar, inbox and notifications."""
    world = request.app[WORLD]
    box = view.box_of(world, request.match_info["person"])
    if box is None:
        raise web.HTTPNotFound
    words = _words(request, box)
    now = world.clock.now()
    found = view.meetings(world, box)
    ahead = [each for each in found if each.ends_at > now]
    over = [each for each in found if each.ends_at <= now]
    today = words.local(now).date()
    role = box.person.role[words.language] if box.person else words("programme_role")
    content = join(
        tag(
            "div",
            layout.avatar(box),
            tag("div", tag("h1", layout.name_of(box, words)), tag("p", role, " · ", box.mail)),
            class_="person-head",
        ),
        week(box, found, _monday(request, today), today, words),
        tag(
            "div",
            tag("div", lists.inbox(view.messages(world, box), words), class_="column"),
            tag(
                "div",
                lists.meetings([*ahead, *over], words),
                lists.notifications(box, view.notifications(world, box), words),
                class_="column",
            ),
            class_="columns",
        ),
    )
    return _page(request, words, layout.name_of(box, words), content, box)


def _words(request: web.Request, box: view.Box | None) -> Words:
    own = box.person.language if box and box.person else "en"
    wanted = request.query.get("lang") or request.cookies.get(COOKIE) or own
    zone = (box or view.Box("", None)).zone
    return Words(wanted if wanted in LANGUAGES else own, zone)


def _monday(request: web.Request, today: date) -> date:
    try:
        return monday_of(date.fromisoformat(request.query.get("week", "")))
    except ValueError:
        return monday_of(today)


def _page(
    request: web.Request, words: Words, title: str, content: Html, box: view.Box | None
) -> web.Response:
    language = "fr" if words.language == "en" else "en"
    other = str(request.rel_url.update_query(lang=language))
    text = layout.page(request.app[WORLD], words, title, content, current=box, other=other)
    response = web.Response(text=text, content_type="text/html")
    if request.query.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, words.language, samesite="Lax", httponly=True)
    return response


def page_routes() -> list[web.AbstractRouteDef]:
    """Return the pages, what they are made of, and the JSON beside them."""
    return [
        web.get("/", home),
        web.get("/people/{person}", person),
        web.static("/static", STATIC),
        *api.ROUTES,
    ]
