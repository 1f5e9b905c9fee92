"""The words of a cohort's series in Outlook, always in both languages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.domain import catalogue
from cards.safe import clean, without_html

if TYPE_CHECKING:
    from bot.domain.cohorts import Cohort
    from bot.i18n import Catalogues, Translator


class CohortWords:
    """Both official languages in one text, the cohort's own first. The body holds no date."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def subject(self, cohort: Cohort) -> str:
        """Both titles."""
        return " | ".join(tr.t("cohort.meeting.subject") for tr in self._both(cohort))

    def body_html(self, cohort: Cohort) -> str:
        """What it is, in which language, on which topics."""
        return "<hr>".join(_body(cohort, tr) for tr in self._both(cohort))

    def cancellation(self, cohort: Cohort) -> str:
        """A word of why, in both languages; what was written stands as written."""
        said = [tr.t("cohort.meeting.cancelled") for tr in self._both(cohort)]
        if cohort.cancel_reason:
            said.append(without_html(clean(cohort.cancel_reason)))
        return "\n\n".join(said)

    def _both(self, cohort: Cohort) -> tuple[Translator, Translator]:
        second = "en" if cohort.language == "fr" else "fr"
        make = self._catalogues.translator
        return make(cohort.language, cohort.zone), make(second, cohort.zone)


def _body(cohort: Cohort, tr: Translator) -> str:
    titles = (catalogue.offering(key).title for key in cohort.topics)
    topics = [title.get(tr.language) or next(iter(title.values())) for title in titles]
    points = "".join(f"<li>{escape(topic)}</li>" for topic in topics)
    language = tr.t(f"common.language.{cohort.language}")
    paragraphs = [
        f"<p>{escape(tr.t('cohort.meeting.body'))}</p>",
        f"<p>{escape(tr.t('cohort.meeting.language', language=language))}</p>",
        f"<p>{escape(tr.t('cohort.meeting.topics'))}</p><ul>{points}</ul>",
        f"<p>{escape(tr.t('cohort.meeting.private'))}</p>",
    ]
    return f'<div lang="{tr.language}">{"".join(paragraphs)}</div>'
