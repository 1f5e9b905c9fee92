"""The door: `connect(options)` gives all the gateways over one connection."""

from __future__ import annotations

from dataclasses import dataclass

from bot.graph.activity import GraphActivityFeed
from bot.graph.calendars import GraphCalendars
from bot.graph.installer import GraphInstaller
from bot.graph.link import Link
from bot.graph.mail import GraphMail
from bot.graph.mailbox_events import GraphMailboxEvents
from bot.graph.meetings import GraphMeetings
from bot.graph.notconfigured import NotConfigured
from bot.graph.options import GraphOptions
from bot.graph.people import GraphDirectory
from bot.services.outlook_ports import MailboxEvents
from bot.services.ports import ActivityFeed, Calendars, Directory, Installer, Mail, Meetings


@dataclass(frozen=True, slots=True)
class Graph:
    """The gateways. `link` is None where Graph is not configured."""

    calendars: Calendars
    meetings: Meetings
    directory: Directory
    mail: Mail
    activity: ActivityFeed
    installer: Installer
    mailbox: MailboxEvents
    link: Link | None = None

    @property
    def configured(self) -> bool:
        """Say whether there is a Graph to call."""
        return self.link is not None

    async def warm(self) -> None:
        """Load the SDK in a thread, so that no call holds the event loop for a second."""
        if self.link is not None:
            await self.link.client()

    async def close(self) -> None:
        """Close the connections. The credential is its maker's to close."""
        if self.link is not None:
            await self.link.close()


def connect(options: GraphOptions) -> Graph:
    """Make the gateways; nothing is called and nothing heavy loaded yet."""
    if not options.usable:
        nobody = NotConfigured()
        return Graph(nobody, nobody, nobody, nobody, nobody, nobody, nobody)
    link = Link(options)
    return Graph(
        calendars=GraphCalendars(link),
        meetings=GraphMeetings(link),
        directory=GraphDirectory(link),
        mail=GraphMail(link),
        activity=GraphActivityFeed(link),
        installer=GraphInstaller(link),
        mailbox=GraphMailboxEvents(link),
        link=link,
    )
