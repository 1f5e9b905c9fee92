"""What the cards ask for, somebody answers; what is said, both languages have."""

import re
from pathlib import Path

from bot.i18n import Catalogues
from cards import actions
from dialogs.main import Main
from dialogs.registry import all_routes

ROUTES = all_routes()
ROOT = Path(__file__).parents[3]
REFUSED = re.compile(r'(?:Refusal|NotFound|MovedOn)\(\s*f?"([a-z_]+)"')


def test_every_verb_has_a_handler():
    assert actions.ALL - {actions.FORM} == set(ROUTES.handlers)


def test_a_card_to_fall_back_on_has_a_handler():
    assert {r.otherwise for r in ROUTES.handlers.values() if r.otherwise} <= set(ROUTES.handlers)


def test_every_flow_has_its_caption():
    """Titles may be made by the flow; the last button's caption is in the catalogue."""
    catalogues = Catalogues.load()
    missing = [
        flow.text_key("submit")
        for flow in ROUTES.flows.values()
        for language in ("en", "fr")
        if not catalogues.texts(language).has(flow.text_key("submit"))
    ]
    assert missing == []


def test_no_step_asks_for_what_is_the_forms_own():
    keys = [(flow.name, step.key) for flow in ROUTES.flows.values() for step in flow.steps]
    assert len(set(keys)) == len(keys)
    assert Main(ROUTES).routes is ROUTES


def test_every_refusal_is_worded():
    said = {
        code
        for room in ("bot", "cards", "dialogs")
        for path in (ROOT / room).rglob("*.py")
        for code in REFUSED.findall(path.read_text(encoding="utf-8"))
    }
    catalogues = Catalogues.load()
    for language in ("en", "fr"):
        texts = catalogues.texts(language)
        assert sorted(code for code in said if not texts.has(f"error.{code}")) == []
