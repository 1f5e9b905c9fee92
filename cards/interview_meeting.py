"""The words of an interview's meeting in Outlook, always in both languages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cards.safe import clean, without_html

if TYPE_CHECKING:
    from bot.domain.interviews import Interview
    from bot.i18n import Catalogues, Translator


class InterviewMeetingWords:
    """Both official languages in one text, the candidate's own first.

    Like a session's, the body holds no date: moving the meeting leaves its text true. It says
    nothing of the candidate either: calendars are read over shoulders.
    """

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def subject(self, language: str) -> str:
        """What it is."""
        return " | ".join(tr.t("interview.meeting.subject") for tr in self._both(language))

    def body_html(self, language: str) -> str:
        """What it is about, and that nothing is recorded."""
        return "<hr>".join(self._body(tr) for tr in self._both(language))

    def cancellation(self, interview: Interview, language: str) -> str:
        """That it does not take place, and what somebody wrote, as written."""
        said = [tr.t("interview.meeting.cancelled") for tr in self._both(language)]
        if interview.reason:
            said.append(without_html(clean(interview.reason)))
        return "\n\n".join(said)

    def _both(self, language: str) -> tuple[Translator, Translator]:
        other = "en" if language == "fr" else "fr"
        make = self._catalogues.translator
        return make(language, "UTC"), make(other, "UTC")

    def _body(self, tr: Translator) -> str:
        words = (tr.t("interview.meeting.body"), tr.t("interview.meeting.private"))
        paragraphs = "".join(f"<p>{escape(each)}</p>" for each in words)
        return f'<div lang="{tr.language}">{paragraphs}</div>'
