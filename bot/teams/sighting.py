"""Reading an activity: who sent it, in which language and zone, what the words were."""

from __future__ import annotations

import re
from typing import Any

from botbuilder.schema import Activity

from bot.i18n import iana_zone
from bot.services.ports import Sighting
from bot.teams.inbound import object_id

PERSONAL = "personal"
_AT = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_NAME = 200


def is_personal(activity: Activity) -> bool:
    """Whether this is a person's own chat; Teams may leave the type out there."""
    conversation = activity.conversation
    return (getattr(conversation, "conversation_type", None) or PERSONAL) == PERSONAL


def person_id_of(activity: Activity) -> str | None:
    """The sender's Entra object id, lower case; None for a guest without one."""
    return object_id(getattr(activity.from_property, "aad_object_id", None))


def language_of(activity: Activity) -> str:
    """The language that Teams is set to."""
    return "fr" if (activity.locale or "").lower().startswith("fr") else "en"


def zone_of(activity: Activity) -> str | None:
    """The zone of the person's device: the client's word first, then the activity's."""
    for entity in activity.entities or []:
        if entity.type == "clientInfo":
            told = (entity.additional_properties or {}).get("timezone")
            if isinstance(told, str) and (zone := iana_zone(told)):
                return zone
    return iana_zone(activity.local_timezone)


def sighting_of(activity: Activity, person_id: str) -> Sighting:
    """What the activity tells of its sender."""
    personal = is_personal(activity)
    name = getattr(activity.from_property, "name", None)
    return Sighting(
        person_id=person_id,
        tenant_id=_tenant(activity),
        name=name[:_NAME] if isinstance(name, str) and name.strip() else None,
        conversation_id=activity.conversation.id if personal else None,
        service_url=activity.service_url if personal else None,
        locale=activity.locale,
        zone=zone_of(activity),
    )


def words_of(activity: Activity) -> str:
    """What was typed, without the mention of the bot that a team's message begins with."""
    return " ".join(_AT.sub(" ", activity.text or "").replace("\u00a0", " ").split(" ")).strip()


def _tenant(activity: Activity) -> str:
    data: Any = activity.channel_data
    tenant: Any = data.get("tenant") if isinstance(data, dict) else None
    told = tenant.get("id") if isinstance(tenant, dict) else None
    return str(told or getattr(activity.conversation, "tenant_id", None) or "")
