"""News of the service mailbox's events: subscriptions, and the delta of its calendar view."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from bot.domain.errors import Gone, OutsideFault, Rejected
from bot.graph.link import IN_UTC, Link, asking
from bot.graph.times import wall_time
from bot.services.outlook_ports import Changes, Subscribed

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from msgraph.generated.models.event import Event
    from msgraph.generated.models.subscription import Subscription
    from msgraph.generated.models.subscription_collection_response import (
        SubscriptionCollectionResponse,
    )
    from msgraph.generated.users.item.calendar_view.delta.delta_get_response import (
        DeltaGetResponse,
    )
    from msgraph.graph_service_client import GraphServiceClient

PAGE = "odata.maxpagesize=100"
MOST_PAGES = 500
"""A calendar that never ends is a bug of somebody's."""


class GraphMailboxEvents:
    """The port `MailboxEvents`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    @property
    def _resource(self) -> str:
        return f"/users/{self._link.options.mailbox}/events"

    async def subscribe(
        self, url: str, lifecycle_url: str, client_state: str, until: datetime
    ) -> Subscribed:
        """Made ones are what we are not told of: the program makes them itself."""

        def post(graph: GraphServiceClient) -> Awaitable[Subscription | None]:
            from msgraph.generated.models.subscription import Subscription

            wanted = Subscription(
                change_type="updated,deleted",
                resource=self._resource,
                notification_url=url,
                lifecycle_notification_url=lifecycle_url,
                client_state=client_state,
                expiration_date_time=until,
            )
            return graph.subscriptions.post(wanted, asking())

        made = _subscribed(await self._link.call("subscribe", post))
        for other in await self._others(url, made.subscription_id):
            await self.unsubscribe(other)
        return made

    async def renew(self, subscription_id: str, until: datetime) -> Subscribed:
        """A renewal says at once that we still may: it answers `reauthorizationRequired` too."""

        def patch(graph: GraphServiceClient) -> Awaitable[Subscription | None]:
            from msgraph.generated.models.subscription import Subscription

            one = graph.subscriptions.by_subscription_id(subscription_id)
            return one.patch(Subscription(expiration_date_time=until), asking())

        return _subscribed(await self._link.call("renew_subscription", patch))

    async def unsubscribe(self, subscription_id: str) -> None:
        """End it; one that is gone is no error."""

        def delete(graph: GraphServiceClient) -> Awaitable[None]:
            return graph.subscriptions.by_subscription_id(subscription_id).delete(asking())

        try:
            await self._link.call("unsubscribe", delete)
        except Gone:
            return

    async def changes(
        self, delta_link: str | None, starts_at: datetime, ends_at: datetime
    ) -> Changes:
        """Page after page, until Graph gives the link for the next time."""
        if delta_link and urlsplit(delta_link).hostname == self._link.options.host:
            with suppress(Gone, Rejected):
                return await self._round(delta_link, whole=False)
        days = {
            "startDateTime": f"{wall_time(starts_at, 'UTC')}Z",
            "endDateTime": f"{wall_time(ends_at, 'UTC')}Z",
        }
        mailbox = quote(self._link.options.mailbox)
        base = f"{self._link.options.base_url}/users/{mailbox}/calendarView/delta"
        return await self._round(f"{base}?{urlencode(days)}", whole=True)

    async def _round(self, url: str, *, whole: bool) -> Changes:
        found: set[str] = set()
        for _ in range(MOST_PAGES):
            page = await self._page(url)
            found.update(_id_of(event) for event in page.value or ())
            if page.odata_delta_link:
                return Changes(frozenset(found - {""}), page.odata_delta_link, whole)
            if not page.odata_next_link:
                break
            url = page.odata_next_link
        raise OutsideFault("graph_unexpected")

    async def _page(self, url: str) -> DeltaGetResponse:
        def get(graph: GraphServiceClient) -> Awaitable[DeltaGetResponse | None]:
            view = graph.users.by_user_id(self._link.options.mailbox).calendar_view
            return view.delta.with_url(url).get(asking(prefer=(IN_UTC, PAGE)))

        page = await self._link.mailbox_call("calendar_delta", get)
        if page is None:
            raise OutsideFault("graph_unexpected")
        return page

    async def _others(self, url: str, but: str) -> list[str]:
        def get(graph: GraphServiceClient) -> Awaitable[SubscriptionCollectionResponse | None]:
            return graph.subscriptions.get(asking())

        page = await self._link.call("list_subscriptions", get)
        return [
            other.id
            for other in (page.value if page else None) or ()
            if other.id and other.id != but and other.notification_url == url
        ]


def _subscribed(told: Subscription | None) -> Subscribed:
    if told is None or not told.id or told.expiration_date_time is None:
        raise OutsideFault("graph_unexpected")
    return Subscribed(told.id, told.expiration_date_time)


def _id_of(event: Event) -> str:
    """The series' for one of its days: a day alone is nothing that we know."""
    return event.series_master_id or event.id or ""
