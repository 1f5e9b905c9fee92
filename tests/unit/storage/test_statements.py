"""Statements made ready: looked up by themselves, by the names they are given, by their lists."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from bot.domain.people import Role
from bot.domain.sessions import AssignmentStatus
from storage.engine import make_engine
from storage.repositories.people import _HOLDERS as HOLDERS
from storage.repositories.people import PERSON
from storage.repositories.sessions import _MANY as MANY
from storage.repositories.sessions import _UNFILLED as UNFILLED
from storage.statements import Rows, Statements


@pytest.fixture(params=["sqlite+aiosqlite:///unused.db", "postgresql+asyncpg://nobody@nowhere/x"])
def made(request, tmp_path) -> Statements:
    return Statements(make_engine(request.param.replace("unused", f"{tmp_path}/unused")).dialect)


def test_the_same_statement_is_made_ready_once(made):
    first = made.ready(PERSON.by_key, {"person_id": "a"})
    assert made.ready(PERSON.by_key, {"person_id": "b"}) is first
    assert first.values({"person_id": "b"}) == ["b"]
    assert (first.gives, first.reads) == (True, True)


def test_a_list_has_as_many_places_as_values(made):
    two = made.ready(MANY, {"ids": ["a", "b"]})
    assert two.values({"ids": ["c", "d"]}) == ["c", "d"]
    three = made.ready(MANY, {"ids": ["a", "b", "c"]})
    assert three.values({"ids": ["x", "y", "z"]}) == ["x", "y", "z"]
    assert made.ready(MANY, {"ids": ["p", "q"]}) is two
    assert made.ready(MANY, {"ids": []}).values({"ids": []}) == []


def test_words_and_what_never_changes_go_in_as_text(made):
    assert made.ready(HOLDERS, {"role": Role.COORDINATOR}).values({"role": Role.COORDINATOR}) == [
        "coordinator"
    ]
    now = datetime(2027, 1, 4, 14, tzinfo=UTC)
    asked = {"now": now, "before": now, "limit": 3}
    assert AssignmentStatus.ACCEPTED.value in made.ready(UNFILLED, asked).values(asked)


def test_an_insert_names_the_columns_that_it_is_given(made):
    ready = made.ready(PERSON.insert, {"person_id": "a", "name": None})
    assert "(person_id, name) VALUES" in ready.sql
    assert (ready.gives, ready.reads) == (False, False)


def test_the_oldest_is_forgotten(tmp_path):
    few = Statements(make_engine(f"sqlite+aiosqlite:///{tmp_path}/unused.db").dialect, most=2)
    first = few.ready(PERSON.by_key, {"person_id": "a"})
    few.ready(MANY, {"ids": ["a"]})
    few.ready(MANY, {"ids": ["a", "b"]})
    assert few.ready(PERSON.by_key, {"person_id": "a"}) is not first


def test_rows_say_when_there_are_too_many_or_none():
    assert Rows([(1, 2), (3, 4)], 2).scalars() == [1, 3]
    assert Rows([(1, 2)], 1).one() == (1, 2)
    assert Rows([], 0).one_or_none() is None
    with pytest.raises(NoResultFound):
        Rows([], 0).scalar_one()
    with pytest.raises(MultipleResultsFound):
        Rows([(1,), (2,)], 2).one_or_none()
