"""Reads the programme's facts, which ship with the code as `data/*.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final, cast

_DATA: Final = Path(__file__).parent / "data"


def rows(file: str, table: str) -> list[dict[str, Any]]:
    """The entries of one table of one file, as written there."""
    with (_DATA / file).open("rb") as source:
        return cast("list[dict[str, Any]]", tomllib.load(source)[table])
