"""What may stand in each request body."""

from __future__ import annotations

from typing import Any

from sandbox.graph.errors import bad_request
from sandbox.graph.recurrence import RECURRENCE
from sandbox.graph.rules import (
    Rule,
    date_time,
    entity,
    flag,
    mail_address,
    many,
    one_of,
    text,
    whole,
)

DEEP_LINK = "https://teams.microsoft.com/l/"

ADDRESS = entity("emailAddress", {"address": mail_address, "name": text}, need=("address",))
RECIPIENT = entity("recipient", {"emailAddress": ADDRESS}, need=("emailAddress",))
ATTENDEE = entity(
    "attendee",
    {"emailAddress": ADDRESS, "type": one_of("required", "optional", "resource")},
    need=("emailAddress",),
)
BODY = entity("itemBody", {"content": text, "contentType": one_of("html", "text")})
EVENT = {
    "subject": text,
    "body": BODY,
    "start": date_time,
    "end": date_time,
    "attendees": many(ATTENDEE, 500),
    "hideAttendees": flag,
    "isOnlineMeeting": flag,
    "onlineMeetingProvider": one_of("teamsForBusiness"),
    "allowNewTimeProposals": flag,
    "responseRequested": flag,
    "isReminderOn": flag,
    "reminderMinutesBeforeStart": whole(0, 40320),
    "importance": one_of("low", "normal", "high"),
    "sensitivity": one_of("normal", "personal", "private", "confidential"),
    "showAs": one_of("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "categories": many(text, 25),
    "location": entity("location", {"displayName": text}),
    "recurrence": RECURRENCE,
}
MEETING_PERSON = entity(
    "meetingParticipantInfo",
    {
        "upn": text,
        "role": one_of("attendee", "presenter", "producer", "coorganizer"),
        "identity": entity("identitySet", {"user": entity("identity", {"id": text})}),
    },
)

RULES: dict[str, Rule] = {
    "createEvent": entity(
        "event", {**EVENT, "transactionId": text}, need=("subject", "start", "end")
    ),
    "updateEvent": entity("event", EVENT),
    "cancelEvent": entity("cancel", {"comment": text, "Comment": text}),
    "getSchedule": entity(
        "getSchedule",
        {
            name: rule
            for first, rule in (
                ("schedules", many(mail_address, 20)),
                ("startTime", date_time),
                ("endTime", date_time),
                ("availabilityViewInterval", whole(5, 1440)),
            )
            for name in (first, first[0].upper() + first[1:])
        },
    ),
    "updateOnlineMeeting": entity(
        "onlineMeeting",
        {
            "participants": entity("meetingParticipants", {"attendees": many(MEETING_PERSON, 500)}),
            "lobbyBypassSettings": entity(
                "lobbyBypassSettings", {"scope": text, "isDialInBypassEnabled": flag}
            ),
            "allowedPresenters": one_of("everyone", "organization", "roleIsPresenter", "organizer"),
            "recordAutomatically": flag,
            "allowRecording": flag,
            "allowTranscription": flag,
        },
    ),
    "sendMail": entity(
        "sendMail",
        {
            name: rule
            for first, rule in (
                (
                    "message",
                    entity(
                        "message",
                        {
                            "subject": text,
                            "body": BODY,
                            "toRecipients": many(RECIPIENT, 500),
                            "ccRecipients": many(RECIPIENT, 500),
                            "bccRecipients": many(RECIPIENT, 500),
                            "replyTo": many(RECIPIENT, 10),
                            "importance": one_of("low", "normal", "high"),
                        },
                        need=("toRecipients",),
                    ),
                ),
                ("saveToSentItems", flag),
            )
            for name in (first, first[0].upper() + first[1:])
        },
    ),
    "installApp": entity("userScopeTeamsAppInstallation", {"teamsApp@odata.bind": text}),
    "createSubscription": entity(
        "subscription",
        dict.fromkeys(
            (
                "changeType",
                "clientState",
                "expirationDateTime",
                "latestSupportedTlsVersion",
                "lifecycleNotificationUrl",
                "notificationUrl",
                "resource",
            ),
            text,
        ),
        need=("changeType", "expirationDateTime", "notificationUrl", "resource"),
    ),
    "updateSubscription": entity(
        "subscription", {"expirationDateTime": text}, need=("expirationDateTime",)
    ),
}


def _topic_link(value: Any, where: str) -> str:
    if not text(value, where).startswith(DEEP_LINK):
        raise bad_request(f"'{where}' must be a deep link of Microsoft Teams: {DEEP_LINK}…")
    return str(value)


RULES["sendActivityNotification"] = entity(
    "sendActivityNotification",
    {
        "topic": entity(
            "teamworkActivityTopic",
            {"source": one_of("text", "entityUrl"), "value": text, "webUrl": _topic_link},
            need=("source", "value", "webUrl"),
        ),
        "activityType": text,
        "chainId": whole(0, 2**63 - 1),
        "iconId": text,
        "previewText": entity("itemBody", {"content": text}, need=("content",)),
        "teamsAppId": text,
        "templateParameters": many(
            entity("keyValuePair", {"name": text, "value": text}, need=("name",)), 50
        ),
    },
    need=("topic", "activityType", "previewText"),
)


def check(operation: str, body: Any) -> dict[str, Any]:
    """Return the body as the rules of its operation accept it, with the usual small first letter.

    Actions take their parameters with either case (`Comment`, `comment`).
    """
    accepted: dict[str, Any] = RULES[operation](body, "body")
    if operation in {"cancelEvent", "getSchedule", "sendMail"}:
        return {key[0].lower() + key[1:]: value for key, value in accepted.items()}
    return accepted
