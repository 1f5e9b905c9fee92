"""The verbs of all cards, and what their payloads may hold.

A payload comes from outside: Teams gives back what a card held, and anybody may send another.
`parse` lets through ids of a plain shape, short plain values, and nothing else; who may do what
to which thing is the services' question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from bot.domain.errors import Refusal

HELP: Final = "help.show"
LANGUAGE: Final = "settings.language"
SETTINGS_OPEN: Final = "settings.open"
DECLINE: Final = "either.decline"  # typed words: whatever of this request is theirs to decline
FORM: Final = "form"

REQUEST_NEW: Final = "request.new"
REQUEST_SHOW: Final = "request.show"
REQUEST_LIST: Final = "request.list"
REQUEST_EDIT: Final = "request.edit"
REQUEST_AGREE: Final = "request.agree"
REQUEST_DECLINE: Final = "request.decline"
REQUEST_LATER: Final = "request.later"
REQUEST_NUDGE: Final = "request.nudge"
REQUEST_WITHDRAW: Final = "request.withdraw"
REQUEST_CHANGE_COUNTERPART: Final = "request.change_counterpart"
REQUEST_ANSWER: Final = "request.answer"

TRIAGE_LIST: Final = "triage.list"
TRIAGE_SHOW: Final = "triage.show"
TRIAGE_ASK: Final = "triage.ask"
TRIAGE_DECLINE: Final = "triage.decline"
TRIAGE_APPROVE: Final = "triage.approve"
TRIAGE_REPLACE: Final = "triage.replace"
TRIAGE_RETRY: Final = "triage.retry"
ROUND_START: Final = "round.start"
ROUND_STOP: Final = "round.stop"
PAIRING_PLAN: Final = "pairing.plan"

ASSIGNMENT_LIST: Final = "assignment.list"
ASSIGNMENT_SHOW: Final = "assignment.show"
ASSIGNMENT_ACCEPT: Final = "assignment.accept"
ASSIGNMENT_DECLINE: Final = "assignment.decline"
ASSIGNMENT_WITHDRAW: Final = "assignment.withdraw"

SESSION_LIST: Final = "session.list"
SESSION_SHOW: Final = "session.show"
SESSION_JOIN: Final = "session.join"
SESSION_LEAVE: Final = "session.leave"
SESSION_ACCEPT_SEAT: Final = "session.accept_seat"
SESSION_DECLINE_SEAT: Final = "session.decline_seat"
SESSION_MINE: Final = "session.mine"
SESSION_CANCEL: Final = "session.cancel"
SESSION_RESCHEDULE: Final = "session.reschedule"
SESSION_ADD_PEOPLE: Final = "session.add_people"

APPLICATION_NEW: Final = "application.new"
APPLICATION_MINE: Final = "application.mine"
APPLICATION_SHOW: Final = "application.show"
APPLICATION_EDIT: Final = "application.edit"
APPLICATION_WITHDRAW: Final = "application.withdraw"
APPLICATION_ENDORSER: Final = "application.endorser"  # `kind`: manager or reference
APPLICATION_ANSWER: Final = "application.answer"

ROSTER_MINE: Final = "roster.mine"
ROSTER_LIST: Final = "roster.list"
ROSTER_SHOW: Final = "roster.show"
ROSTER_WISH: Final = "roster.wish"
ROSTER_PAUSE: Final = "roster.pause"
ROSTER_RESUME: Final = "roster.resume"
ROSTER_RETIRE: Final = "roster.retire"
ROSTER_BRING_BACK: Final = "roster.bring_back"
ROSTER_CERTIFY: Final = "roster.certify"
ABSENCE_LIST: Final = "absence.list"
ABSENCE_ADD: Final = "absence.add"
ABSENCE_REMOVE: Final = "absence.remove"

ENDORSEMENT_LIST: Final = "endorsement.list"
ENDORSEMENT_SHOW: Final = "endorsement.show"
ENDORSEMENT_SUPPORT: Final = "endorsement.support"
ENDORSEMENT_DECLINE: Final = "endorsement.decline"
ENDORSEMENT_ASK: Final = "endorsement.ask"

SELF_IDENTIFICATION_SHOW: Final = "self_identification.show"
SELF_IDENTIFICATION_OPEN: Final = "self_identification.open"
SELF_IDENTIFICATION_GIVE: Final = "self_identification.give"
SELF_IDENTIFICATION_WITHDRAW: Final = "self_identification.withdraw"

COHORT_LIST: Final = "cohort.list"
COHORT_NEW: Final = "cohort.new"
COHORT_MINE: Final = "cohort.mine"
COHORT_SHOW: Final = "cohort.show"
COHORT_ACCEPT: Final = "cohort.accept"
COHORT_LEAVE: Final = "cohort.leave"
COHORT_WAIT: Final = "cohort.wait"
COHORT_OPEN: Final = "cohort.open"
COHORT_PRESENT: Final = "cohort.present"
COHORT_ATTEND: Final = "cohort.attend"
COHORT_COMPLETE: Final = "cohort.complete"
COHORT_CANCEL: Final = "cohort.cancel"
COHORT_RETRY: Final = "cohort.retry"
COHORT_MOVE: Final = "cohort.move"

SELECTION_LIST: Final = "selection.list"
SELECTION_SHOW: Final = "selection.show"
SELECTION_INVITE: Final = "selection.invite"
SELECTION_ACCEPT: Final = "selection.accept"
SELECTION_KEEP: Final = "selection.keep"
SELECTION_DECLINE: Final = "selection.decline"
SELECTION_CONFIRM: Final = "selection.confirm"
SELECTION_SET_ASIDE: Final = "selection.set_aside"

INTERVIEW_SHOW: Final = "interview.show"
INTERVIEW_PICK: Final = "interview.pick"  # `place`: the number of the time
INTERVIEW_DECLINE: Final = "interview.decline"
INTERVIEW_RESCHEDULE: Final = "interview.reschedule"
INTERVIEW_CANCEL: Final = "interview.cancel"
INTERVIEW_RETRY: Final = "interview.retry"

OUTLOOK_SHOW: Final = "outlook.show"
OUTLOOK_ANSWER: Final = "outlook.answer"  # `answer`: one of the question's own

ROLES_OPEN: Final = "roles.open"
ROLES_GRANT: Final = "roles.grant"
ROLES_REVOKE: Final = "roles.revoke"

ALL: Final = frozenset(
    value for name, value in dict(globals()).items() if name.isupper() and isinstance(value, str)
)
# A card's button for these names the thing it is about.
WITH_ID: Final = frozenset(
    {
        REQUEST_SHOW, REQUEST_EDIT, REQUEST_AGREE, REQUEST_DECLINE, REQUEST_LATER, REQUEST_NUDGE,
        REQUEST_WITHDRAW, REQUEST_CHANGE_COUNTERPART, REQUEST_ANSWER,
        TRIAGE_SHOW, TRIAGE_ASK, TRIAGE_DECLINE, TRIAGE_APPROVE, TRIAGE_REPLACE, TRIAGE_RETRY,
        ROUND_START, ROUND_STOP,
        ASSIGNMENT_SHOW, ASSIGNMENT_ACCEPT, ASSIGNMENT_DECLINE, ASSIGNMENT_WITHDRAW,
        SESSION_SHOW, SESSION_JOIN, SESSION_LEAVE, SESSION_ACCEPT_SEAT, SESSION_DECLINE_SEAT,
        SESSION_CANCEL, SESSION_RESCHEDULE, SESSION_ADD_PEOPLE, ROLES_REVOKE,
        COHORT_SHOW, COHORT_ACCEPT, COHORT_LEAVE, COHORT_WAIT, COHORT_OPEN, COHORT_PRESENT,
        COHORT_ATTEND, COHORT_COMPLETE, COHORT_CANCEL, COHORT_RETRY, COHORT_MOVE,
        ROSTER_SHOW, ROSTER_PAUSE, ROSTER_RESUME, ROSTER_RETIRE, ROSTER_BRING_BACK,
        ROSTER_CERTIFY, ABSENCE_REMOVE,
        ENDORSEMENT_SHOW, ENDORSEMENT_SUPPORT, ENDORSEMENT_DECLINE, ENDORSEMENT_ASK,
        SELECTION_SHOW, SELECTION_INVITE, SELECTION_ACCEPT, SELECTION_KEEP, SELECTION_DECLINE,
        SELECTION_CONFIRM, SELECTION_SET_ASIDE,
        INTERVIEW_SHOW, INTERVIEW_PICK, INTERVIEW_DECLINE, INTERVIEW_RESCHEDULE,
        INTERVIEW_CANCEL, INTERVIEW_RETRY, OUTLOOK_SHOW, OUTLOOK_ANSWER,
        SELF_IDENTIFICATION_SHOW, SELF_IDENTIFICATION_OPEN, SELF_IDENTIFICATION_GIVE,
        SELF_IDENTIFICATION_WITHDRAW,
        APPLICATION_SHOW, APPLICATION_EDIT, APPLICATION_WITHDRAW, APPLICATION_ENDORSER,
        APPLICATION_ANSWER,
    }
)  # fmt: skip

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MOST_VALUES = 40
_LONGEST = 20_000  # an input says what is too long; this is only a bound


class UnknownVerb(Refusal):
    """No card of ours has this verb."""


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody wants done.

    Attributes:
        verb: One of the constants above.
        id: The thing's id, from a card's button.
        ref: The thing's reference as people quote it (EC-2027-0042, K7M-2QF), from typed words.
        data: Everything else, inputs included: text, numbers, yes or no.
        typed: True where the person typed it; the answer is then a new card.
    """

    verb: str
    id: str | None = None
    ref: str | None = None
    data: Mapping[str, str | int | bool] = field(default_factory=dict[str, "str | int | bool"])
    typed: bool = False

    @property
    def subject(self) -> str:
        """The id or, where it was typed, the reference: whichever names the thing.

        Raises:
            Refusal: neither is there.
        """
        named = self.id or self.ref
        if named is None:
            raise Refusal("card_bad")
        return named

    def text(self, key: str, *, limit: int = 1000) -> str:
        """A text input's value, trimmed; empty where nothing was typed.

        Raises:
            Refusal: it is not text, or too long.
        """
        value = self.data.get(key, "")
        if not isinstance(value, str):
            raise Refusal("card_bad")
        if len(value) > limit:
            raise Refusal("too_long", field=key, limit=limit)
        return value.strip()

    def number(self, key: str, default: int = 0) -> int:
        """A whole number, such as a page. Raises `Refusal` where it is something else."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal("card_bad")
        return value


def parse(payload: object) -> Action:
    """What a click asks for, from the `action` of an invoke.

    Raises:
        UnknownVerb: no such verb.
        Refusal: `card_bad` where something is missing, of the wrong type, or too much.
    """
    if not isinstance(payload, Mapping):
        raise Refusal("card_bad")
    action = cast("Mapping[str, object]", payload)
    verb, data = action.get("verb"), action.get("data")
    if not isinstance(verb, str):
        raise Refusal("card_bad")
    if verb not in ALL:
        raise UnknownVerb("card_bad")
    values = plain_values(data or {})
    subject = values.pop("id", None)
    if verb in WITH_ID and subject is None:
        raise Refusal("card_bad")
    if subject is not None and not (isinstance(subject, str) and _ID.fullmatch(subject)):
        raise Refusal("card_bad")
    return Action(verb, id=subject, data=values)


def plain_values(data: object) -> dict[str, Any]:
    """The flat text, numbers and booleans of a payload; Teams' own keys are passed over.

    Raises:
        Refusal: nested, too many, too long, or keys that no card of ours has.
    """
    if not isinstance(data, Mapping) or len(data) > _MOST_VALUES:  # pyright: ignore[reportUnknownArgumentType]
        raise Refusal("card_bad")
    values: dict[str, Any] = {}
    for key, value in data.items():  # pyright: ignore[reportUnknownVariableType]
        if key in ("msteams", "action"):
            continue
        if not (isinstance(key, str) and _KEY.fullmatch(key)):
            raise Refusal("card_bad")
        if value is None:
            continue
        if not isinstance(value, str | int | bool | float) or (
            isinstance(value, str) and len(value) > _LONGEST
        ):
            raise Refusal("card_bad")
        values[key] = value
    return values
