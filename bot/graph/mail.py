"""Mail from the service mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.graph.link import Link, asking

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from msgraph.graph_service_client import GraphServiceClient


class GraphMail:
    """The port `Mail`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def send(self, *, to: str, subject: str, html: str) -> None:
        """Send one message to one person.

        Nothing tells Graph that it is the same message again: after `graph_unanswered` it may
        have gone out.
        """

        def post(graph: GraphServiceClient) -> Awaitable[None]:
            from msgraph.generated.models.body_type import BodyType
            from msgraph.generated.models.email_address import EmailAddress
            from msgraph.generated.models.item_body import ItemBody
            from msgraph.generated.models.message import Message
            from msgraph.generated.models.recipient import Recipient
            from msgraph.generated.users.item.send_mail import send_mail_post_request_body as posted

            message = Message(
                subject=subject,
                body=ItemBody(content_type=BodyType.Html, content=html),
                to_recipients=[Recipient(email_address=EmailAddress(address=to))],
            )
            body = posted.SendMailPostRequestBody(message=message, save_to_sent_items=True)
            mailbox = graph.users.by_user_id(self._link.options.mailbox)
            return mailbox.send_mail.post(body, asking())

        await self._link.mailbox_call("send_mail", post)
