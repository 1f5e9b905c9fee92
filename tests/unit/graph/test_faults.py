"""What Graph's errors become: the kind that the outbox acts on, the code, and the wait."""

from datetime import timedelta

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from kiota_abstractions.api_error import APIError
from msgraph.generated.models.o_data_errors.main_error import MainError
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from bot.domain.errors import Denied, Gone, OutsideFault, Rejected, Throttled
from bot.graph.faults import AlreadyDone, fault_of, graph_code_of, retry_after


def answered(status: int, code: str = "", **headers: str) -> ODataError:
    error = ODataError(error=MainError(code=code, message="a person's address"))
    error.response_status_code = status
    error.response_headers = httpx.Headers(headers)
    return error


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (answered(400, "RequestBodyRead"), Rejected, "graph_rejected"),
        (answered(413, "ErrorMessageSizeExceeded"), Rejected, "graph_rejected"),
        (answered(401, "InvalidAuthenticationToken"), Denied, "graph_denied"),
        (answered(403, "ErrorAccessDenied"), Denied, "graph_denied"),
        (answered(404, "MailboxNotEnabledForRESTAPI"), Denied, "graph_denied"),
        (answered(404, "ErrorItemNotFound"), Gone, "graph_gone"),
        (answered(410, ""), Gone, "graph_gone"),
        (answered(409, "Conflict"), AlreadyDone, "graph_conflict"),
        (answered(400, "ErrorDuplicateTransactionId"), AlreadyDone, "graph_conflict"),
        (answered(408, ""), OutsideFault, "graph_unavailable"),
        (answered(412, "ErrorIrresolvableConflict"), OutsideFault, "graph_unavailable"),
        (answered(423, ""), OutsideFault, "graph_unavailable"),
        (answered(429, "ApplicationThrottled"), Throttled, "graph_throttled"),
        (answered(500, "ErrorInternalServerError"), OutsideFault, "graph_unavailable"),
        (answered(503, "ServiceUnavailable"), OutsideFault, "graph_unavailable"),
        (APIError("an HTML page", 502, {}), OutsideFault, "graph_unavailable"),
        (httpx.ConnectError("refused"), OutsideFault, "graph_unreachable"),
        (httpx.ConnectTimeout("slow"), OutsideFault, "graph_unreachable"),
        (httpx.ReadTimeout("slow"), OutsideFault, "graph_unanswered"),
        (httpx.RemoteProtocolError("closed"), OutsideFault, "graph_unanswered"),
        (TimeoutError(), OutsideFault, "graph_unanswered"),
        (OSError("no route to the sign-in"), OutsideFault, "graph_unreachable"),
        (ClientAuthenticationError("expired secret"), OutsideFault, "graph_no_sign_in"),
        (ServiceRequestError("no network"), OutsideFault, "graph_no_sign_in"),
        (KeyError("value"), OutsideFault, "graph_unexpected"),
    ],
)
def test_an_error_has_one_meaning(error: Exception, kind: type, code: str) -> None:
    fault = fault_of(error)
    assert (type(fault), fault.code) == (kind, code)


def test_a_fault_of_our_own_stays_as_it_is() -> None:
    refused = Rejected("login.401")
    assert fault_of(refused) is refused


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_comes_along(status: int) -> None:
    fault = fault_of(answered(status, **{"Retry-After": "12"}))
    assert fault.retry_after == timedelta(seconds=12)


def test_graphs_own_code_is_known_for_the_log() -> None:
    assert graph_code_of(answered(404, "ErrorItemNotFound")) == "ErrorItemNotFound"
    assert graph_code_of(ODataError()) == ""
    assert graph_code_of(TimeoutError()) == ""


DATE = "Sun, 22 Nov 2026 03:46:41 GMT"


@pytest.mark.parametrize(
    ("value", "date", "wait"),
    [
        (None, DATE, None),
        ("", DATE, None),
        ("5", None, timedelta(seconds=5)),
        ("0.5", None, timedelta(seconds=0.5)),
        ("-3", None, timedelta(0)),
        ("999999", None, timedelta(hours=1)),
        ("nan", None, None),
        ("1e400", None, None),
        ("soon", DATE, None),
        ("Sun, 22 Nov 2026 03:47:11 GMT", DATE, timedelta(seconds=30)),
        ("Sun, 22 Nov 2026 03:47:11 -0000", DATE, timedelta(seconds=30)),
        ("Sun, 22 Nov 2026 03:40:00 GMT", DATE, timedelta(0)),
        ("Sun, 22 Nov 2026 03:47:11 GMT", None, None),
    ],
)
def test_how_long_to_wait(value: str | None, date: str | None, wait: timedelta | None) -> None:
    assert retry_after(value, date) == wait


@pytest.mark.parametrize(
    ("error", "perhaps"),
    [
        (httpx.ReadTimeout("slow"), True),
        (TimeoutError(), True),
        (answered(502), True),
        (answered(504), True),
        (answered(503), False),
        (answered(500), True),
        (KeyError("value"), True),
        (answered(429), False),
        (httpx.ConnectError("refused"), False),
    ],
)
def test_whether_it_may_have_been_done(error: Exception, *, perhaps: bool) -> None:
    assert fault_of(error).perhaps_done is perhaps
