"""What may be typed in an application's steps, in both languages whatever the reader's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.i18n import Catalogues
from dialogs.application_interests import Languages, Topics, Workplace
from dialogs.application_steps import Agent, WhichSide

CATALOGUES = Catalogues.load()


def ctx(language: str) -> Any:
    tr = CATALOGUES.translator(language, "America/Toronto")
    return SimpleNamespace(tr=tr, catalogues=CATALOGUES)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        ("anglais avancé et français exempté", "c", "e"),
        ("français : C, anglais : B", "b", "c"),
        ("English advanced; French little or none", "c", "none"),
        ("anglais: aucun, francais: e", "none", "e"),
        ("I am fluent in English, French is my first language", "c", "e"),
        ("je parle couramment anglais\nfrançais niveau b", "c", "b"),
    ],
)
async def test_levels_after_their_languages(
    language: str, typed: str, english: str, french: str
) -> None:
    heard = await Languages().hear(typed, {}, ctx(language))
    assert heard == {"level_en": english, "level_fr": french}


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("en", "level_en", "level_fr"), ("fr", "level_fr", "level_en")],
)
async def test_levels_alone_go_to_the_readers_own_language_first(
    language: str, first: str, second: str
) -> None:
    answers: dict[str, Any] = {}
    assert await Languages().hear("C", answers, ctx(language)) == {first: "c"}
    assert await Languages().hear("intermediate", answers, ctx(language)) == {second: "b"}
    with pytest.raises(Refusal) as refused:
        await Languages().hear("e", answers, ctx(language))
    assert (refused.value.code, refused.value.field) == ("level_unknown", first)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("Santé mentale", "mental-health"),
        ("sante mentale au travail", "mental-health-workshop"),
        ("retour sur le lieu de travail : et maintenant, quoi?", "returning-to-the-workplace"),
        ("compréhension", "understanding-the-collective-agreement"),
        ("anti racism and mental health", "anti-racism,mental-health"),
        ("2; 4, 4", "labour-management-consultation,anti-racism"),
        ("duty to accommodate", "duty-to-accommodate-workshop"),
    ],
)
async def test_topics(typed: str, keys: str) -> None:
    for language in ("en", "fr"):
        assert await Topics().hear(typed, {}, ctx(language)) == {"topics": keys}


@pytest.mark.parametrize("typed", ["gardening", "99", "m", "mental health, gardening"])
async def test_no_topic(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        await Topics().hear(typed, {}, ctx("en"))
    assert refused.value.code == "topic_unknown"


async def test_nothing_at_all_is_no_topic() -> None:
    assert await Topics().hear(" , ", {}, ctx("en")) is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("AFPC", "PSAC"),
        ("public service alliance", "PSAC"),
        ("cape", "CAPE"),
        ("Institut professionnel de la fonction publique du Canada", "PIPSC"),
        ("ucco", "UCCO-SACC-CSN"),
    ],
)
async def test_bargaining_agents(typed: str, key: str) -> None:
    assert await Agent().hear(typed, {}, ctx("fr")) == {"agent": key, "agent_other": ""}


@pytest.mark.parametrize("typed", ["association", "canad", "xyz"])
async def test_no_bargaining_agent(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        await Agent().hear(typed, {}, ctx("en"))
    assert refused.value.code == "agent_unknown"


@pytest.mark.parametrize(
    ("typed", "side"),
    [
        ("gestionnaire", "employer"),
        ("je suis déléguée syndicale", "union"),
        ("Employeur", "employer"),
    ],
)
async def test_sides(typed: str, side: str) -> None:
    assert await WhichSide().hear(typed, {}, ctx("fr")) == {"side": side}


async def test_a_side_that_is_none() -> None:
    assert await WhichSide().hear("both", {}, ctx("en")) is None


async def test_an_organization_and_then_the_beginning_of_a_region() -> None:
    answers: dict[str, Any] = {}
    assert await Workplace().hear("agriculture", answers, ctx("en")) == {"organization": "2222"}
    assert await Workplace().hear("prairies", answers, ctx("en")) == {"region": "prairies-nwt"}
    assert answers == {"organization": "2222", "region": "prairies-nwt"}
    assert await Workplace().hear("x" * 500, answers, ctx("en")) is None


@pytest.mark.parametrize(
    ("typed", "organization", "region"),
    [
        ("agriculture, capitale nationale", "2222", "national-capital"),
        ("Innovation, Science and Economic Development Canada, Quebec", "2231", "quebec"),
        ("agriculture, prairies", "2222", "prairies-nwt"),
    ],
)
async def test_an_organization_and_a_region_at_once(
    typed: str, organization: str, region: str
) -> None:
    answers: dict[str, Any] = {}
    both = {"organization": organization, "region": region}
    assert await Workplace().hear(typed, answers, ctx("fr")) == answers == both
