import aiohttp
import pytest

from bot.domain.errors import Gone, OutsideFault, Rejected, Unreachable
from bot.services.ports import ChatAddress
from bot.teams.chats import TeamsChats
from bot.teams.connector import Connector
from bot.teams.credentials import NoTokens
from bot.teams.service_urls import ServiceUrls
from tests.fakes.bot_framework import APP_ID, TENANT, BotFramework, Scripted

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
PERSON = "33333333-3333-3333-3333-333333333333"


@pytest.fixture
def chats(session: aiohttp.ClientSession) -> TeamsChats:
    connector = Connector(session, NoTokens(), ServiceUrls((), sandbox=True))
    return TeamsChats(connector, APP_ID)


@pytest.fixture
def chat(framework: BotFramework) -> ChatAddress:
    return ChatAddress("a:1", framework.service_url)


async def test_a_personal_chat_is_opened(chats: TeamsChats, framework: BotFramework):
    framework.scripted.append(Scripted(201, {"id": "a:new"}))
    url = framework.service_url
    assert await chats.open(PERSON, TENANT, url) == ChatAddress("a:new", url)
    assert framework.calls[0].body == {
        "isGroup": False,
        "bot": {"id": f"28:{APP_ID}"},
        "members": [{"id": PERSON, "aadObjectId": PERSON}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "BotNotInConversationRoster", Unreachable),
        (403, "ForbiddenOperationException", Unreachable),
        (404, None, Unreachable),
        (400, "BadSyntax", Rejected),
        (500, None, OutsideFault),
    ],
)
async def test_a_chat_that_cannot_be_opened(
    chats: TeamsChats,
    framework: BotFramework,
    status: int,
    code: str | None,
    kind: type[OutsideFault],
):
    framework.scripted.append(Scripted(status, {"error": {"code": code}} if code else {}))
    with pytest.raises(OutsideFault) as caught:
        await chats.open(PERSON, TENANT, framework.service_url)
    assert type(caught.value) is kind


async def test_a_chat_that_opens_without_an_id(chats: TeamsChats, framework: BotFramework):
    framework.scripted.append(Scripted(201, {}))
    with pytest.raises(OutsideFault, match=r"teams\.no_conversation_id"):
        await chats.open(PERSON, TENANT, framework.service_url)


async def test_a_card_is_sent_and_replaced(
    chats: TeamsChats, chat: ChatAddress, framework: BotFramework
):
    activity_id = await chats.send(chat, CARD, summary="Rappel")
    await chats.update(chat, activity_id, CARD, summary="Rappel, changé")
    first, second = framework.calls
    assert (first.method, first.path) == ("POST", "/v3/conversations/a%3A1/activities")
    assert (second.method, second.path) == ("PUT", "/v3/conversations/a%3A1/activities/sent-1")
    assert first.body == {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": framework.service_url,
        "from": {"id": f"28:{APP_ID}"},
        "conversation": {"id": "a:1"},
        "summary": "Rappel",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
        ],
    }


async def test_a_card_that_may_have_arrived_is_not_sent_again(
    chats: TeamsChats, chat: ChatAddress, framework: BotFramework
):
    framework.scripted.append(Scripted(504, {}))
    with pytest.raises(OutsideFault, match=r"teams\.504"):
        await chats.send(chat, CARD, summary="Rappel")
    assert len(framework.calls) == 1


async def test_a_card_that_is_gone(chats: TeamsChats, chat: ChatAddress, framework: BotFramework):
    framework.scripted.append(Scripted(404, {}))
    with pytest.raises(Gone):
        await chats.update(chat, "old", CARD, summary="Rappel")
