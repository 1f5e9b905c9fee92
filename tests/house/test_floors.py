"""The import contracts of pyproject.toml hold, and each catches a violation planted for it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

# An empty house with the rooms that the contracts name.
MODULES = (
    *("bot.__main__", "bot.app", "bot.core", "bot.doctor", "bot.files", "bot.web"),
    "bot.restore",
    *("bot.vault", "bot.clock", "bot.logging", "bot.loopback", "bot.metrics"),
    *("bot.setting_kinds", "bot.settings", "bot.startup"),
    *("bot.scheduling.ticks", "bot.teams.adapter", "bot.services.seats", "bot.domain.seats"),
    *("bot.graph.mail", "bot.matching.highs", "bot.i18n.translator", "dialogs.main", "cards.kit"),
    *("storage.engine", "storage.bot_state", "sandbox.clock"),
)

# Contract → (importer, imported), each a violation of it.
PLANTED = {
    "floors": [
        ("bot.domain.seats", "bot.services"),
        ("bot.services.seats", "storage"),
        ("bot.services.seats", "bot.graph"),
        ("storage.engine", "cards"),
        ("storage.engine", "bot.graph"),
        ("bot.graph.mail", "storage"),
        ("bot.matching.highs", "cards"),
        ("bot.services.seats", "bot.matching"),
        ("cards.kit", "dialogs"),
        ("dialogs.main", "bot.teams"),
        ("bot.teams.adapter", "bot.web"),
        ("bot.scheduling.ticks", "bot.app"),
        ("bot.app", "bot.__main__"),
    ],
    "sandbox-alone": [("sandbox.clock", "bot.clock")],
    "program-alone": [("bot.clock", "sandbox.clock")],
    "texts": [("bot.services.seats", "bot.i18n"), ("bot.domain.seats", "bot.i18n")],
    "settings": [("bot.web", "bot.settings"), ("storage.engine", "bot.settings")],
    "beside": [("bot.i18n.translator", "bot.services"), ("bot.logging", "storage")],
    "botbuilder": [
        ("cards.kit", "botbuilder"),
        ("storage.engine", "botbuilder"),
        ("bot.services.seats", "botframework"),
    ],
    "sqlalchemy": [("dialogs.main", "sqlalchemy"), ("bot.services.seats", "alembic")],
    "msgraph": [("bot.services.seats", "msgraph"), ("bot.teams.adapter", "kiota_http")],
    "apscheduler": [("bot.app", "apscheduler")],
    "aiohttp": [("bot.graph.mail", "aiohttp"), ("bot.services.seats", "aiohttp")],
    "cryptography": [("bot.services.seats", "cryptography"), ("storage.engine", "cryptography")],
    "solver": [("bot.services.seats", "highspy"), ("bot.domain.seats", "numpy")],
    "plain-domain": [("bot.domain.seats", "pydantic")],
}

# Rooms that may: none of these is a violation.
ALLOWED = [
    ("bot.teams.adapter", "botbuilder"),
    ("dialogs.main", "botbuilder"),
    ("storage.bot_state", "botbuilder"),
    ("storage.engine", "sqlalchemy"),
    ("bot.graph.mail", "msgraph"),
    ("bot.matching.highs", "highspy"),
    ("bot.matching.highs", "numpy"),
    ("bot.scheduling.ticks", "apscheduler"),
    ("bot.web", "aiohttp"),
    ("bot.teams.adapter", "aiohttp"),
    ("sandbox.clock", "aiohttp"),
    ("bot.app", "bot.settings"),
    ("bot.core", "bot.settings"),
    ("cards.kit", "bot.i18n"),
    ("cards.kit", "bot.domain.seats"),
    ("bot.services.seats", "bot.domain.seats"),
    ("bot.app", "bot.web"),
    ("bot.vault", "cryptography"),
    ("bot.core", "bot.vault"),
]


@pytest.fixture(scope="module")
def contracts(project_root):
    config = tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))
    return {each["id"]: each["name"] for each in config["tool"]["importlinter"]["contracts"]}


def lint(root: Path) -> tuple[int, str]:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=root,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8", "COLUMNS": "500"},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def house(root: Path, project_root: Path, imports: list[tuple[str, str]]) -> Path:
    shutil.copy(project_root / "pyproject.toml", root)
    for module in MODULES:
        path = root.joinpath(*module.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in path.relative_to(root).parents:
            if folder.name:
                (root / folder / "__init__.py").touch()
        lines = [f"import {imported}\n" for importer, imported in imports if importer == module]
        path.write_text("".join(lines), "utf-8")
    return root


def test_the_house_as_it_is(project_root):
    code, told = lint(project_root)
    assert code == 0, told


def test_what_is_allowed_is_kept(project_root, tmp_path, contracts):
    code, told = lint(house(tmp_path, project_root, ALLOWED))
    assert code == 0, told
    assert f"{len(contracts)} kept, 0 broken" in told


@pytest.fixture(scope="module")
def planted(project_root, tmp_path_factory, contracts):
    """What the linter says of a house with every violation: contract → its section."""
    imports = [pair for pairs in PLANTED.values() for pair in pairs]
    code, told = lint(house(tmp_path_factory.mktemp("planted"), project_root, imports))
    assert code == 1, told
    names = "|".join(map(re.escape, contracts.values()))
    parts = re.split(rf"^({names})\n-+$", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_contract_has_a_violation_planted(contracts):
    assert sorted(PLANTED) == sorted(contracts)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_caught(planted, contracts, contract):
    section = planted[contracts[contract]]
    missed = [
        f"{importer} -> {imported}"
        for importer, imported in PLANTED[contract]
        if not re.search(rf"{re.escape(importer)} -> {re.escape(imported)} \(l\.\d+\)", section)
    ]
    assert missed == [], section


def test_every_module_stands_on_a_floor_or_beside(project_root):
    """A new module or room of `bot` must be given its place in the contracts."""
    config = tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))
    by_id = {each["id"]: each for each in config["tool"]["importlinter"]["contracts"]}
    placed = set(re.findall(r"bot\.(\w+)", " ".join(by_id["floors"]["layers"])))
    placed |= {name.removeprefix("bot.") for name in by_id["beside"]["source_modules"]}
    there = {path.stem for path in (project_root / "bot").glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in (project_root / "bot").glob("*/__init__.py")}
    assert sorted(there - placed) == []
