"""Loads msgraph, and makes its client the way we want it: no retries, one pool, our time-out."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

from bot.graph.options import GraphOptions, is_loopback

if TYPE_CHECKING:
    from kiota_abstractions.authentication import AuthenticationProvider
    from msgraph.graph_service_client import GraphServiceClient

SANDBOX_TOKEN = "sandbox"  # noqa: S105  (not a secret: the local Graph wants some token)


Opened = tuple["GraphServiceClient", Callable[[], Awaitable[None]]]
"""A client, and how it is closed."""


def load_and_open(options: GraphOptions) -> Opened:
    """Load the SDK and make a client: to be run in a thread, for its second or two."""
    load()
    return open_client(options)


def open_client(options: GraphOptions) -> Opened:
    """Make the client; it belongs to the event loop that first uses it."""
    import httpx
    from kiota_http.middleware.options import RetryHandlerOption
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_request_adapter import options as usual
    from msgraph.graph_service_client import GraphServiceClient
    from msgraph_core import GraphClientFactory

    seconds = options.timeout.total_seconds()
    transport = httpx.AsyncHTTPTransport(
        http2=not is_loopback(options.host), proxy=_proxy(options.host)
    )
    plain = httpx.AsyncClient(
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)), transport=transport
    )
    # Its retry handler repeats a POST too, and so sends a mail twice.
    http = GraphClientFactory.create_with_default_middleware(
        client=plain,
        options={**usual, RetryHandlerOption.get_key(): RetryHandlerOption(max_retries=0)},
    )
    adapter = GraphRequestAdapter(_sign_in(options), http)
    adapter.base_url = options.base_url

    async def close() -> None:
        await http.aclose()
        await transport.aclose()  # the SDK's wrapping does not pass it on

    return GraphServiceClient(request_adapter=adapter), close


def _proxy(host: str) -> str | None:
    """Return the environment's proxy, which is not for this machine."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get("https")


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


MEETINGS = "msgraph.generated.users.item.online_meetings"
TEAMWORK = "msgraph.generated.users.item.teamwork"
MODULES = (
    "kiota_authentication_azure.azure_identity_authentication_provider",
    "msgraph.graph_request_adapter",
    "msgraph.generated.users.users_request_builder",
    "msgraph.generated.users.item.user_item_request_builder",
    "msgraph.generated.users.item.events.events_request_builder",
    "msgraph.generated.users.item.events.item.event_item_request_builder",
    "msgraph.generated.users.item.events.item.cancel.cancel_request_builder",
    "msgraph.generated.users.item.calendar.calendar_request_builder",
    "msgraph.generated.users.item.calendar.get_schedule.get_schedule_request_builder",
    "msgraph.generated.users.item.calendar_view.calendar_view_request_builder",
    "msgraph.generated.users.item.calendar_view.delta.delta_request_builder",
    "msgraph.generated.users.item.send_mail.send_mail_request_builder",
    "msgraph.generated.subscriptions.subscriptions_request_builder",
    "msgraph.generated.subscriptions.item.subscription_item_request_builder",
    f"{MEETINGS}.online_meetings_request_builder",
    f"{MEETINGS}.item.online_meeting_item_request_builder",
    f"{TEAMWORK}.teamwork_request_builder",
    f"{TEAMWORK}.send_activity_notification.send_activity_notification_request_builder",
    f"{TEAMWORK}.installed_apps.installed_apps_request_builder",
)
"""What the SDK would import one by one at the first call of each kind."""


def load() -> None:
    """Load all that the calls need. Takes a second or two: to be run in a thread.

    The SDK imports its models one by one while it parses the first answer of each kind, so one
    of each is parsed here.
    """
    from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.online_meeting_collection_response import (
        OnlineMeetingCollectionResponse as Meetings,
    )
    from msgraph.generated.models.user_collection_response import UserCollectionResponse
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_response import (
        GetSchedulePostResponse,
    )

    for module in MODULES:
        importlib.import_module(module)
    samples = (
        (Event, b'{"onlineMeeting": {"joinUrl": ""}, "attendees": [{"emailAddress": {}}]}'),
        (Meetings, b'{"value": [{"participants": {"attendees": [{"identity": {"user": {}}}]}}]}'),
        (UserCollectionResponse, b'{"value": [{"id": ""}]}'),
        (GetSchedulePostResponse, b'{"value": [{"scheduleItems": [{"start": {}}], "error": {}}]}'),
        (ODataError, b'{"error": {"innerError": {}}}'),
    )
    for model, sample in samples:
        node = JsonParseNodeFactory().get_root_parse_node("application/json", sample)
        node.get_object_value(model)
