"""Mail: the same notice and facts as the card, in both languages, the reader's own first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.domain.sessions import AssignmentStatus
from bot.services.application_views import ApplicationView
from bot.services.cohort_views import CohortView
from bot.services.endorsements import EndorsementView
from bot.services.outlook_views import OutlookView
from bot.services.selection_views import InterviewView, SelectionView
from bot.services.views import AssignmentView, RequestView, SessionView
from cards.application_parts import application_rows
from cards.cohort_words import mail_facts
from cards.endorsement import endorsement_facts
from cards.notices import Notice, View, notice_text, offering_title, person_name
from cards.outlook_words import mail_rows
from cards.request_parts import name_of, team_line, wished
from cards.safe import clean
from cards.selection_words import interview_rows, selection_rows

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
    lines = [f"<p><strong>{_safe(notice_text(notice, view, tr))}</strong></p>"]
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
    """Label and value (HTML): of a request until it has its session, then of the session."""
    if isinstance(view, RequestView) and view.session is None:
        return _of_request(view, tr)
    rows = _plain(view, tr)
    if rows is not None:
        return [(label, _safe(value)) for label, value in rows]
    sight = view.session if isinstance(view, AssignmentView | RequestView) else view
    if not isinstance(sight, SessionView):
        return ()
    reference = view.request.reference if isinstance(view, RequestView) else ""
    rows = [(tr.t("request.fact.reference"), _safe(reference))] if reference else []
    return [*rows, *_of_session(sight, tr)]


def _plain(view: View | None, tr: Translator) -> Sequence[tuple[str, str]] | None:
    """What is neither a request nor a session says it in plain text."""
    match view:
        case ApplicationView():
            return application_rows(view, tr)
        case SelectionView():
            return selection_rows(view, tr)
        case InterviewView():
            return interview_rows(view, tr)
        case OutlookView():
            return mail_rows(view, tr)
        case EndorsementView():
            return endorsement_facts(view, tr)
        case CohortView():
            return mail_facts(view, tr)
        case _:
            return None


def _of_request(view: RequestView, tr: Translator) -> Sequence[tuple[str, str]]:
    request = view.request
    dates = wished(request, tr)
    labels = [f"request.fact.date{n}" for n, _ in enumerate(dates, 1)]
    return [
        (tr.t("request.fact.reference"), _safe(request.reference)),
        (tr.t("mail.what"), _safe(offering_title(request.offering, tr))),
        *(
            (tr.t(label if len(dates) > 1 else "request.fact.date"), _safe(tr.sentence(day)))
            for label, day in zip(labels, dates, strict=True)
        ),
        (tr.t("request.fact.team"), _safe(team_line(request, tr))),
        (tr.t(f"request.fact.{request.side.value}"), _safe(name_of(view.requester, tr))),
        (tr.t(f"request.fact.{request.joint_side.value}"), _safe(name_of(view.counterpart, tr))),
    ]


def _of_session(sight: SessionView, tr: Translator) -> Sequence[tuple[str, str]]:
    session = sight.session
    when = tr.sentence(tr.when(session.starts_at, session.ends_at, session.zone))
    rows = [
        (tr.t("mail.what"), _safe(offering_title(session.offering, tr))),
        (tr.t("mail.when"), _safe(when)),
        (tr.t("mail.where"), _safe(session.place or tr.t("common.online"))),
    ]
    accepted = [lead for lead in sight.leads if lead.status is AssignmentStatus.ACCEPTED]
    names = [person_name(lead.person, tr) for lead in accepted]
    if names:
        rows.append((tr.t("mail.leads"), _safe(tr.list_and(names))))
    if session.cancel_reason:
        rows.append((tr.t("mail.reason"), _safe(session.cancel_reason)))
    elif session.join_url:
        link = f'<a href="{escape(session.join_url)}">{escape(tr.t("mail.join_link"))}</a>'
        rows.append((tr.t("mail.join"), link))
    return rows


def _safe(text: str) -> str:
    """What somebody wrote, unable to reach beyond itself: no HTML, no change of direction."""
    return escape(clean(text))


def _one_line(text: str) -> str:
    joined = " ".join(clean(text).split())
    return joined if len(joined) <= MOST_IN_SUBJECT else joined[: MOST_IN_SUBJECT - 1] + "…"
