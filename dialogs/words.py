"""Typed words and what they mean, in both languages whatever the reader's own.

The words are in the catalogues, several for one meaning parted by "|". A command may end in the
reference of a request ("agree EC-2027-0042") or of an application ("withdraw AP-2027-0042"), or in
a session's code ("join K7M-2QF"); one is followed by days ("absent from March 1 to March 5").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from bot.domain.sessions import CODE
from bot.domain.text import closest, fold
from bot.i18n import Catalogues
from bot.i18n.words import DAYS_AHEAD, WEEKDAYS
from cards import actions
from cards.actions import Action

# The form's own words, in the order in which they are looked for.
FORM_WORDS: Final = ("back", "cancel", "continue", "restart", "next", "yes", "no")

# command.<key> → what it does. One that needs a reference or a code has it in its text.
COMMANDS: Final[Mapping[str, tuple[str, Mapping[str, str | int]]]] = {
    "help": (actions.HELP, {}),
    "english": (actions.LANGUAGE, {"language": "en"}),
    "french": (actions.LANGUAGE, {"language": "fr"}),
    "settings": (actions.SETTINGS_OPEN, {}),
    "request": (actions.REQUEST_NEW, {}),
    "requests": (actions.REQUEST_LIST, {}),
    "sessions": (actions.SESSION_LIST, {}),
    "sessions_en": (actions.SESSION_LIST, {"language": "en"}),
    "sessions_fr": (actions.SESSION_LIST, {"language": "fr"}),
    "my_sessions": (actions.SESSION_MINE, {}),
    "assignments": (actions.ASSIGNMENT_LIST, {}),
    "triage": (actions.TRIAGE_LIST, {}),
    "pair_all": (actions.PAIRING_PLAN, {}),
    "roles": (actions.ROLES_OPEN, {}),
    "show_request": (actions.REQUEST_SHOW, {}),
    "agree": (actions.REQUEST_AGREE, {}),
    "decline": (actions.DECLINE, {}),
    "later": (actions.REQUEST_LATER, {}),
    "nudge": (actions.REQUEST_NUDGE, {}),
    "withdraw": (actions.REQUEST_WITHDRAW, {}),
    "edit": (actions.REQUEST_EDIT, {}),
    "counterpart": (actions.REQUEST_CHANGE_COUNTERPART, {}),
    "answer": (actions.REQUEST_ANSWER, {}),
    "review": (actions.TRIAGE_SHOW, {}),
    "ask": (actions.TRIAGE_ASK, {}),
    "turn_down": (actions.TRIAGE_DECLINE, {}),
    "approve": (actions.TRIAGE_APPROVE, {}),
    "replace": (actions.TRIAGE_REPLACE, {}),
    "retry": (actions.TRIAGE_RETRY, {}),
    "ask_in_order": (actions.ROUND_START, {}),
    "stop_asking": (actions.ROUND_STOP, {}),
    "assignment": (actions.ASSIGNMENT_SHOW, {}),
    "accept": (actions.ASSIGNMENT_ACCEPT, {}),
    "unavailable": (actions.ASSIGNMENT_DECLINE, {}),
    "step_back": (actions.ASSIGNMENT_WITHDRAW, {}),
    "show_session": (actions.SESSION_SHOW, {}),
    "join": (actions.SESSION_JOIN, {}),
    "leave": (actions.SESSION_LEAVE, {}),
    "accept_seat": (actions.SESSION_ACCEPT_SEAT, {}),
    "decline_seat": (actions.SESSION_DECLINE_SEAT, {}),
    "cancel_session": (actions.SESSION_CANCEL, {}),
    "reschedule": (actions.SESSION_RESCHEDULE, {}),
    "add_people": (actions.SESSION_ADD_PEOPLE, {}),
    "my_facilitation": (actions.ROSTER_MINE, {}),
    "absences": (actions.ABSENCE_LIST, {}),
    "absent": (actions.ABSENCE_ADD, {}),
    "present": (actions.ABSENCE_REMOVE, {}),
    "pause": (actions.ROSTER_PAUSE, {}),
    "lead_again": (actions.ROSTER_RESUME, {}),
    "leave_roster": (actions.ROSTER_RETIRE, {}),
    "how_much": (actions.ROSTER_WISH, {}),
    "lead_more": (actions.ROSTER_WISH, {"wish": "more"}),
    "lead_fewer": (actions.ROSTER_WISH, {"wish": "fewer"}),
    "lead_usual": (actions.ROSTER_WISH, {"wish": "usual"}),
    "roster": (actions.ROSTER_LIST, {}),
    "certify": (actions.ROSTER_LIST, {"to": "certify"}),
    "bring_back": (actions.ROSTER_LIST, {"to": "bring_back", "standing": "retired"}),
    "my_orientation": (actions.COHORT_MINE, {}),
    "orientations": (actions.COHORT_LIST, {}),
    "plan_orientation": (actions.COHORT_NEW, {}),
    "show_orientation": (actions.COHORT_SHOW, {}),
    "accept_orientation": (actions.COHORT_ACCEPT, {}),
    "leave_orientation": (actions.COHORT_LEAVE, {}),
    "wait_orientation": (actions.COHORT_WAIT, {}),
    "open_orientation": (actions.COHORT_OPEN, {}),
    "attendance": (actions.COHORT_ATTEND, {}),
    "complete_orientation": (actions.COHORT_COMPLETE, {}),
    "cancel_orientation": (actions.COHORT_CANCEL, {}),
    "retry_orientation": (actions.COHORT_RETRY, {}),
    "move_orientation": (actions.COHORT_MOVE, {}),
    "application": (actions.APPLICATION_NEW, {}),
    "my_application": (actions.APPLICATION_MINE, {}),
    "show_application": (actions.APPLICATION_SHOW, {}),
    "edit_application": (actions.APPLICATION_EDIT, {}),
    "withdraw_application": (actions.APPLICATION_WITHDRAW, {}),
    "change_manager": (actions.APPLICATION_ENDORSER, {"kind": "manager"}),
    "change_reference": (actions.APPLICATION_ENDORSER, {"kind": "reference"}),
    "endorsements": (actions.ENDORSEMENT_LIST, {}),
    "support": (actions.ENDORSEMENT_SUPPORT, {}),
    "not_support": (actions.ENDORSEMENT_DECLINE, {}),
    "ask_applicant": (actions.ENDORSEMENT_ASK, {}),
    "self_identification": (actions.SELF_IDENTIFICATION_SHOW, {}),
    "withdraw_self_identification": (actions.SELF_IDENTIFICATION_WITHDRAW, {}),
    "answer_endorser": (actions.APPLICATION_ANSWER, {}),
    "applications": (actions.SELECTION_LIST, {}),
    "review_application": (actions.SELECTION_SHOW, {}),
    "invite": (actions.SELECTION_INVITE, {}),
    "accept_application": (actions.SELECTION_ACCEPT, {}),
    "keep_application": (actions.SELECTION_KEEP, {}),
    "decline_application": (actions.SELECTION_DECLINE, {}),
    "confirm_proposal": (actions.SELECTION_CONFIRM, {}),
    "set_aside": (actions.SELECTION_SET_ASIDE, {}),
    "interview": (actions.INTERVIEW_SHOW, {}),
    "pick_1": (actions.INTERVIEW_PICK, {"place": 1}),
    "pick_2": (actions.INTERVIEW_PICK, {"place": 2}),
    "pick_3": (actions.INTERVIEW_PICK, {"place": 3}),
    "none_suits": (actions.INTERVIEW_DECLINE, {}),
    "reschedule_interview": (actions.INTERVIEW_RESCHEDULE, {}),
    "cancel_interview": (actions.INTERVIEW_CANCEL, {}),
    "retry_interview": (actions.INTERVIEW_RETRY, {}),
}

_LONGEST = 200
_PLACE = re.compile(r"\{(reference|application|code|dates)\}")
_DATED: Final = "dates"  # words before days, which the action reads: absent from March 1 to 5
_MOST_HEAD: Final = 4  # words before the days
_SPACED = re.compile(
    r"\b(EC|AP)[ \u2010-\u2015-]?(\d{4})[ \u2010-\u2015-]?(\d{4,6})\b", re.IGNORECASE
)
_BARE_CODE = re.compile(r"[2-9A-Z]{3}[-\u2010-\u2015][2-9A-Z]{3}", re.IGNORECASE)

# What a reference alone asks for: to see the thing.
SHOWS: Final[Mapping[str, str]] = {
    "reference": actions.REQUEST_SHOW,
    "application": actions.APPLICATION_SHOW,
    "code": actions.SESSION_SHOW,
}

_NEAR: Final = frozenset({*DAYS_AHEAD, *WEEKDAYS})  # days without a number

Head = tuple[str, str]  # the kind of argument ("", days, or one of `SHOWS`) and the words before


def variants(text: str) -> Iterator[str]:
    """The words of a catalogue entry, one by one."""
    return (part.strip() for part in text.split("|") if part.strip())


@lru_cache(maxsize=4)
def command_heads(catalogues: Catalogues) -> Mapping[Head, str]:
    """What may be typed, folded, to the command's key."""
    heads: dict[Head, str] = {}
    for language in ("en", "fr"):
        texts = catalogues.texts(language)
        for key in COMMANDS:
            for words in variants(texts.singles[f"command.{key}"]):
                kind = _PLACE.search(words)
                heads[kind[1] if kind else "", fold(_PLACE.sub("", words))] = key
    return heads


