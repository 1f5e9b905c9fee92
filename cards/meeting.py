"""The words of a meeting in Outlook: subject, body and cancellation, always in both languages."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.domain import catalogue
from cards.notices import offering_title
from cards.safe import clean, without_html

if TYPE_CHECKING:
    from bot.domain.sessions import Session
    from bot.i18n import Catalogues, Translator


class MeetingWords:
    """Both official languages in one text, the session's own first.

    The body holds no date, so that moving the meeting leaves its text true.
    """

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues

    def _both(self, session: Session) -> tuple[Translator, Translator]:
        first = session.language
        second = "en" if first == "fr" else "fr"
        make = self._catalogues.translator
        return make(first, session.zone), make(second, session.zone)

    def subject(self, session: Session) -> str:
        """Both titles, the session's language first."""
        return " | ".join(offering_title(session.offering, tr) for tr in self._both(session))

    def body_html(self, session: Session) -> str:
        """What it is, in which language, what to read before, and that nothing is recorded."""
        return "<hr>".join(self._body(session, tr) for tr in self._both(session))

    def cancellation(self, session: Session) -> str:
        """A word of why, in both languages; what the coordinator wrote stands as written.

        Graph does not say whether this is text or HTML, so it is neither's trap.
        """
        said = [tr.t("meeting.cancelled") for tr in self._both(session)]
        if session.cancel_reason:
            said.append(without_html(clean(session.cancel_reason)))
        return "\n\n".join(said)

    def _body(self, session: Session, tr: Translator) -> str:
        offering = catalogue.offering(session.offering)
        language = tr.t(f"common.language.{session.language}")
        lines = [
            tr.t("meeting.series", title=offering_title(session.offering, tr)),
            tr.t("meeting.language", language=language),
            *(tr.t(key) for key in offering.objectives),
        ]
        paragraphs = [f"<p>{escape(lines[0])}</p>", f"<p>{escape(lines[1])}</p>"]
        if lines[2:]:
            points = "".join(f"<li>{escape(line)}</li>" for line in lines[2:])
            paragraphs.append(f"<p>{escape(tr.t('meeting.objectives'))}</p><ul>{points}</ul>")
        if offering.preparation_minutes:
            length = tr.duration(offering.preparation_minutes)
            paragraphs.append(f"<p>{escape(tr.t('meeting.preparation', duration=length))}</p>")
        paragraphs.append(f"<p>{escape(tr.t('meeting.private'))}</p>")
        return f'<div lang="{tr.language}">{"".join(paragraphs)}</div>'
