"""The connector's side: what the program sends, and what Teams answers."""

import pytest

from sandbox.people import TENANT_ID
from sandbox.teams.ids import BOT_ID, chat_id, group_id, team_id, user_id

from .conftest import CARD, card_message

MANAGER = "manager-halifax"


async def create(teams, member_id, **more):
    body = {"bot": {"id": BOT_ID}, "members": [{"id": member_id}], "tenantId": TENANT_ID} | more
    return await teams.call("POST", "/connector/v3/conversations", body)


def refusal(code, message):
    return {"error": {"code": code, "message": message}}


async def test_a_conversation_is_created_with_an_object_id_or_a_teams_id(halifax):
    person = halifax.people.by_key(MANAGER)
    expected = {"id": chat_id(person), "serviceUrl": f"{halifax.url}/connector/"}
    assert await create(halifax, person.id) == (201, expected)
    assert await create(halifax, user_id(person)) == (201, expected)
    assert await create(halifax, person.id, tenantId=None) == (201, expected)


async def test_a_conversation_may_begin_with_an_activity(halifax):
    person = halifax.people.by_key(MANAGER)
    status, body = await create(halifax, person.id, activity=card_message(summary="Hello"))
    assert status == 201
    [message] = await halifax.messages(MANAGER)
    assert (message["id"], message["summary"]) == (body["activityId"], "Hello")


@pytest.mark.parametrize(
    ("member", "more", "status", "code"),
    [
        ("29:of-another-bot", {}, 400, "BadArgument"),
        ("00000000-0000-4000-8000-000000000000", {}, 403, "ForbiddenOperationException"),
        ("", {"members": []}, 400, "BadArgument"),
        ("", {"members": None}, 400, "BadArgument"),
        ("", {"members": [{"id": "a"}, {"id": "b"}]}, 400, "BadArgument"),
        ("", {"tenantId": "11111111-1111-4111-8111-111111111111"}, 400, "BadArgument"),
    ],
)
async def test_a_conversation_that_cannot_be_is_refused(halifax, member, more, status, code):
    answered, body = await create(halifax, member, **more)
    assert (answered, body["error"]["code"]) == (status, code)
    assert (await create(halifax, halifax.people.by_key(MANAGER).id))[0] == 201


async def test_the_organization_installs_the_app_for_a_person_whom_the_bot_writes_to_first(teams):
    person = teams.people.by_key("coordinator-union-ncr")
    assert (await create(teams, person.id))[0] == 201
    await teams.send("coordinator-union-ncr")
    assert [(await teams.bot.next())["type"] for _ in range(2)] == [
        "conversationUpdate",
        "installationUpdate",
    ]
    _, everyone = await teams.call("GET", "/api/people")
    [one] = [each for each in everyone if each["id"] == person.id]
    assert (one["installed"], one["unread"]) == (True, 1)


async def test_without_that_policy_the_bot_may_not_write_first(start_teams):
    async with start_teams(policy_install=False) as teams:
        person = teams.people.by_key(MANAGER)
        expected = refusal(
            "ForbiddenOperationException", "The bot is not installed in user's personal scope"
        )
        assert await create(teams, person.id) == (403, expected)
        assert await teams.call("POST", f"{teams.chat(MANAGER)}/activities", card_message()) == (
            404,
            refusal("ConversationNotFound", "Conversation not found."),
        )
        await teams.install(MANAGER)
        assert (await create(teams, person.id))[0] == 201


async def test_a_message_is_sent_changed_and_deleted(halifax):
    message_id = await halifax.send(MANAGER, card_message(text="Hello", summary="One"))
    [sent] = await halifax.messages(MANAGER)
    assert sent == {
        "id": message_id,
        "from": "bot",
        "at": sent["at"],
        "text": "Hello",
        "cards": [CARD],
        "summary": "One",
        "updatedAt": None,
        "failed": False,
    }
    path = f"{halifax.chat(MANAGER)}/activities/{message_id}"
    changed = {"type": "message", "text": "Changed", "id": message_id}
    assert await halifax.call("PUT", path, changed) == (200, {"id": message_id})
    [message] = await halifax.messages(MANAGER)
    assert (message["text"], message["cards"]) == ("Changed", [])
    assert message["updatedAt"] is not None
    assert (await halifax.call("DELETE", path))[0] == 200
    assert await halifax.messages(MANAGER) == []
    gone = refusal(
        "ActivityNotFoundInConversation",
        "The message ID provided couldn't be found in the conversation.",
    )
    assert await halifax.call("DELETE", path) == (404, gone)
    assert await halifax.call("PUT", path, changed) == (404, gone)


async def test_a_reply_is_a_message_too(halifax):
    path = f"{halifax.chat(MANAGER)}/activities/f:an-invoke"
    status, _ = await halifax.call("POST", path, {"type": "message", "text": "Answer"})
    assert status == 201
    assert [message["text"] for message in await halifax.messages(MANAGER)] == ["Answer"]


async def test_the_bot_may_not_change_what_a_person_wrote(halifax):
    _, said = await halifax.page("POST", MANAGER, "messages", {"text": "help"})
    path = f"{halifax.chat(MANAGER)}/activities/{said['id']}"
    status, body = await halifax.call("PUT", path, {"type": "message", "text": "x"})
    assert (status, body["error"]["code"]) == (403, "NotEnoughPermissions")


async def test_typing_shows_until_the_next_message_and_is_not_kept(halifax):
    status, body = await halifax.call(
        "POST", f"{halifax.chat(MANAGER)}/activities", {"type": "typing"}
    )
    assert (status, body) == (201, {})
    _, chat = await halifax.page("GET", MANAGER, "messages")
    assert (chat["typing"], chat["messages"]) == (True, [])
    await halifax.send(MANAGER)
    _, chat = await halifax.page("GET", MANAGER, "messages")
    assert (chat["typing"], len(chat["messages"])) == (False, 1)