@lru_cache(maxsize=4)
def _heads_by_kind(catalogues: Catalogues) -> Mapping[str, Mapping[str, str]]:
    """The same, by the kind of argument."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in ("", _DATED, *SHOWS)}
    for (kind, head), key in command_heads(catalogues).items():
        by_kind[kind][head] = key
    return by_kind


@lru_cache(maxsize=256)
def _folded(catalogues: Catalogues, key: str) -> frozenset[str]:
    both = (catalogues.texts(language).singles[key] for language in ("en", "fr"))
    return frozenset(fold(word) for text in both for word in variants(text))


def means(text: str, key: str, catalogues: Catalogues) -> bool:
    """Whether the typed words are among those of a key, in either language."""
    return fold(text[:_LONGEST]) in _folded(catalogues, key)


def form_word(text: str, catalogues: Catalogues) -> str | None:
    """The form's own word that was typed, if it is one."""
    typed = fold(text[:_LONGEST])
    return next((w for w in FORM_WORDS if typed in _folded(catalogues, f"form.word.{w}")), None)


def changed_step(text: str, labels: Mapping[str, str], catalogues: Catalogues) -> str | None:
    """The step that "change topic" means, among the labels in view."""
    typed = fold(text[:_LONGEST])
    for word in _folded(catalogues, "form.word.change"):
        if typed.startswith(word + " "):
            meant = closest(typed.removeprefix(word), labels)
            return labels[meant] if meant else None
    return None


