"""One worker at a time on a SQLite file: a second one is told, a successor waits for nobody."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.alone import NotAlone, only_worker

HOLD = """
import sys
from storage.alone import only_worker
kept = only_worker(sys.argv[1])
print("taken", flush=True)
sys.stdin.read()
"""


def url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


async def test_a_second_worker_is_told_and_the_next_one_is_not(tmp_path: Path):
    first = only_worker(url(tmp_path))
    assert first is not None
    with pytest.raises(NotAlone) as caught:
        only_worker(url(tmp_path))
    assert caught.value.database == str(tmp_path / "bot.db")
    await first.release()
    await first.release()
    second = only_worker(url(tmp_path))
    assert second is not None
    await second.release()


def test_another_file_has_another_worker(tmp_path: Path):
    (tmp_path / "other").mkdir()
    assert only_worker(url(tmp_path)) is not None
    assert only_worker(url(tmp_path / "other")) is not None


def test_on_postgresql_several_may_work():
    assert only_worker("postgresql+asyncpg://localhost/bot") is None


def test_a_worker_that_was_killed_keeps_nobody_out(tmp_path: Path, project_root: Path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, url(tmp_path)],
        cwd=project_root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        with pytest.raises(NotAlone):
            only_worker(url(tmp_path))
        holder.kill()
        holder.wait()
    assert only_worker(url(tmp_path)) is not None
