"""Teams' activity notifications: the bell, and the banner on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.graph.link import Link, asking

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from msgraph.graph_service_client import GraphServiceClient


def chat_link(app_id: str) -> str:
    """Return the link that opens the bot's chat. Graph accepts only links of Teams itself."""
    return f"https://teams.microsoft.com/l/chat/0/0?users=28:{app_id}"


class GraphActivityFeed:
    """The port `ActivityFeed`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def notify(
        self,
        person_id: str,
        *,
        activity_type: str,
        preview: str,
        topic: str,
        parameters: Mapping[str, str],
    ) -> None:
        """Notify one person; `activity_type` is one that the manifest names."""

        def send(graph: GraphServiceClient) -> Awaitable[None]:
            from msgraph.generated.models.item_body import ItemBody
            from msgraph.generated.models.key_value_pair import KeyValuePair
            from msgraph.generated.models.teamwork_activity_topic import TeamworkActivityTopic
            from msgraph.generated.models.teamwork_activity_topic_source import (
                TeamworkActivityTopicSource,
            )
            from msgraph.generated.users.item.teamwork.send_activity_notification import (
                send_activity_notification_post_request_body as posted,
            )

            body = posted.SendActivityNotificationPostRequestBody(
                topic=TeamworkActivityTopic(
                    source=TeamworkActivityTopicSource.Text,
                    value=topic,
                    web_url=chat_link(self._link.options.app_id or "sandbox"),
                ),
                activity_type=activity_type,
                preview_text=ItemBody(content=preview),
                template_parameters=[
                    KeyValuePair(name=name, value=value) for name, value in parameters.items()
                ],
            )
            teamwork = graph.users.by_user_id(person_id).teamwork
            return teamwork.send_activity_notification.post(body, asking())

        await self._link.call("send_activity", send)