def command(text: str, catalogues: Catalogues, *, exact: bool = False) -> Action | None:
    """What typed words ask for, or None. With `exact` no slip is forgiven.

    What follows a reference ("decline EC-2027-0042 not this year") is the action's `text`.
    """
    heads = _heads_by_kind(catalogues)
    for kind, ref, rest, said in _readings(text):
        if len(rest) > _LONGEST:
            continue
        if kind and not rest:
            if said:
                continue
            return Action(SHOWS[kind], ref=ref, typed=True)
        words = heads[kind]
        typed = fold(rest)
        meant = typed if typed in words else None if exact else closest(rest, words)
        if meant is not None and typed:
            verb, data = COMMANDS[words[meant]]
            more = {"text": said} if said else {}
            return Action(verb, ref=ref, data={**data, **more}, typed=True)
    return _dated(text, heads[_DATED])


def _dated(text: str, heads: Mapping[str, str]) -> Action | None:
    """Words that have days after them; the days are the action's `text`."""
    words = text[:_LONGEST].split()
    for count in range(min(len(words) - 1, _MOST_HEAD), 0, -1):
        key, days = heads.get(fold(" ".join(words[:count]))), " ".join(words[count:])
        if key and (any(c.isdigit() for c in days) or _NEAR & set(fold(days).split())):
            verb, data = COMMANDS[key]
            return Action(verb, data={**data, "text": days}, typed=True)
    return None


def _readings(text: str) -> Iterator[tuple[str, str | None, str, str]]:
    """The text as words and a reference (and more words), as words and a code, as words alone."""
    found = _SPACED.search(text[: _LONGEST + 20])
    if found:
        reference = f"{found[1].upper()}-{found[2]}-{found[3]}"
        kind = "reference" if found[1].upper() == "EC" else "application"
        yield kind, reference, _without(text, found), ""
        before, after = text[: found.start()], text[found.end() :].strip(" .!?:;,")
        if after:
            yield kind, reference, before.strip(), text[found.end() :].lstrip(" .:;,")
    code = CODE.search(text, _last_word(text))
    if code:
        rest = _without(text, code)
        if rest or _BARE_CODE.fullmatch(text.strip()):
            yield "code", f"{code[1]}-{code[2]}".upper(), rest, ""
    yield "", None, text, ""


def _last_word(text: str) -> int:
    """Where a code could begin: it stands last."""
    bare = text.rstrip(" .!?»\"'")
    return max(len(bare) - 7, 0)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}".strip(" .!?:;,")
