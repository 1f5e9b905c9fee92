"""Settings: two steps, by clicks or by typed words, saved in the language that was chosen."""

from tests.conversations.talking import FACILITATOR, MANAGER, STEWARD, Talk
from tests.fakes.people import FakePeople


async def test_by_clicks(talk: Talk, people: FakePeople) -> None:
    """
    settings
      ▸ Settings · Step 1 of 2 · Language and time zone · [Next]
    zone: Regina, [Next]
      ▸ in place: Step 2 of 2 · Reminders · [Save]
    e-mail only, [Save]
      ▸ in place: Your settings are saved.
    """
    chat = await talk(MANAGER)
    first = await chat.say("settings")
    assert first.splitlines()[:2] == ["Settings", "Step 1 of 2"]
    second = await chat.click("Next", zone="America/Regina")
    assert "Step 2 of 2" in second
    assert "between 8\N{NO-BREAK SPACE}am and 6\N{NO-BREAK SPACE}pm of your own day" in second
    assert "Language and time zone: English, " in second
    record = await chat.click("Save", channels="mail", times="7d")
    assert record.splitlines()[:2] == ["Settings", "Your settings are saved."]
    assert len(chat.messages) == 1
    saved = people.readers[MANAGER.person_id]
    assert (saved.zone, saved.muted) == ("America/Regina", ("chat", "activity"))
    assert saved.skipped_reminders == ("1d", "1h")


async def test_typed_in_french(talk: Talk, people: FakePeople) -> None:
    """
    paramètres
      ▸ Paramètres · Étape 1 de 2
    anglais … suivant … courriel
      ▸ a new card each time; the older one says that the form goes on further down
    save
      ▸ Your settings are saved.  (in the language that was chosen)
    """
    chat = await talk(STEWARD)
    assert "Étape 1 de 2" in await chat.say("Parametres")
    assert "[Langue\u00a0: English]" not in chat.text
    assert "Étape 2 de 2" in await chat.say("heure du Pacifique (Vancouver)")
    assert chat.messages[0].words == "Paramètres\nLa suite du formulaire se trouve plus bas."
    await chat.say("retour")
    await chat.click("Suivant", language="en")
    record = await chat.say("courriel")
    assert record.splitlines()[:2] == ["Settings", "Your settings are saved."]
    saved = people.readers[STEWARD.person_id]
    assert (saved.language, saved.zone) == ("en", "America/Vancouver")
    assert saved.muted == ("chat", "activity")
    assert "What I can do for you now" in await chat.say("aide")


async def test_a_facilitator_has_reminders_of_their_own(talk: Talk, people: FakePeople) -> None:
    chat = await talk(FACILITATOR)
    await chat.say("settings")
    await chat.click("Suivant")
    choices = next(item for item in chat.card["body"] if item.get("id") == "times")["choices"]
    assert [entry["value"] for entry in choices] == ["14d", "7d", "2d", "1d", "1h"]
    await chat.click("Enregistrer", channels="", times="")
    saved = people.readers[FACILITATOR.person_id]
    assert saved.muted == ("chat", "mail", "activity")
    assert saved.skipped_reminders == ("14d", "7d", "2d", "1d", "1h")


async def test_a_zone_that_no_list_has_is_refused(talk: Talk) -> None:
    """
    [Next] with a forged zone ▸ the error at its input; mended ▸ step 2
    """
    chat = await talk(MANAGER)
    await chat.say("settings")
    assert "Choose a time zone of the list." in await chat.click("Next", zone="Mars/Olympus")
    assert "Step 2 of 2" in await chat.click("Next", zone="America/Halifax")
