"""How much is installed: the environment of a newcomer, and what a deployment needs of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path

from bench.harness import ROOT, Bench, Figures

MB = 1024 * 1024


async def measure(_: Bench) -> Figures:
    """In MB (2^20 bytes), compiled files included."""
    installed = {_name(one.name): one for one in distributions(path=_site_packages())}
    needed = _locked(ROOT / "requirements.lock") & installed.keys()
    node = ROOT / "node_modules"
    return {
        "size.venv_mb": _weight(_under(Path(sys.prefix))),
        "size.venv_packages": len(installed),
        "size.deployed_mb": _weight(_files(installed[name] for name in needed)),
        "size.deployed_packages": len(needed),
        "size.node_modules_mb": _weight(_under(node)),
        "size.node_packages": len(
            [*node.glob("[!.@]*/package.json"), *node.glob("@*/*/package.json")]
        ),
    }


def _site_packages() -> list[str]:
    return [path for path in sys.path if "site-packages" in path]


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked(path: Path) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==", path.read_text(), re.MULTILINE)
    return {_name(name) for name in found}


def _files(packages: Iterable[Distribution]) -> set[Path]:
    """The files of the packages, and what Python made of them."""
    files: set[Path] = set()
    for package in packages:
        for file in package.files or ():
            path = Path(str(package.locate_file(file)))
            files.add(path)
            if path.suffix == ".py":
                files.add(Path(cache_from_source(str(path))))
    return files


def _under(folder: Path) -> Iterable[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where, name) for name in names)


def _weight(paths: Iterable[Path]) -> float:
    """Links weigh next to nothing, what they lead to is counted where it is."""
    weight = 0
    for path in paths:
        with suppress(FileNotFoundError):
            weight += path.lstat().st_size
    return weight / MB
