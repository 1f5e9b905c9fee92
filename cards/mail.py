"""Mail: the same notice and facts as the card, in both languages, the reader's own first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.services.views import AssignmentView, SessionView
from cards.notices import Notice, View, notice_text, offering_title, person_name

if TYPE_CHECKING:
    from bot.i18n import Translator

STYLE = "font-family:Segoe UI,Arial,sans-serif;font-size:15px;line-height:1.5;color:#242424"
MOST_IN_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail's words; `html` is whole and has no outside images."""

    subject: str
    html: str


def build_mail(
    notice: Notice, view: View | None, tr: Translator, other: Translator, bot_link: str | None
) -> MailText:
    """Word a notice as a mail: the reader's language, then the other official language."""
    title = f"{notice_text(notice, view, tr)} | {notice_text(notice, view, other)}"
    parts = [_part(notice, view, one, bot_link) for one in (tr, other)]
    body = '<hr style="border:0;border-top:1px solid #767676;margin:24px 0">'.join(parts)
    page = (
        f'<!DOCTYPE html><html lang="{tr.language}"><head><meta charset="utf-8">'
        f"<title>{escape(tr.t('mail.title'))}</title></head>"
        f'<body style="{STYLE}">{body}</body></html>'
    )
    return MailText(_one_line(title), page)


def _part(notice: Notice, view: View | None, tr: Translator, bot_link: str | None) -> str:
    lines = [f"<p><strong>{escape(notice_text(notice, view, tr))}</strong></p>"]
    lines += [
        f"<p><strong>{escape(tr.t('card.fact', label=label))}</strong> {value}</p>"
        for label, value in _facts(view, tr)
    ]
    if bot_link:
        link = f'<a href="{escape(bot_link)}">{escape(tr.t("mail.open_chat"))}</a>'
        lines.append(f"<p>{link}</p>")
    lines.append(f"<p>{escape(tr.t('mail.why'))}</p>")
    return f'<div lang="{tr.language}">{"".join(lines)}</div>'


def _facts(view: View | None, tr: Translator) -> Sequence[tuple[str, str]]:
    """Label and value (HTML) of a session; a request is told by its sentence alone."""
    sight = view.session if isinstance(view, AssignmentView) else view
    if not isinstance(sight, SessionView):
        return ()
    session = sight.session
    rows = [
        (tr.t("mail.what"), escape(offering_title(session.offering, tr))),
        (
            tr.t("mail.when"),
            escape(tr.sentence(tr.when(session.starts_at, session.ends_at, session.zone))),
        ),
        (tr.t("mail.where"), escape(session.place or tr.t("common.online"))),
    ]
    names = [person_name(lead.person, tr) for lead in sight.leads]
    if names:
        rows.append((tr.t("mail.leads"), escape(tr.list_and(names))))
    if session.join_url:
        link = f'<a href="{escape(session.join_url)}">{escape(tr.t("mail.join_link"))}</a>'
        rows.append((tr.t("mail.join"), link))
    return rows


def _one_line(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= MOST_IN_SUBJECT else joined[: MOST_IN_SUBJECT - 1] + "…"
