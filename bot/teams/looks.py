"""How a subject looks to one person just now: its card, whatever the subject is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.errors import NotFound, Refusal
from bot.i18n import Catalogues, Translator
from bot.services.application_views import ApplicationView
from bot.services.cohort_views import CohortView
from bot.services.endorsements import EndorsementView
from bot.services.outlook_views import OutlookView
from bot.services.people import PeopleService
from bot.services.ports import Reader
from bot.services.roster_views import FacilitatorView
from bot.services.selection_views import InterviewView, SelectionView
from bot.services.views import AssignmentView, RequestView, SessionView
from cards.application import build_application
from cards.assignment import build_assignment
from cards.cohort import build_cohort
from cards.endorsement import build_endorsement
from cards.help import build_help
from cards.interview import build_interview
from cards.notices import Notice, View, notice_text
from cards.outlook import build_outlook
from cards.request import build_request
from cards.roster import build_facilitator
from cards.selection import build_selection
from cards.session import build_session
from cards.triage import build_triage
from dialogs.context import Services

# A subject's noun, and how a person (the first id) sees one such thing (the second).
ViewOf = Callable[[str, str], Awaitable[View]]


def views_of(services: Services) -> Mapping[str, ViewOf]:
    """Whom to ask for a subject of each noun."""
    return {
        "request": partial(_request, services),
        "session": services.sessions.view,
        "application": partial(_application, services),
        "interview": services.interviews.view,
        "endorsement": services.endorsements.view,
        "assignment": services.assignments.view,
        "facilitator": services.roster.view,
        "cohort": services.cohorts.view,
        "outlook": services.outlook.view,
    }


async def _application(
    services: Services, person_id: str, application_id: str
) -> ApplicationView | SelectionView:
    """Those who select have a sight of their own."""
    try:
        return await services.selection.view(person_id, application_id)
    except NotFound:
        return await services.applications.view(person_id, application_id)


async def _request(services: Services, person_id: str, request_id: str) -> RequestView:
    """With who would be asked next, for those who steer it while the bot asks in order."""
    view = await services.requests.view(person_id, request_id)
    return await services.rounds.with_next(view)


@dataclass(frozen=True, slots=True)
class Look:
    """One person's sight of one subject. `view` is None for the help card."""

    reader: Reader
    tr: Translator
    other: Translator
    view: View | None

    def card(self, said: str | None) -> dict[str, Any]:
        """The card, below a sentence if there is one to say."""
        match self.view:
            case RequestView():
                build = build_triage if self.view.relation == "coordinator" else build_request
                card = build(self.view, self.tr, said=said)
            case AssignmentView():
                card = build_assignment(self.view, self.tr, said=said)
            case FacilitatorView():
                card = build_facilitator(self.view, self.tr, said=said)
            case SelectionView():
                theirs = self.tr if self.view.language == self.tr.language else self.other
                card = build_selection(self.view, self.tr, theirs, said=said)
            case InterviewView():
                card = build_interview(self.view, self.tr, said=said)
            case ApplicationView():
                card = build_application(self.view, self.tr, said=said)
            case SessionView():
                card = build_session(self.view, self.tr, said=said)
            case None:
                card = build_help(self.reader, self.tr, said=said)
            case _:
                card = self._other(self.view, said)
        return card

    def _other(
        self, view: EndorsementView | CohortView | OutlookView, said: str | None
    ) -> dict[str, Any]:
        match view:
            case EndorsementView():
                return build_endorsement(view, self.tr, said=said)
            case CohortView():
                return build_cohort(view, self.tr, said=said)
            case OutlookView():
                return build_outlook(view, self.tr, said=said)

    def told(self, notice: Notice) -> str:
        """The notice in the reader's words."""
        return notice_text(notice, self.view, self.tr)


class Looks:
    """Makes looks from the services' views."""

    def __init__(
        self,
        catalogues: Catalogues,
        people: PeopleService,
        views: Mapping[str, ViewOf],
    ) -> None:
        self._catalogues = catalogues
        self._people = people
        self._views = views

    async def at(self, subject: str, person_id: str) -> Look | None:
        """The subject as the person sees it; None where it is none of theirs any more.

        Somebody who never opened the chat is looked up first: the directory knows their language.
        """
        reader = await self._people.recipient(person_id)
        if reader is None:
            return None
        try:
            view = await self._view(subject, person_id)
        except Refusal:
            return None
        other = "en" if reader.language == "fr" else "fr"
        make = self._catalogues.translator
        return Look(reader, make(reader.language, reader.zone), make(other, reader.zone), view)

    async def _view(self, subject: str, person_id: str) -> View | None:
        noun, _, thing_id = subject.partition(":")
        view = self._views.get(noun)
        return await view(person_id, thing_id) if view else None
