"""The page's side: what a person does, what the program then receives, what the page is told."""

import asyncio
import re

import pytest

from sandbox.people import TENANT_ID
from sandbox.teams.ids import BOT_ID, chat_id, group_id, user_id

from .conftest import CARD, card_message

MANAGER = "manager-halifax"
OTHER = {"type": "AdaptiveCard", "version": "1.5", "body": []}
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
ERROR = "application/vnd.microsoft.error"


async def test_people_are_listed_with_what_the_page_shows(teams):
    status, everyone = await teams.call("GET", "/api/people")
    assert (status, len(everyone)) == (200, len(teams.people.everyone))
    [one] = [each for each in everyone if each["name"] == "Déléguée syndicale, Québec"]
    assert one == {
        "id": teams.people.by_key("union-quebec").id,
        "name": "Déléguée syndicale, Québec",
        "role": {"en": "Union representative", "fr": "Personne déléguée syndicale"},
        "language": "fr",
        "zone": "America/Toronto",
        "initials": "DQ",
        "color": teams.people.by_key("union-quebec").color,
        "unread": 0,
        "installed": False,
    }


async def test_an_install_tells_the_program_once(teams):
    added, installation = await teams.install(MANAGER)
    person = teams.people.by_key(MANAGER)
    assert added == {
        "type": "conversationUpdate",
        "id": added["id"],
        "timestamp": added["timestamp"],
        "localTimestamp": added["localTimestamp"],
        "localTimezone": "America/Halifax",
        "channelId": "msteams",
        "serviceUrl": f"{teams.url}/connector/",
        "from": {"id": user_id(person), "name": "Manager, Halifax", "aadObjectId": person.id},
        "conversation": {
            "conversationType": "personal",
            "tenantId": TENANT_ID,
            "id": chat_id(person),
        },
        "recipient": {"id": BOT_ID, "name": "Empowering Conversations"},
        "entities": [
            {
                "locale": "en-CA",
                "country": "CA",
                "platform": "Web",
                "timezone": "America/Halifax",
                "type": "clientInfo",
            }
        ],
        "channelData": {"tenant": {"id": TENANT_ID}},
        "locale": "en-CA",
        "membersAdded": [{"id": BOT_ID}],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", added["timestamp"])
    assert re.fullmatch(r".*\.\d{3}-0[34]:00", added["localTimestamp"])
    assert (installation["type"], installation["action"]) == ("installationUpdate", "add")
    await teams.page("POST", MANAGER, "install")
    await teams.page("POST", MANAGER, "messages", {"text": "help"})
    assert (await teams.bot.next())["type"] == "message"


async def test_typed_words_reach_the_program_as_from_teams(halifax):
    status, said = await halifax.page("POST", MANAGER, "messages", {"text": "Bonjour <b> & 🙂"})
    activity = await halifax.bot.next()
    assert status == 202
    assert {key: activity[key] for key in ("type", "id", "text", "textFormat", "attachments")} == {
        "type": "message",
        "id": said["id"],
        "text": "Bonjour <b> & 🙂",
        "textFormat": "plain",
        "attachments": [
            {"contentType": "text/html", "content": "<p>Bonjour &lt;b&gt; &amp; 🙂</p>"}
        ],
    }
    [message] = await halifax.messages(MANAGER)
    assert (message["from"], message["text"]) == ("person", "Bonjour <b> & 🙂")


async def test_a_submit_is_a_message_with_a_value_and_no_text(halifax):
    card = await halifax.send(MANAGER)
    body = {"value": {"answer": "yes"}, "replyToId": card}
    assert (await halifax.page("POST", MANAGER, "messages", body))[0] == 202
    activity = await halifax.bot.next()
    assert (activity["type"], activity["value"]) == ("message", {"answer": "yes"})
    assert (activity["replyToId"], "text" in activity) == (card, False)
    assert len(await halifax.messages(MANAGER)) == 1


async def invoke(teams, card, **more):
    body = {"messageId": card, "verb": "request.submit", "data": {"id": "7"}} | more
    return await teams.page("POST", MANAGER, "invoke", body)


async def test_execute_is_an_invoke_whose_card_takes_the_place_of_the_clicked_one(halifax):
    card = await halifax.send(MANAGER, card_message(summary="Kept"))
    reply = {"statusCode": 200, "type": ADAPTIVE, "value": OTHER}
    halifax.bot.answers.append((200, reply))
    assert await invoke(halifax, card, trigger="manual", id="go") == (200, reply)
    activity = await halifax.bot.next()
    assert (activity["type"], activity["name"]) == ("invoke", "adaptiveCard/action")
    assert activity["replyToId"] == card
    assert activity["value"] == {
        "action": {
            "type": "Action.Execute",
            "verb": "request.submit",
            "data": {"id": "7"},
            "id": "go",
        },
        "trigger": "manual",
    }
    [message] = await halifax.messages(MANAGER)
    assert (message["cards"], message["summary"]) == ([OTHER], "Kept")
    assert message["updatedAt"] is not None


async def test_a_card_deleted_while_the_program_answers_stays_deleted(halifax):
    card = await halifax.send(MANAGER)

    async def delete(_):
        await halifax.call("DELETE", f"{halifax.chat(MANAGER)}/activities/{card}")

    halifax.bot.before_answer = delete
    halifax.bot.answers.append((200, {"statusCode": 200, "type": ADAPTIVE, "value": OTHER}))
    assert (await invoke(halifax, card))[0] == 200
    assert await halifax.messages(MANAGER) == []


async def test_a_message_or_an_error_in_the_answer_leaves_the_card(halifax):
    card = await halifax.send(MANAGER)
    message = {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Done.",
    }
    error = {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": "No."}}
    for reply in (message, error):
        halifax.bot.answers.append((200, reply))
        assert await invoke(halifax, card) == (200, reply)
    [shown] = await halifax.messages(MANAGER)
    assert (shown["cards"], shown["updatedAt"]) == ([CARD], None)


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ((500, None), 500, "BotError"),
        ((200, None), 502, "BadAnswer"),
        ((200, {"surprise": 1}), 502, "BadAnswer"),
        ((200, {"statusCode": 200, "type": ADAPTIVE, "value": "text"}), 502, "BadCard"),
        (
            (200, {"statusCode": 200, "type": ADAPTIVE, "value": {"x": "a" * 28_700}}),
            502,
            "BadCard",
        ),
    ],
)
async def test_a_failed_invoke_is_shown_and_the_next_click_works(halifax, answer, status, code):
    card = await halifax.send(MANAGER)
    halifax.bot.answers.append(answer)
    _, body = await invoke(halifax, card)
    assert (body["statusCode"], body["type"], body["value"]["code"]) == (status, ERROR, code)
    good = {"statusCode": 200, "type": ADAPTIVE, "value": OTHER}
    halifax.bot.answers.append((200, good))
    assert await invoke(halifax, card) == (200, good)


