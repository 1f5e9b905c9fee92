"""The charts of docs/lifecycles.md are the tables of moves, no more and no less."""

import re

import pytest

from bot.domain import (
    applications,
    cohorts,
    interviews,
    outlook,
    requests,
    roster,
    rounds,
    seats,
    sessions,
)

TABLES = {
    "Request": requests.MOVES,
    "Session": sessions.MOVES,
    "Seat": seats.MOVES,
    "Assignment": sessions.ASSIGNMENT_MOVES,
    "Round": rounds.MOVES,
    "Standing": roster.MOVES,
    "Application": applications.MOVES,
    "Endorsement": applications.ENDORSEMENT_MOVES,
    "Question": outlook.MOVES,
    "Interview": interviews.MOVES,
    "Cohort": cohorts.MOVES,
    "Training": cohorts.TRAINING_MOVES,
}


def chart(text, title):
    section = re.search(rf"## {title}\n(.*?)(?=\n## |\Z)", text, re.DOTALL).group(1)
    lines = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", section, re.DOTALL).group(1)
    arrows = re.findall(r"^\s*(\S+) --> (\S+?)(?: :.*)?$", lines, re.MULTILINE)
    return sorted(arrow for arrow in arrows if "[*]" not in arrow)


@pytest.mark.parametrize("title", TABLES)
def test_the_chart_is_the_table(project_root, title):
    text = (project_root / "docs" / "lifecycles.md").read_text("utf-8")
    moves = TABLES[title]
    assert chart(text, title) == sorted((a.value, b.value) for a in moves for b in moves[a])
