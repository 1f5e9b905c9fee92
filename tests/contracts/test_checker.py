"""That the contract's checker sees what is wrong, and lets pass what is right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contracts.checker import Contract, Exchange, house_problems

IMMUTABLE = 'IdType="ImmutableId"'


def exchange(**changes: Any) -> Exchange:
    known: dict[str, Any] = {
        "method": "GET",
        "path": "/users",
        "query": (),
        "headers": {"Authorization": "Bearer x", "Prefer": IMMUTABLE},
        "body": None,
        "status": 200,
        "answer": {"value": []},
    }
    return Exchange(**known | changes)


EVENTS = "/users/m/events"
PLANTED = [
    ({"path": "/users/m/presence"}, "no such operation"),
    ({"query": (("$tip", "1"),)}, "query $tip: not a parameter"),
    ({"query": (("$top", "ten"),)}, "query $top: not a number"),
    ({"query": (("$count", "yes"),)}, "query $count: neither true nor false"),
    ({"query": (("$select", "id,,mail"),)}, "query $select: an empty entry"),
    ({"path": "/users/m/calendarView"}, "query startDateTime: missing"),
    ({"body": {}}, "body: none is expected"),
    ({"method": "POST", "path": EVENTS, "status": 201, "answer": {}}, "body: missing"),
    (
        {"method": "POST", "path": EVENTS, "body": {"title": ""}, "status": 201, "answer": {}},
        "body : 'title' does not match any of the regexes",
    ),
    (
        {
            "method": "POST",
            "path": EVENTS,
            "body": {"body": {"contentType": "HTML"}},
            "status": 201,
            "answer": {},
        },
        "body body: {'contentType': 'HTML'} is not valid under any of the given schemas",
    ),
    ({"status": 202, "answer": None}, "answer: status 202 is not described"),
    (
        {"answer": {"value": [{"nickname": 1}]}},
        "answer value/0: 'nickname' does not match any of the regexes",
    ),
    ({"status": 400, "answer": {"error": "no"}}, "answer error: 'no' is not of type 'object'"),
    (
        {
            "method": "POST",
            "path": "/users/m/sendMail",
            "body": {"message": {}},
            "status": 202,
            "answer": {},
        },
        "answer: a body where none is described",
    ),
]


@pytest.mark.parametrize(("changes", "problem"), PLANTED)
def test_the_checker_sees_what_is_planted(
    contract: Contract, changes: dict[str, Any], problem: str
) -> None:
    found = list(contract.problems(exchange(**changes)))
    assert [each for each in found if each.startswith(problem)] != []


def test_the_checker_lets_a_good_exchange_pass(contract: Contract) -> None:
    assert list(contract.problems(exchange())) == []
    assert list(house_problems(exchange())) == []


def test_the_house_wants_a_token_immutable_ids_and_the_headers_of_a_search() -> None:
    bare = exchange(headers={}, query=(("$search", '"mail:x"'),), body={})
    assert list(house_problems(bare)) == [
        "header Authorization: no token",
        "header Prefer: no immutable ids",
        "header ConsistencyLevel: missing beside $search",
        "header Content-Type: not JSON",
    ]
