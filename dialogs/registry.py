"""All that the chat can do: each noun adds its routes here."""

from __future__ import annotations

from dialogs import (
    absence,
    agreement_actions,
    application_actions,
    assignment_actions,
    cohort_actions,
    either,
    endorsement_actions,
    help_actions,
    interview_actions,
    outlook_actions,
    pairing_plan,
    people_flow,
    request_actions,
    roles,
    roster,
    round_actions,
    seat_actions,
    selection_actions,
    self_identification_actions,
    session_actions,
    settings,
    triage_actions,
)
from dialogs.routes import Routes


def all_routes() -> Routes:
    """The handlers and flows of every noun."""
    return Routes().include(
        (
            help_actions.routes,
            settings.routes,
            request_actions.routes,
            agreement_actions.routes,
            triage_actions.routes,
            round_actions.routes,
            pairing_plan.routes,
            assignment_actions.routes,
            either.routes,
            application_actions.routes,
            endorsement_actions.routes,
            self_identification_actions.routes,
            selection_actions.routes,
            interview_actions.routes,
            outlook_actions.routes,
            session_actions.routes,
            seat_actions.routes,
            cohort_actions.routes,
            people_flow.routes,
            roles.routes,
            roster.routes,
            absence.routes,
        )
    )
