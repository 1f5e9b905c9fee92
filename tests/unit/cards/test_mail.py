"""Mail: both languages, the reader's own first; what people wrote is text; the facts are there."""

from datetime import timedelta

import pytest

from bot.domain.people import Side
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.i18n import Catalogues
from cards.mail import MailText, build_mail
from cards.notices import Notice, View
from tests.unit.cards import applications, requests, reviews, sessions

CATALOGUES = Catalogues.load()
EN, FR = (CATALOGUES.translator(language, "America/Toronto") for language in ("en", "fr"))
NOW = sessions.STARTS_AT - timedelta(days=1)
REMINDER = Notice("reminder.seat", {"which": "1d"}, NOW)
CHAT = "https://teams.microsoft.com/l/chat/0/0?users=28:bot&x=1"


def mail(
    notice: Notice, view: View | None, *, french: bool = False, link: str | None = None
) -> MailText:
    own, other = (FR, EN) if french else (EN, FR)
    made = build_mail(notice, view, own, other, link)
    return MailText(made.subject.replace("\u00a0", " "), made.html.replace("\u00a0", " "))


def paragraphs(html: str) -> list[str]:
    return [part.partition("</p>")[0] for part in html.split("<p>")[1:]]


@pytest.mark.parametrize("french", [False, True])
def test_both_languages_the_readers_own_first(*, french: bool) -> None:
    made = mail(REMINDER, sessions.view(), french=french)
    english, francais = made.html.index('<div lang="en">'), made.html.index('<div lang="fr">')
    assert (francais < english) is french
    assert made.html.startswith(f'<!DOCTYPE html><html lang="{"fr" if french else "en"}">')
    first, second = made.subject.split(" | ")
    assert ("Santé mentale" in first, "Mental Health" in second) == (french, french)


def test_a_reminder_has_all_that_one_needs() -> None:
    told = paragraphs(mail(REMINDER, sessions.view()).html)[:6]
    assert told == [
        "<strong>Tomorrow, 1 pm to 4:30 pm: Mental Health: Let&#x27;s Talk!</strong>",
        "<strong>Conversation:</strong> Mental Health: Let&#x27;s Talk!",
        "<strong>When:</strong> Thursday, March 4, 2027, 1 pm to 4:30 pm",
        "<strong>Where:</strong> Online (Microsoft Teams)",
        (
            "<strong>Led by:</strong> Facilitator, union, Montréal and "
            "Facilitator, employer, Vancouver"
        ),
        (f'<strong>Meeting:</strong> <a href="{sessions.LINK}">Join in Microsoft Teams</a>'),
    ]


def test_a_session_in_a_room_that_nobody_leads_yet() -> None:
    session = sessions.session(place="Room 5 & 6", join_url=None)
    html = mail(REMINDER, sessions.view(of=session, leads=())).html
    assert "<strong>Where:</strong> Room 5 &amp; 6" in html
    assert "Led by" not in html
    assert "href" not in html


def test_a_cancelled_session_says_why_and_gives_no_link() -> None:
    session = sessions.session(status=SessionStatus.CANCELLED, cancel_reason="<b>Ice</b>\u202e")
    notice = Notice("session.cancelled", {}, NOW)
    told = paragraphs(mail(notice, sessions.view(of=session)).html)
    assert told[5] == "<strong>Why:</strong> &lt;b&gt;Ice&lt;/b&gt;"
    assert sessions.LINK not in "".join(told)


def test_a_request_is_told_with_its_reference_and_facts() -> None:
    asked = requests.request(team="R&D <b>d’essai</b>\u202e {{x}}")
    html = mail(Notice("request.asked", {}, NOW), requests.view("counterpart", of=asked)).html
    told = paragraphs(html)
    assert told[1:5] == [
        "<strong>Request:</strong> EC-2027-0042",
        "<strong>Conversation:</strong> Mental Health: Let&#x27;s Talk!",
        "<strong>First choice:</strong> Thursday, March 4, 2027, 1 pm to 4:30 pm",
        "<strong>Second choice:</strong> Thursday, March 11, 2027, 1 pm to 4:30 pm",
    ]
    assert told[6].startswith("<strong>Team:</strong> R&amp;D &lt;b&gt;d’essai&lt;/b&gt; {")
    assert told[7:9] == [
        "<strong>For the employer:</strong> Manager, Ottawa",
        "<strong>For the union:</strong> Union representative, Québec",
    ]
    assert "{{" not in html
    assert "\u202e" not in html


def test_one_wished_date_is_not_numbered() -> None:
    asked = requests.request()
    asked.preferred_at = asked.preferred_at[:1]
    html = mail(Notice("request.asked", {}, NOW), requests.view(of=asked)).html
    assert "<strong>Wished date:</strong> Thursday, March 4, 2027, 1 pm to 4:30 pm" in html


def test_a_request_with_its_session_is_told_by_the_session() -> None:
    seen = requests.view(session=sessions.view())
    told = paragraphs(mail(Notice("request.scheduled", {}, NOW), seen).html)
    assert told[1:4] == [
        "<strong>Request:</strong> EC-2027-0042",
        "<strong>Conversation:</strong> Mental Health: Let&#x27;s Talk!",
        "<strong>When:</strong> Thursday, March 4, 2027, 1 pm to 4:30 pm",
    ]


def test_an_offer_to_lead_is_told_by_its_session() -> None:
    seen = reviews.assignment_seen()
    html = mail(Notice("assignment.offered", {}, NOW), seen).html
    assert "<strong>When:</strong>" in html
    assert "EC-2027" not in html


def test_what_is_about_nothing_else_is_its_sentence_alone() -> None:
    html = mail(Notice("role.granted", {}, NOW), None).html
    assert html.count("<strong>") == 2


@pytest.mark.parametrize("link", [CHAT, None])
def test_the_way_to_the_chat_where_there_is_one(link: str | None) -> None:
    html = mail(REMINDER, sessions.view(), link=link).html
    way = '<a href="https://teams.microsoft.com/l/chat/0/0?users=28:bot&amp;x=1">'
    assert html.count(way) == (2 if link else 0)


def test_a_subject_is_one_line_and_not_too_long() -> None:
    asked = requests.request(team="Équipe\nde la paie " * 8)
    made = mail(Notice("request.asked", {}, NOW), requests.view("counterpart", of=asked))
    assert "\n" not in made.subject
    assert len(made.subject) == 200
    assert made.subject.endswith("…")


def test_who_was_asked_and_has_not_answered_is_not_named_as_leading() -> None:
    asked = sessions.lead(Side.UNION, "Facilitator, union, Montréal", AssignmentStatus.OFFERED)
    leads = (asked, sessions.LEADS[1])
    html = mail(REMINDER, sessions.view(leads=leads)).html
    assert "<strong>Led by:</strong> Facilitator, employer, Vancouver</p>" in html


def test_of_an_application_a_mail_says_nothing_private() -> None:
    notice = Notice("application.to_select", {}, NOW)
    told = paragraphs(mail(notice, applications.view(self_identified=True)).html)[:4]
    assert told == [
        (
            "<strong>Employee, Regina applies to become a facilitator for the union’s side and has "
            "the support needed: AP-2027-0042</strong>"
        ),
        "<strong>Application:</strong> AP-2027-0042",
        "<strong>Candidate:</strong> Employee, Regina",
        "<strong>Side:</strong> For the union",
    ]
