"""Every verb that a card's button can carry has a handler, and every handler a verb."""

import ast

from cards import actions
from dialogs.registry import all_routes
from dialogs.words import COMMANDS


def test_every_verb_is_routed():
    routed = set(all_routes().handlers)
    # Answers to an open form go to its prompt, before the routes.
    assert sorted(actions.ALL - routed - {actions.FORM}) == []
    assert sorted(routed - actions.ALL) == []


def test_every_typed_command_is_routed():
    routed = set(all_routes().handlers)
    assert sorted({verb for verb, _ in COMMANDS.values()} - routed) == []


def test_no_card_writes_a_verb_by_hand(project_root):
    """Buttons name their verb by its constant, so that the tests above see it."""
    written = []
    for path in sorted((project_root / "cards").glob("*.py")):
        if path.name == "actions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "execute":
                verb = node.args[1] if len(node.args) > 1 else None
                if isinstance(verb, ast.Constant):
                    written.append(f"{path.name}:{node.lineno}")
    assert written == []
