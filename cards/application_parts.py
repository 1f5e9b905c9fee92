"""The parts that the cards of an application share, and its values in notices and mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.domain import catalogue
from bot.domain.applications import LONGEST_WORDS, Application, ApplicationStatus, EndorserKind
from bot.domain.people import Side
from bot.services.application_form import OTHER_AGENT
from bot.services.application_views import ApplicationView, EndorsementSight
from bot.services.views import Named
from cards import kit

if TYPE_CHECKING:
    from bot.i18n import Translator

_TONES: Final = {
    ApplicationStatus.SUBMITTED: kit.Tone.INFO,
    ApplicationStatus.SUPPORTED: kit.Tone.INFO,
    ApplicationStatus.REFERENCED: kit.Tone.INFO,
    ApplicationStatus.INTERVIEW: kit.Tone.INFO,
    ApplicationStatus.KEPT: kit.Tone.WARNING,
    ApplicationStatus.ACCEPTED: kit.Tone.GOOD,
    ApplicationStatus.IN_ORIENTATION: kit.Tone.GOOD,
    ApplicationStatus.ACTIVE: kit.Tone.GOOD,
}


def badge(status: ApplicationStatus, tr: Translator) -> kit.Element:
    """The state in words, with its colour."""
    word = tr.t(f"application.status.{status.value}")
    return kit.badge(word, _TONES.get(status, kit.Tone.PLAIN))


def name_of(person: Named | None, tr: Translator) -> str:
    """A person's name, or words for one whose name nobody has told yet."""
    return (person.name if person else None) or tr.t("common.somebody")


def endorser_name(view: ApplicationView, kind: EndorserKind, tr: Translator) -> str:
    """The manager's or the reference's name."""
    sight = view.endorsement(kind)
    return name_of(sight.person if sight else None, tr)


def agent_name(agent: str | None, other: str, tr: Translator) -> str:
    """Public Service Alliance of Canada (PSAC); another one as it was typed."""
    if agent is None:
        return ""
    if agent == OTHER_AGENT:
        return other
    entry = catalogue.bargaining_agent(agent)
    return f"{tr.value(entry.name)} ({tr.value(entry.abbreviation)})"


def side_line(side: Side, agent: str | None, other: str, tr: Translator) -> str:
    """For the union, with the bargaining agent."""
    said = tr.t(f"application.side.{side.value}")
    named = agent_name(agent, other, tr)
    return f"{said}; {named}" if named else said


def languages_line(levels: Mapping[str, str], tr: Translator) -> str:
    """English: advanced (C); French: exempt (E)."""
    said = {
        language: tr.t(f"application.level.{levels[language]}.short")
        for language in catalogue.LANGUAGES
    }
    return tr.t("application.languages", **said)


def place_line(organization: str, region: str, tr: Translator) -> str:
    """Organization, region."""
    entry = catalogue.organization(organization)
    return f"{tr.value(entry.name)}, {tr.value(catalogue.region(region).name)}"


def topic_title(entry: catalogue.Offering, tr: Translator) -> str:
    """A title; a workshop says so, since some share theirs with a conversation."""
    title = tr.value(entry.title)
    return (
        title if entry.kind == "conversation" else tr.t("application.topics.workshop", title=title)
    )


def topics_line(topics: Sequence[str], tr: Translator, *, most: int | None = None) -> str:
    """The titles, in the order of the catalogue; beyond `most` they are counted."""
    every = catalogue.teachable_offerings()
    titles = [topic_title(entry, tr) for entry in every if entry.key in topics]
    if most is None or len(titles) <= most:
        return "; ".join(titles)
    return tr.n("application.topics.more", len(titles) - most, names="; ".join(titles[:most]))


def application_facts(application: Application, tr: Translator) -> list[tuple[str, str] | None]:
    """What somebody filled in, short of the two texts: label and value."""
    return [
        (
            tr.t("application.fact.side"),
            side_line(application.side, application.agent, application.agent_other, tr),
        ),
        (tr.t("application.fact.languages"), languages_line(application.levels, tr)),
        (
            tr.t("application.fact.place"),
            place_line(application.organization, application.region, tr),
        ),
        (tr.t("application.fact.topics"), topics_line(application.topics, tr)),
    ]


def endorser_facts(view: ApplicationView, tr: Translator) -> list[tuple[str, str] | None]:
    """The manager and the reference, with how each answered and when."""
    labels = {
        EndorserKind.MANAGER: "application.fact.manager",
        EndorserKind.REFERENCE: "application.fact.reference_person",
    }
    return [(tr.t(labels[sight.kind]), _endorser(sight, tr)) for sight in view.endorsements]


def written_button(
    application: Application, tr: Translator, *, limit: int = LONGEST_WORDS
) -> kit.Element:
    """Opens the two texts, as they were written; each is cut short at the limit."""
    return kit.confirm(
        tr.t("application.written"),
        kit.heading(tr.t("application.step.experience.label"), small=True),
        kit.person_text(application.experience, limit=limit),
        kit.heading(tr.t("application.step.motivation.label"), small=True),
        kit.person_text(application.motivation, limit=limit),
        actions=[],
    )


def application_values(view: ApplicationView, tr: Translator) -> dict[str, str]:
    """What the notices of an application may say."""
    application = view.application
    return {
        "reference": application.reference,
        "applicant": name_of(view.applicant, tr),
        "manager": endorser_name(view, EndorserKind.MANAGER, tr),
        "referee": endorser_name(view, EndorserKind.REFERENCE, tr),
        "side": tr.t(f"common.of_side.{application.side.value}"),
        "region": tr.value(catalogue.region(application.region).name),
        "reason": application.reason,
    }


def application_rows(view: ApplicationView, tr: Translator) -> list[tuple[str, str]]:
    """What a mail about an application says of it, label and value: nothing that is private."""
    application = view.application
    return [
        (tr.t("application.fact.reference"), application.reference),
        (tr.t("application.fact.applicant"), name_of(view.applicant, tr)),
        (
            tr.t("application.fact.side"),
            tr.t(f"application.side.{application.side.value}"),
        ),
    ]


def _endorser(sight: EndorsementSight, tr: Translator) -> str:
    at = sight.answered_at or sight.asked_at
    return tr.t(
        f"application.endorser.{sight.status.value}",
        name=name_of(sight.person, tr),
        date=tr.date(_local(at, tr).date()),
    )


def _local(at: datetime, tr: Translator) -> datetime:
    return at.astimezone(ZoneInfo(tr.zone))
