"""What somebody fills in to become a facilitator, and whether it can be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import catalogue
from bot.domain.applications import FLUENT, LONGEST_WORDS, EndorserKind, Level
from bot.domain.errors import Refusal
from bot.domain.people import Side
from bot.services.request_form import check_places

FLOW = "application"  # the form, and what its draft is kept under
OTHER_AGENT = "other"
LONGEST_AGENT = 120  # characters of the name of a bargaining agent that the facts do not list


@dataclass(frozen=True, slots=True)
class ApplicationForm:
    """What somebody filled in. `levels` maps "en" and "fr" to a `Level`'s value.

    `form_id` names the form: the same one submitted twice makes one application. `sealed` is
    what they said of themselves, sealed already; None where they said nothing.
    """

    form_id: str
    side: Side
    levels: Mapping[str, str]
    organization: str
    region: str
    zone: str
    topics: tuple[str, ...]
    experience: str
    motivation: str
    manager_id: str
    reference_id: str
    agent: str | None = None
    agent_other: str = ""
    sealed: str | None = None


def check_form(form: ApplicationForm, applicant_id: str) -> None:
    """Refuse what cannot be taken, naming the input that it stands at."""
    check_agent(form.side, form.agent, form.agent_other)
    check_levels(form.levels)
    check_places(form.organization, form.region)
    check_topics(form.topics)
    check_words("experience", form.experience)
    check_words("motivation", form.motivation)
    check_endorsers(form.side, applicant_id, form.manager_id, form.reference_id)


def check_agent(side: Side, agent: str | None, other: str) -> None:
    """Who is on the union's side has a bargaining agent: of the facts, or another with a name.

    Raises:
        Refusal: `agent_missing`, `agent_other_missing`, `too_long_by`.
    """
    if side is Side.EMPLOYER:
        return
    if agent != OTHER_AGENT and agent not in {a.key for a in catalogue.bargaining_agents()}:
        raise Refusal("agent_missing", field="agent")
    if agent == OTHER_AGENT:
        if not other.strip():
            raise Refusal("agent_other_missing", field="agent_other")
        check_length("agent_other", other, LONGEST_AGENT)


def check_levels(levels: Mapping[str, str]) -> None:
    """Both languages have a level, and one is spoken well enough to lead in.

    Raises:
        Refusal: `level_missing` at the language's input, `level_too_low`.
    """
    for language in catalogue.LANGUAGES:
        if levels.get(language) not in {level.value for level in Level}:
            raise Refusal("level_missing", field=f"level_{language}")
    if not any(Level(levels[language]) in FLUENT for language in catalogue.LANGUAGES):
        raise Refusal("level_too_low", field="level_fr")


def check_topics(topics: tuple[str, ...]) -> None:
    """At least one, and only those that somebody can be trained in.

    Raises:
        Refusal: `topics_missing`, `topic_unavailable`.
    """
    if not topics:
        raise Refusal("topics_missing", field="topics")
    if not set(topics) <= {entry.key for entry in catalogue.teachable_offerings()}:
        raise Refusal("topic_unavailable", field="topics")


def check_words(field: str, text: str) -> None:
    """Something is said, and not too much. Raises `Refusal`: `required`, `too_long_by`."""
    if not text.strip():
        raise Refusal("required", field=field)
    check_length(field, text, LONGEST_WORDS)


def check_length(field: str, text: str, limit: int) -> None:
    """Refuse a text that is too long, saying by how much: `too_long_by`."""
    over = len(text.strip()) - limit
    if over > 0:
        raise Refusal("too_long_by", field=field, limit=limit, n=over)


def check_endorsers(
    side: Side,
    applicant_id: str,
    manager_id: str | None,
    reference_id: str | None,
    *,
    changed: EndorserKind = EndorserKind.REFERENCE,
) -> None:
    """The two who are asked are somebody else; for the union they are two people.

    `changed` is the one whose input is in view: a refusal of both stands there.

    Raises:
        Refusal: `manager_is_self`, `reference_is_self`, `reference_is_manager`.
    """
    if manager_id == applicant_id:
        raise Refusal("manager_is_self", field="manager")
    if reference_id == applicant_id:
        raise Refusal("reference_is_self", field="reference")
    if side is Side.UNION and manager_id is not None and manager_id == reference_id:
        raise Refusal("reference_is_manager", field=changed.value)