async def test_with_the_program_away_a_click_says_so_and_words_are_marked(start_teams):
    async with start_teams(bot_url="http://127.0.0.1:9", retry_pauses=()) as teams:
        await teams.page("POST", MANAGER, "install")
        card = await teams.send(MANAGER)
        _, body = await invoke(teams, card)
        assert (body["statusCode"], body["value"]["code"]) == (502, "BotUnreachable")
        async with teams.events() as events:
            await teams.page("POST", MANAGER, "messages", {"text": "help"})
            assert (await events.next())[0] == "message"
            event, data = await events.next()
            assert (event, data["message"]["failed"]) == ("update", True)


async def test_an_activity_that_was_not_taken_comes_again_the_same(halifax):
    halifax.bot.answers.extend([(503, None), (502, None)])
    await halifax.page("POST", MANAGER, "messages", {"text": "help"})
    first, second, third = [await halifax.bot.next() for _ in range(3)]
    assert first == second == third
    [message] = await halifax.messages(MANAGER)
    assert message["failed"] is False


async def test_people_are_found_by_the_picker_without_the_program(halifax):
    body = {"dataset": "graph.microsoft.com/users?scope=x", "queryText": "st. john's employee"}
    person = halifax.people.by_key("employee-st-johns")
    assert await halifax.page("POST", MANAGER, "search", body) == (
        200,
        {"results": [{"title": "Employee, St. John's", "value": person.id}]},
    )
    everyone = {"dataset": "graph.microsoft.com/users", "queryText": "", "top": 5, "skip": 2}
    _, answer = await halifax.page("POST", MANAGER, "search", everyone)
    assert [each["value"] for each in answer["results"]] == [
        each.id for each in halifax.people.everyone[2:7]
    ]


