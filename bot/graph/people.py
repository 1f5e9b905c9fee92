"""People of the tenant, from the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bot.domain.errors import Gone, OutsideFault
from bot.graph.link import Link, asking
from bot.services.ports import DirectoryPerson

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from msgraph.generated.models.directory_object import DirectoryObject
    from msgraph.generated.models.user import User
    from msgraph.generated.models.user_collection_response import UserCollectionResponse
    from msgraph.graph_service_client import GraphServiceClient

FIELDS = ["id", "displayName", "mail", "preferredLanguage", "department", "jobTitle"]


class GraphDirectory:
    """The port `Directory`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def person(self, person_id: str) -> DirectoryPerson:
        """Raises `Gone` where the directory knows no such person."""

        def get(graph: GraphServiceClient) -> Awaitable[User | None]:
            from msgraph.generated.users.item.user_item_request_builder import (
                UserItemRequestBuilder as Item,
            )

            query = Item.UserItemRequestBuilderGetQueryParameters(select=FIELDS)
            return graph.users.by_user_id(person_id).get(asking(query))

        user = await self._link.call("read_person", get)
        if user is None or not user.id:
            raise OutsideFault("graph_unexpected")
        return _person(user)

    async def manager(self, person_id: str) -> DirectoryPerson | None:
        """Whom the directory names as their manager; None where it names nobody."""

        def get(graph: GraphServiceClient) -> Awaitable[DirectoryObject | None]:
            from msgraph.generated.users.item.manager.manager_request_builder import (
                ManagerRequestBuilder as Boss,
            )

            query = Boss.ManagerRequestBuilderGetQueryParameters(select=FIELDS)
            return graph.users.by_user_id(person_id).manager.get(asking(query))

        try:
            found = await self._link.call("read_manager", get)
        except Gone:
            return None
        # A manager is read as whatever the directory holds: only a person can be asked.
        is_user = found is not None and found.odata_type == "#microsoft.graph.user" and found.id
        return _person(cast("User", found)) if is_user else None

    async def search(self, text: str, *, limit: int = 10) -> Sequence[DirectoryPerson]:
        """People whose name or mail starts with the words typed."""
        words = _quoted(text)
        if not words:
            return []

        def get(graph: GraphServiceClient) -> Awaitable[UserCollectionResponse | None]:
            from msgraph.generated.users.users_request_builder import UsersRequestBuilder as Users

            query = Users.UsersRequestBuilderGetQueryParameters(
                search=f'"displayName:{words}" OR "mail:{words}"', select=FIELDS, top=limit
            )
            return graph.users.get(asking(query, ConsistencyLevel="eventual"))

        page = await self._link.call("search_people", get)
        return [_person(user) for user in (page.value if page else None) or () if user.id]


def _quoted(text: str) -> str:
    """Return the words, safe between the quotation marks of `$search`."""
    words = " ".join(text.split())
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _person(user: User) -> DirectoryPerson:
    return DirectoryPerson(
        person_id=(user.id or "").lower(),
        name=user.display_name or user.mail or "",
        mail=user.mail or None,
        language=user.preferred_language or None,
        department=user.department or None,
        job_title=user.job_title or None,
    )
