"""Installs the app for a person, so that the bot may write to them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.errors import OutsideFault
from bot.graph.faults import AlreadyDone
from bot.graph.link import Link, asking

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from msgraph.graph_service_client import GraphServiceClient

CATALOGUE = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps"
"""The name of the catalogue, the same in whichever cloud or sandbox the call goes to."""


class GraphInstaller:
    """The port `Installer`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def install(self, person_id: str) -> None:
        """Install it in the person's personal scope; already installed is no error."""
        app_id = self._link.options.teams_app_id
        if not app_id:
            raise OutsideFault("graph_not_configured")

        def post(graph: GraphServiceClient) -> Awaitable[object]:
            from msgraph.generated.models.user_scope_teams_app_installation import (
                UserScopeTeamsAppInstallation,
            )

            body = UserScopeTeamsAppInstallation(
                additional_data={"teamsApp@odata.bind": f"{CATALOGUE}/{app_id}"}
            )
            return graph.users.by_user_id(person_id).teamwork.installed_apps.post(body, asking())

        try:
            await self._link.call("install_app", post)
        except AlreadyDone:
            return