async def test_other_searches_are_asked_of_the_program(halifax):
    card = await halifax.send(MANAGER)
    results = [{"title": "Statistics Canada", "value": "2293"}]
    reply = {
        "statusCode": 200,
        "type": "application/vnd.microsoft.search.searchResponse",
        "value": {"results": results},
    }
    halifax.bot.answers.append((200, reply))
    body = {"messageId": card, "dataset": "organizations", "queryText": "stat", "top": 7, "skip": 0}
    assert await halifax.page("POST", MANAGER, "search", body) == (200, {"results": results})
    activity = await halifax.bot.next()
    assert (activity["name"], activity["replyToId"]) == ("application/search", card)
    assert activity["value"] == {
        "queryText": "stat",
        "queryOptions": {"skip": 0, "top": 7},
        "dataset": "organizations",
    }
    halifax.bot.answers.append((500, None))
    _, failed = await halifax.page("POST", MANAGER, "search", body)
    assert (failed["results"], failed["error"]["code"]) == ([], "BotError")


async def test_the_page_hears_of_everything(halifax):
    person = halifax.people.by_key(MANAGER).id
    async with halifax.events() as events:
        await halifax.call("POST", f"{halifax.chat(MANAGER)}/activities", {"type": "typing"})
        assert await events.next() == ("typing", {"person": person, "typing": True})
        card = await halifax.send(MANAGER)
        [message] = await halifax.messages(MANAGER)
        assert await events.next() == ("typing", {"person": person, "typing": False})
        assert await events.next() == ("message", {"person": person, "message": message})
        assert await events.next() == ("unread", {"person": person, "unread": 1})
        path = f"{halifax.chat(MANAGER)}/activities/{card}"
        await halifax.call("PUT", path, {"type": "message", "text": "New"})
        [message] = await halifax.messages(MANAGER)
        assert await events.next() == ("update", {"person": person, "message": message})
        await halifax.page("POST", MANAGER, "read")
        assert await events.next() == ("unread", {"person": person, "unread": 0})
        await halifax.call("DELETE", path)
        assert await events.next() == ("delete", {"person": person, "id": card})
        assert await events.next() == ("unread", {"person": person, "unread": 0})
        await halifax.page("POST", MANAGER, "uninstall")
        gone = {"person": person, "installed": False, "blocked": False}
        assert await events.next() == ("people", gone)
        await halifax.call("POST", "/clock", {"advance": 60})
        event, data = await events.next()
        assert (event, data["offset"]) == ("clock", 60.0)


async def test_a_closed_page_is_forgotten(halifax):
    async with halifax.events():
        pass
    await halifax.send(MANAGER)
    async with halifax.events() as events:
        await halifax.send(MANAGER)
        assert (await events.next())[0] == "message"


