"""Installs the app for a person, so that the bot may write to them first."""

from __future__ import annotations

from bot.domain.errors import OutsideFault
from bot.graph.faults import AlreadyDone
from bot.graph.link import Link, asking

CATALOGUE = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps"
"""The name of the catalogue, the same in whichever cloud or sandbox the call goes to."""


class GraphInstaller:
    """The port `Installer`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def install(self, person_id: str) -> None:
        """Install it in the person's personal scope; already installed is no error."""
        from msgraph.generated.models.user_scope_teams_app_installation import (
            UserScopeTeamsAppInstallation,
        )

        app_id = self._link.options.teams_app_id
        if not app_id:
            raise OutsideFault("graph_not_configured")
        body = UserScopeTeamsAppInstallation(
            additional_data={"teamsApp@odata.bind": f"{CATALOGUE}/{app_id}"}
        )
        try:
            await self._link.call(
                "install_app",
                lambda graph: graph.users.by_user_id(person_id).teamwork.installed_apps.post(
                    body, asking()
                ),
            )
        except AlreadyDone:
            return
