"""Expand first, contract later: a migration takes nothing from the release before.

Unless it says so in `compatibility`, for a release that nobody runs any more. The first two were
written before the rule; 0004 gives back what 0002 took.
"""

import ast
from pathlib import Path

import pytest

VERSIONS = Path(__file__).parents[2] / "storage" / "migrations" / "versions"
WRITTEN_BEFORE = {"0001", "0002"}
TAKES = {"drop_table", "drop_column", "drop_constraint", "rename_table"}
SAYS_SO = "UPDATE compatibility SET oldest"


def taken(source: str) -> list[str]:
    """What a migration's way up takes from those who know what was there before."""
    tree = ast.parse(source)
    up = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")
    ]
    calls = [node for part in up for node in ast.walk(part) if isinstance(node, ast.Call)]
    return [said for call in calls if (said := _takes(call))]


def _takes(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in TAKES:
        return name
    if name == "alter_column":
        changed = given.keys() & {"new_column_name", "type_"}
        if changed or _is(given.get("nullable"), False):
            return name
    if name == "add_column":
        column = next((one for one in call.args if isinstance(one, ast.Call)), None)
        words = {keyword.arg: keyword.value for keyword in column.keywords} if column else {}
        if _is(words.get("nullable"), False) and "server_default" not in words:
            return "add_column"
    if name == "execute":
        said = ast.unparse(call).upper()
        return next((word for word in ("DROP ", "RENAME ", "SET NOT NULL") if word in said), "")
    return ""


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("[0-9]*.py")), ids=lambda path: path.name)
def test_a_migration_takes_nothing_without_saying_so(path: Path):
    source = path.read_text("utf-8")
    if path.name[:4] in WRITTEN_BEFORE or SAYS_SO in source:
        return
    assert taken(source) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('op.drop_table("seats")', ["drop_table"]),
        ('op.drop_column("people", "zone")', ["drop_column"]),
        ('roster.drop_column("active")', ["drop_column"]),
        ('op.rename_table("seats", "places")', ["rename_table"]),
        ('roster.alter_column("team", new_column_name="group")', ["alter_column"]),
        ('roster.alter_column("team", type_=sa.Integer())', ["alter_column"]),
        ('roster.alter_column("team", nullable=False)', ["alter_column"]),
        ('roster.alter_column("team", server_default="x")', []),
        ('op.add_column("people", sa.Column("x", sa.Text(), nullable=False))', ["add_column"]),
        (
            'op.add_column("people", sa.Column("x", sa.Text(), server_default="", nullable=False))',
            [],
        ),
        ('op.add_column("people", sa.Column("x", sa.Text()))', []),
        ('op.execute("ALTER TABLE seats RENAME TO places")', ["RENAME "]),
        ('op.execute("ALTER TABLE seats ALTER note SET NOT NULL")', ["SET NOT NULL"]),
        ('op.create_table("places", sa.Column("x", sa.Text(), nullable=False))', []),
    ],
)
def test_what_takes_is_caught(line: str, told: list[str]):
    assert (
        taken(f"def upgrade():\n    {line}\n\ndef downgrade():\n    op.drop_table('x')\n") == told
    )
