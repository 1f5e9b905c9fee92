"""People of the tenant, from the directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.errors import OutsideFault
from bot.graph.link import Link, asking
from bot.services.ports import DirectoryPerson

if TYPE_CHECKING:
    from msgraph.generated.models.user import User

FIELDS = ["id", "displayName", "mail", "preferredLanguage", "department", "jobTitle"]


class GraphDirectory:
    """The port `Directory`."""

    def __init__(self, link: Link) -> None:
        """Use one connection."""
        self._link = link

    async def person(self, person_id: str) -> DirectoryPerson:
        """Raises `Gone` where the directory knows no such person."""
        from msgraph.generated.users.item import user_item_request_builder as item

        query = item.UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters(select=FIELDS)
        user = await self._link.call(
            "read_person", lambda graph: graph.users.by_user_id(person_id).get(asking(query))
        )
        if user is None or not user.id:
            raise OutsideFault("graph_unexpected")
        return _person(user)

    async def search(self, text: str, *, limit: int = 10) -> Sequence[DirectoryPerson]:
        """People whose name or mail starts with the words typed."""
        from msgraph.generated.users import users_request_builder as users

        words = _quoted(text)
        if not words:
            return []
        query = users.UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(
            search=f'"displayName:{words}" OR "mail:{words}"',
            select=FIELDS,
            top=limit,
        )
        page = await self._link.call(
            "search_people",
            lambda graph: graph.users.get(asking(query, ConsistencyLevel="eventual")),
        )
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