@pytest.mark.parametrize(
    ("activity", "status", "code"),
    [
        ({"type": "message"}, 400, "BadArgument"),
        ({"type": "message", "text": 5}, 400, "BadArgument"),
        ({"type": "trace", "text": "x"}, 400, "BadArgument"),
        ({"type": "message", "text": "\ud800"}, 400, "BadArgument"),
        (["message"], 400, "BadArgument"),
        ({"type": "message", "attachments": [{"contentType": "text/html"}]}, 400, "BadArgument"),
        (
            {
                "type": "message",
                "attachments": [{"contentType": "application/x", "content": CARD}],
            },
            400,
            "BadArgument",
        ),
        ({"type": "message", "text": "a" * 51_200}, 413, "MessageSizeTooBig"),
        (card_message({"type": "AdaptiveCard", "x": "a" * 28_700}), 413, "MessageSizeTooBig"),
    ],
)
async def test_a_message_that_teams_would_refuse_is_refused(halifax, activity, status, code):
    path = f"{halifax.chat(MANAGER)}/activities"
    answered, body = await halifax.call("POST", path, activity)
    assert (answered, body["error"]["code"]) == (status, code)
    assert await halifax.messages(MANAGER) == []
    await halifax.send(MANAGER)
    assert len(await halifax.messages(MANAGER)) == 1


async def test_a_body_that_is_not_json_is_refused(halifax):
    path = f"{halifax.chat(MANAGER)}/activities"
    status, text, _ = await halifax.raw("POST", path, data=b"\xff{")
    assert (status, '"BadArgument"' in text) == (400, True)


async def test_an_unknown_conversation_is_not_found(halifax):
    answer = await halifax.call(
        "POST", "/connector/v3/conversations/a:nobody/activities", card_message()
    )
    assert answer == (404, refusal("ConversationNotFound", "Conversation not found."))


async def test_after_an_uninstall_the_bot_is_not_in_the_roster(halifax):
    await halifax.page("POST", MANAGER, "uninstall")
    removed = await halifax.bot.next()
    assert (removed["type"], removed["action"]) == ("installationUpdate", "remove")
    path = f"{halifax.chat(MANAGER)}/activities"
    expected = refusal(
        "BotNotInConversationRoster", "The bot is not part of the conversation roster."
    )
    assert await halifax.call("POST", path, card_message()) == (403, expected)
    person = halifax.people.by_key(MANAGER)
    status, body = await create(halifax, person.id)
    assert (status, body["error"]["code"]) == (403, "ForbiddenOperationException")
    await halifax.install(MANAGER)
    await halifax.send(MANAGER)


async def test_a_person_who_blocks_the_bot_gets_nothing(halifax):
    assert (await halifax.page("POST", MANAGER, "block", {"blocked": True}))[0] == 200
    path = f"{halifax.chat(MANAGER)}/activities"
    expected = refusal("ConversationBlockedByUser", "User blocked the conversation with the bot.")
    assert await halifax.call("POST", path, card_message()) == (403, expected)
    assert (await halifax.page("POST", MANAGER, "messages", {"text": "hi"}))[0] == 409
    await halifax.page("POST", MANAGER, "block", {"blocked": False})
    await halifax.send(MANAGER)


async def test_members_are_known_by_both_ids(halifax):
    person = halifax.people.by_key(MANAGER)
    expected = {
        "id": user_id(person),
        "objectId": person.id,
        "aadObjectId": person.id,
        "name": "Manager, Halifax",
        "givenName": "Manager",
        "surname": "Halifax",
        "email": "manager-halifax@sandbox.example",
        "userPrincipalName": "manager-halifax@sandbox.example",
        "tenantId": TENANT_ID,
        "userRole": "user",
    }
    chat = halifax.chat(MANAGER)
    assert await halifax.call("GET", f"{chat}/members") == (200, [expected])
    assert await halifax.call("GET", f"{chat}/members/{person.id}") == (200, expected)
    assert await halifax.call("GET", f"{chat}/members/{user_id(person)}") == (200, expected)
    stranger = halifax.people.by_key("administrator").id
    status, body = await halifax.call("GET", f"{chat}/members/{stranger}")
    assert (status, body["error"]["code"]) == (404, "MemberNotFoundInConversation")


async def test_a_groups_members_come_in_pages(teams):
    team = teams.people.teams["benefits-ottawa"]
    path = f"/connector/v3/conversations/{group_id(team)}/pagedmembers"
    names, token, pages = [], "", 0
    while token is not None:
        status, body = await teams.call("GET", f"{path}?pageSize=3&continuationToken={token}")
        assert status == 200
        names += [member["name"] for member in body["members"]]
        token, pages = body.get("continuationToken"), pages + 1
    assert pages == 2
    assert names == [person.name for person in teams.people.of_team("benefits-ottawa")]
    for wrong in ("pageSize=0", "pageSize=x", "continuationToken=99"):
        assert (await teams.call("GET", f"{path}?{wrong}"))[0] == 400


async def test_a_team_tells_its_name_and_channel(teams):
    team = teams.people.teams["benefits-ottawa"]
    path = f"/connector/v3/teams/{team_id(team)}"
    status, body = await teams.call("GET", path)
    assert (status, body["name"], body["memberCount"]) == (200, "Benefits Delivery, Ottawa", 4)
    assert await teams.call("GET", f"{path}/conversations") == (
        200,
        {"conversations": [{"id": team_id(team)}]},
    )
    for suffix in ("", "/conversations"):
        assert (await teams.call("GET", f"/connector/v3/teams/19:none{suffix}"))[0] == 404
