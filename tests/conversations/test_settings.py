"""Settings: two steps, by clicks or by typed words, saved in the language that was chosen."""

from tests.conversations.talking import MANAGER, STEWARD, Talk
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
    Vancouver …
      ▸ a new card below: Étape 2 de 2; the first says that the form goes on further down
    """
    chat = await talk(STEWARD)
    await chat.say("Parametres")
    await chat.say("english")
    assert people.readers[STEWARD.person_id].language == "en"
