from datetime import UTC, datetime

from botbuilder.core import CardFactory, MessageFactory
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    ChannelAccount,
    ConversationAccount,
    Mention,
    SuggestedActions,
)

from bot.teams.activities import incoming, outgoing, reply_reference

MESSAGE = {
    "type": "message",
    "id": "f:1",
    "timestamp": "2026-11-02T14:05:06.1234567Z",
    "localTimezone": "America/Halifax",
    "serviceUrl": "https://smba.trafficmanager.net/ca/",
    "channelId": "msteams",
    "from": {"id": "29:a", "name": "Manager, Halifax", "aadObjectId": "x"},
    "conversation": {"conversationType": "personal", "tenantId": "t", "id": "a:1"},
    "recipient": {"id": "28:b"},
    "entities": [{"type": "clientInfo", "timezone": "America/Halifax", "locale": "fr-CA"}],
    "channelData": {"tenant": {"id": "t"}},
    "text": "aide",
    "locale": "fr-CA",
    "replyToId": "9",
    "value": {"verb": "help", "nested": [{"a": None}]},
    "somethingNew": {"a": 1},
}


def test_what_a_handler_looks_at():
    activity = incoming(MESSAGE)
    assert isinstance(activity, Activity)
    assert activity.timestamp == datetime(2026, 11, 2, 14, 5, 6, 123456, tzinfo=UTC)
    assert isinstance(activity.from_property, ChannelAccount)
    assert activity.from_property.aad_object_id == "x"
    assert activity.conversation.tenant_id == "t"
    assert activity.entities[0].type == "clientInfo"
    assert activity.entities[0].additional_properties["timezone"] == "America/Halifax"
    assert activity.value == {"verb": "help", "nested": [{"a": None}]}
    assert (activity.text, activity.reply_to_id, activity.local_timezone) == (
        "aide",
        "9",
        "America/Halifax",
    )


def test_it_reads_what_botbuilder_reads():
    # But for a chat's tenant, the rest of an entity and a timestamp's last digit: it loses those.
    other = {"entities": None, "timestamp": None, "conversation": {"id": "a:1"}}
    known = {name: value for name, value in MESSAGE.items() if name != "somethingNew"} | other
    assert incoming(known).serialize() == Activity().deserialize(known).serialize()


def test_members_and_reactions():
    activity = incoming(
        {
            "type": "conversationUpdate",
            "membersAdded": [{"id": "28:b"}, "x", {"id": "29:a"}],
            "membersRemoved": None,
            "reactionsAdded": [{"type": "like"}],
        }
    )
    assert [member.id for member in activity.members_added or []] == ["28:b", "29:a"]
    assert activity.members_removed is None
    assert [reaction.type for reaction in activity.reactions_added or []] == ["like"]


def test_fields_of_a_wrong_type_are_left_out():
    activity = incoming(
        {
            "type": "message",
            "text": ["a"],
            "from": "me",
            "membersAdded": {"id": "1"},
            "entities": "none",
            "timestamp": 12,
            "relatesTo": {"a": 1},
        }
    )
    left = (activity.text, activity.from_property, activity.members_added, activity.entities)
    assert left == (None, None, None, None)
    assert (activity.timestamp, activity.relates_to) == (None, None)


def test_what_goes_out_is_plain():
    activity = MessageFactory.attachment(CardFactory.adaptive_card({"type": "AdaptiveCard"}))
    activity.type = ActivityTypes.message
    activity.conversation = ConversationAccount(id="a:1", tenant_id="t")
    activity.timestamp = datetime(2026, 1, 2, tzinfo=UTC)
    activity.suggested_actions = SuggestedActions(to=("a",), actions=[])
    activity.entities = [Mention(mentioned=ChannelAccount(id="1"), text="x", type="mention")]
    assert outgoing(activity) == {
        "type": "message",
        "timestamp": "2026-01-02T00:00:00+00:00",
        "conversation": {"id": "a:1", "tenantId": "t"},
        "attachmentLayout": "list",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {"type": "AdaptiveCard"},
            }
        ],
        "suggestedActions": {"to": ["a"], "actions": []},
        "entities": [{"mentioned": {"id": "1"}, "text": "x", "type": "mention"}],
    }


def test_a_reply_goes_back_where_it_came_from():
    assert reply_reference(MESSAGE) == {
        "channelId": "msteams",
        "serviceUrl": "https://smba.trafficmanager.net/ca/",
        "conversation": MESSAGE["conversation"],
        "from": {"id": "28:b"},
        "recipient": MESSAGE["from"],
        "locale": "fr-CA",
        "replyToId": "f:1",
    }


def test_a_conversation_update_cannot_be_replied_to():
    update = {"type": "conversationUpdate", "id": "f:2", "conversation": {"id": "c"}}
    assert reply_reference(update) == {"conversation": {"id": "c"}}
