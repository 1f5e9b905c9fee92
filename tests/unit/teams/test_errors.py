import re
from datetime import timedelta

import pytest

from bot.domain.errors import Gone, OutsideFault, Rejected, Throttled, Unreachable
from bot.teams.errors import error_code, fault, new_reference, retry_after


def test_references_are_readable_and_differ():
    references = {new_reference() for _ in range(200)}
    assert len(references) == 200
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{3}", one) for one in references)


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, None),
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({"Retry-After": "0.5"}, timedelta(seconds=0.5)),
        ({"Retry-After": "-3"}, timedelta(0)),
        ({"Retry-After": "1e99"}, timedelta(days=1)),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "soon"}, None),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            timedelta(seconds=30),
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT", "Date": "today"}, timedelta(0)),
    ],
)
def test_retry_after(headers: dict[str, str], wanted: timedelta | None):
    assert retry_after(headers) == wanted


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (
            b'{"error":{"code":"ConversationBlockedByUser","message":"x"}}',
            "ConversationBlockedByUser",
        ),
        (b'{"code":"Top"}', "Top"),
        (b'{"error":"text"}', None),
        (b'{"error":{"code":7}}', None),
        (b'{"error":{"code":"n\xc3\xa9"}}', None),
        (b"<html>", None),
        (b"[]", None),
        (b"", None),
    ],
)
def test_the_connectors_error_code(body: bytes, code: str | None):
    assert error_code(body) == code


@pytest.mark.parametrize(
    ("status", "code", "kind", "label"),
    [
        (429, None, Throttled, "teams.429"),
        (412, None, Throttled, "teams.412"),
        (403, "ConversationBlockedByUser", Unreachable, "teams.403.ConversationBlockedByUser"),
        (403, "BotNotInConversationRoster", Unreachable, "teams.403.BotNotInConversationRoster"),
        (403, "MessageWritesBlocked", Unreachable, "teams.403.MessageWritesBlocked"),
        (403, "Other", Rejected, "teams.403.Other"),
        (400, None, Rejected, "teams.400"),
        (401, None, OutsideFault, "teams.401"),
        (404, None, Gone, "teams.404"),
        (410, None, Gone, "teams.410"),
        (500, None, OutsideFault, "teams.500"),
        (503, None, OutsideFault, "teams.503"),
        (302, None, OutsideFault, "teams.302"),
    ],
)
def test_a_refused_call_is_named_for_what_can_be_done(
    status: int, code: str | None, kind: type[OutsideFault], label: str
):
    body = b'{"error":{"code":"%s"}}' % code.encode() if code else b""
    error = fault(status, {}, body)
    assert (type(error), error.code) == (kind, label)
    assert error.perhaps_done == (status == 500)