async def test_a_group_chat_mentions_the_bot(teams):
    person = teams.people.by_key("manager-ottawa")
    body = {"person": person.id, "text": "help"}
    path = "/api/groups/benefits-ottawa/messages"
    assert (await teams.call("POST", path, body))[0] == 202
    activity = await teams.bot.next()
    group = group_id(teams.people.teams["benefits-ottawa"])
    assert activity["conversation"] == {
        "conversationType": "groupChat",
        "tenantId": TENANT_ID,
        "id": group,
        "isGroup": True,
    }
    assert activity["text"] == "<at>Empowering Conversations</at> help"
    assert activity["entities"][0]["mentioned"]["id"] == BOT_ID
    answer = {"type": "message", "text": "Here."}
    sent, _ = await teams.call("POST", f"/connector/v3/conversations/{group}/activities", answer)
    assert sent == 201
    stranger = teams.people.by_key("administrator").id
    assert (await teams.call("POST", path, {"person": stranger, "text": "x"}))[0] == 404
    assert (await teams.call("POST", path, {"text": "x"}))[0] == 400


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("messages", {"text": "  "}, 400),
        ("messages", {"text": "a" * 14_337}, 413),
        ("messages", {"words": "x"}, 400),
        ("messages", {"text": "\ud800"}, 400),
        ("messages", {"value": {}, "replyToId": "none"}, 404),
        ("invoke", {"messageId": "none", "verb": "x"}, 404),
        ("invoke", {"verb": "x"}, 400),
        ("search", {"queryText": "x"}, 400),
        ("block", {"blocked": "yes"}, 400),
    ],
)
async def test_what_the_page_gets_wrong_is_refused(halifax, what, body, status):
    assert (await halifax.page("POST", MANAGER, what, body))[0] == status
    assert (await halifax.page("POST", MANAGER, "messages", {"text": "help"}))[0] == 202
    assert (await halifax.bot.next())["text"] == "help"


async def test_nobody_writes_before_the_app_is_there_and_nobody_unknown_at_all(teams):
    assert (await teams.page("POST", MANAGER, "messages", {"text": "hi"}))[0] == 409
    assert (await teams.call("GET", "/api/people/nobody/messages"))[0] == 404
    status, _, _ = await teams.raw("POST", f"/api/people/{teams.people.everyone[0].id}/block")
    assert status == 400


async def test_ten_thousand_characters_go_through(halifax):
    text = "é" * 10_000
    await halifax.page("POST", MANAGER, "messages", {"text": text})
    assert (await halifax.bot.next())["text"] == text


async def test_words_arrive_in_the_order_in_which_they_were_typed(halifax):
    words = [str(number) for number in range(10)]
    for word in words:
        await halifax.page("POST", MANAGER, "messages", {"text": word})
    assert [(await halifax.bot.next())["text"] for _ in words] == words


async def test_everything_is_found_again_after_a_stop(start_teams):
    async with start_teams() as teams:
        await teams.install(MANAGER)
        await teams.send(MANAGER)
        await teams.page("POST", MANAGER, "read")
        await teams.send(MANAGER)
        before = await teams.messages(MANAGER)
        _, people_before = await teams.call("GET", "/api/people")
    async with start_teams() as teams:
        assert await teams.messages(MANAGER) == before
        assert (await teams.call("GET", "/api/people"))[1] == people_before
        await teams.page("POST", MANAGER, "messages", {"text": "help"})
        assert (await teams.bot.next())["text"] == "help"


async def test_the_server_stops_with_a_page_open(start_teams):
    async with asyncio.timeout(10):
        async with start_teams() as teams:
            response = teams.events()
            events = await response.__aenter__()
            await teams.call("POST", "/clock", {"reset": True})
            assert (await events.next())[0] == "clock"
            await response.__aexit__(None, None, None)


async def test_links_lead_to_calendars_and_mail(teams):
    assert await teams.call("GET", "/api/links") == (200, {"graph": "http://127.0.0.1:3980/"})


async def test_the_page_and_its_libraries_are_served(start_teams):
    async with start_teams(serve_axe=True) as teams:
        for path in ("/vendor/adaptivecards.min.js", "/vendor/axe.min.js"):
            assert (await teams.raw("GET", path))[0] == 200
    async with start_teams() as teams:
        assert (await teams.raw("GET", "/vendor/axe.min.js"))[0] == 404
