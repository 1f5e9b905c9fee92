"""Loads msgraph, and makes its client the way we want it: no retries, one pool, our time-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.graph.options import GraphOptions, is_loopback

if TYPE_CHECKING:
    from kiota_abstractions.authentication import AuthenticationProvider
    from msgraph.graph_service_client import GraphServiceClient

SANDBOX_TOKEN = "sandbox"  # noqa: S105  (not a secret: the local Graph wants some token)


def open_client(options: GraphOptions) -> tuple[GraphServiceClient, Callable[[], Awaitable[None]]]:
    """Make the client, and say how it is closed."""
    import httpx
    from kiota_http.middleware.options import RetryHandlerOption
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_request_adapter import options as usual
    from msgraph.graph_service_client import GraphServiceClient
    from msgraph_core import GraphClientFactory

    seconds = options.timeout.total_seconds()
    local = is_loopback(options.host)
    plain = httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
        http2=not local,
        trust_env=not local,  # a proxy of the environment is not for this machine
    )
    # Its retry handler repeats a POST too, and so sends a mail twice.
    http = GraphClientFactory.create_with_default_middleware(
        client=plain,
        options={**usual, RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0)},
    )
    adapter = GraphRequestAdapter(_sign_in(options), http)
    adapter.base_url = options.base_url
    return GraphServiceClient(request_adapter=adapter), http.aclose


def _sign_in(options: GraphOptions) -> AuthenticationProvider:
    from kiota_abstractions.authentication import ApiKeyAuthenticationProvider
    from kiota_abstractions.authentication.api_key_authentication_provider import KeyLocation
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )

    if options.credential is not None:
        return AzureIdentityAuthenticationProvider(
            options.credential, scopes=[options.scope], allowed_hosts=[options.host]
        )
    if not is_loopback(options.host):
        raise ValueError("without a credential Graph is on this machine only")
    return ApiKeyAuthenticationProvider(
        KeyLocation.Header, f"Bearer {SANDBOX_TOKEN}", "Authorization"
    )


def load() -> None:
    """Load all that the calls need. Takes a second or two: to be run in a thread.

    The SDK imports its models one by one while it parses the first answer of each kind, so one
    of each is parsed here.
    """
    from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.user_collection_response import UserCollectionResponse
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_response import (
        GetSchedulePostResponse,
    )

    samples = (
        (Event, b'{"onlineMeeting": {"joinUrl": ""}, "attendees": [{"emailAddress": {}}]}'),
        (UserCollectionResponse, b'{"value": [{"id": ""}]}'),
        (GetSchedulePostResponse, b'{"value": [{"scheduleItems": [{"start": {}}], "error": {}}]}'),
        (ODataError, b'{"error": {"innerError": {}}}'),
    )
    for model, sample in samples:
        node = JsonParseNodeFactory().get_root_parse_node("application/json", sample)
        node.get_object_value(model)
