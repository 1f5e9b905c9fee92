"""An application as the candidate sees it: how it stands, who is asked, what happens next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.applications import (
    LONGEST_WORDS,
    ApplicationStatus,
    EndorsementStatus,
    EndorserKind,
)
from bot.domain.cohorts import TRAINING, TrainingStatus
from bot.domain.interviews import InterviewStatus
from bot.services.application_views import ApplicationView, EndorsementSight, interview_stands
from bot.services.applications import LONGEST_ANSWER
from cards import actions, kit
from cards.application_parts import (
    application_facts,
    badge,
    endorser_facts,
    endorser_name,
    name_of,
    written_button,
)
from cards.request_parts import EARLIER, SHOWN, timeline_of
from cards.self_identification import give_button
from cards.self_identification import withdraw_button as withdraw_self_identification

if TYPE_CHECKING:
    from bot.i18n import Translator

_S = ApplicationStatus
_WAITING: Final = {_S.SUBMITTED: EndorserKind.MANAGER, _S.SUPPORTED: EndorserKind.REFERENCE}
# Characters of each text and lines of what happened: all of it, or what one card can hold.
_ROOM: Final = ((LONGEST_WORDS, SHOWN + EARLIER), (600, SHOWN + EARLIER))
_LEAST: Final = (200, SHOWN)


def build_application(
    view: ApplicationView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How an application stands, for the one who made it.

    The two texts are whole wherever the card can hold them beside all that happened.
    """
    for room in _ROOM:
        made = _card(view, tr, said, tone, room)
        if kit.size(made) <= kit.LARGEST:
            return made
    return _card(view, tr, said, tone, _LEAST)


def _card(
    view: ApplicationView, tr: Translator, said: str | None, tone: kit.Tone, room: tuple[int, int]
) -> kit.Card:
    limit, lines = room
    application = view.application
    title = tr.t("application.card.title", reference=application.reference)
    status = tr.t(f"application.status.{application.status.value}")
    return kit.card(
        tr,
        title,
        badge(application.status, tr),
        kit.text(next_line(view, tr)),
        *(kit.person_text(words) for words in _words(view)),
        _again(view, tr),
        kit.facts(
            tr, [*endorser_facts(view, tr), *application_facts(application, tr), _private(view, tr)]
        ),
        *timeline_of(view.timeline[-lines:], tr),
        kit.subtle(tr.t("application.typed", reference=application.reference))
        if "withdraw" in view.may
        else None,
        actions=_buttons(view, tr, limit),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, status),
        refresh=(
            actions.APPLICATION_SHOW,
            {"id": application.application_id},
            [application.applicant_id],
        ),
    )


def build_no_application(tr: Translator, *, draft: bool) -> kit.Card:
    """Nothing was sent yet: what can be done about it."""
    words = tr.t("application.none.draft" if draft else "application.none")
    label = "application.none.continue" if draft else "application.do.apply"
    return kit.card(
        tr,
        tr.t("application.none.title"),
        kit.text(words),
        actions=[
            kit.positive(tr.t(label), actions.APPLICATION_NEW),
            kit.execute(tr.t("form.help"), actions.HELP),
        ],
        summary=words,
    )


def next_line(view: ApplicationView, tr: Translator) -> str:
    """What happens next, for the candidate."""
    open_question = _open_question(view)
    interview = view.interview
    when = tr.weekday_date_time(interview.starts_at) if interview and interview.starts_at else ""
    return tr.t(
        f"application.next.{_next(view)}",
        manager=endorser_name(view, EndorserKind.MANAGER, tr),
        referee=endorser_name(view, EndorserKind.REFERENCE, tr),
        endorser=name_of(open_question.person if open_question else None, tr),
        when=when,
    )


def _next(view: ApplicationView) -> str:
    """The part of the key that says how things stand, finer than the status."""
    status = view.application.status
    if status in _WAITING:
        return _next_of_endorsers(view)
    if status is _S.INTERVIEW and view.interview:
        kinds = {
            InterviewStatus.OFFERED: "interview_offered",
            InterviewStatus.BOOKING: "interview_booking",
            InterviewStatus.BOOKED: "interview_booked",
            InterviewStatus.HELD: "interview_held",
        }
        return kinds.get(view.interview.status, "interview")
    if status is _S.ACCEPTED and view.training:
        kinds = {
            TrainingStatus.OFFERED: "training_offered",
            TrainingStatus.WAITLISTED: "training_waitlisted",
        }
        return kinds.get(view.training.status, "accepted")
    return status.value


def _next_of_endorsers(view: ApplicationView) -> str:
    if _open_question(view):
        return "question"
    for kind in EndorserKind:
        sight = view.endorsement(kind)
        if sight and sight.status is EndorsementStatus.DECLINED:
            return f"{kind.value}_declined"
    return view.application.status.value


def _open_question(view: ApplicationView) -> EndorsementSight | None:
    """The question that the candidate has to answer, the manager's first."""
    return next((s for s in view.endorsements if f"answer_{s.kind.value}" in view.may), None)


def _words(view: ApplicationView) -> list[str]:
    """What somebody wrote to the candidate, as long as it counts: a question, a no, a decline."""
    if view.application.status is _S.DECLINED:
        return [view.application.reason] if view.application.reason else []
    if view.application.status not in _WAITING:
        return []
    asked = _open_question(view)
    if asked:
        return [asked.question]
    return [s.note for s in view.endorsements if s.status is EndorsementStatus.DECLINED and s.note]


def _again(view: ApplicationView, tr: Translator) -> kit.Element | None:
    """From when another one may follow, as long as it is not time yet."""
    if view.again_on is None or "apply" in view.may:
        return None
    return kit.text(tr.t("application.again", date=tr.value(view.again_on)))


def _private(view: ApplicationView, tr: Translator) -> tuple[str, str] | None:
    """Whether there is a self-identification, never what it says."""
    if "withdraw" not in view.may:
        return None
    key = "given" if view.self_identified else "none"
    return (
        tr.t("application.fact.self_identification"),
        tr.t(f"application.self_identification.{key}"),
    )


def _buttons(view: ApplicationView, tr: Translator, limit: int) -> list[kit.Element | None]:
    application_id, may = view.application.application_id, view.may
    declined = {s.kind for s in view.endorsements if s.status is EndorsementStatus.DECLINED}

    def another(kind: EndorserKind) -> kit.Element | None:
        # While everything can be changed, the form changes this too.
        if f"name_{kind.value}" not in may or ("edit" in may and kind not in declined):
            return None
        likely = kind in declined and _open_question(view) is None
        made = kit.positive if likely else kit.execute
        return made(
            tr.t(f"application.do.name_{kind.value}"),
            actions.APPLICATION_ENDORSER,
            id=application_id,
            kind=kind.value,
        )

    return [
        answer_button(view, tr),
        kit.execute(tr.t("application.do.edit"), actions.APPLICATION_EDIT, id=application_id)
        if "edit" in may
        else None,
        another(EndorserKind.MANAGER),
        another(EndorserKind.REFERENCE),
        _interview_button(view, tr),
        _cohort_button(view, tr),
        written_button(view.application, tr, limit=limit),
        *_self_identification_buttons(view, tr),
        withdraw_button(view, tr) if "withdraw" in may else None,
        kit.positive(tr.t("application.do.assignments"), actions.ASSIGNMENT_LIST)
        if view.application.status is _S.ACTIVE
        else None,
        kit.execute(tr.t("application.do.apply"), actions.APPLICATION_NEW)
        if "apply" in may
        else None,
    ]


def _interview_button(view: ApplicationView, tr: Translator) -> kit.Element | None:
    """Opens the interview's own card, where a time is chosen or given up."""
    if view.interview is None or not interview_stands(view):
        return None
    offered = view.interview.status is InterviewStatus.OFFERED
    made = kit.positive if offered else kit.execute
    label = "application.do.choose_time" if offered else "application.do.interview"
    return made(tr.t(label), actions.INTERVIEW_SHOW, id=view.interview.interview_id)


def _cohort_button(view: ApplicationView, tr: Translator) -> kit.Element | None:
    """Opens the orientation's own card, where a seat is accepted or left."""
    if view.training is None or view.training.status not in TRAINING:
        return None
    offered = view.training.status is TrainingStatus.OFFERED
    made = kit.positive if offered else kit.execute
    return made(tr.t("application.do.cohort"), actions.COHORT_SHOW, id=view.training.cohort_id)


def _self_identification_buttons(view: ApplicationView, tr: Translator) -> list[kit.Element | None]:
    application_id, may = view.application.application_id, view.may
    return [
        give_button(application_id, tr)
        if "give_self_identification" in may and not view.self_identified
        else None,
        withdraw_self_identification(application_id, tr)
        if "withdraw_self_identification" in may
        else None,
    ]


def answer_button(view: ApplicationView, tr: Translator) -> kit.Element | None:
    """Opens the answer to the question that waits for one."""
    asked = _open_question(view)
    if asked is None:
        return None
    return kit.confirm(
        tr.t("application.do.answer", name=name_of(asked.person, tr)),
        kit.text_input(
            "answer",
            tr.t("application.answer.label"),
            tr.t("application.answer.wrong"),
            multiline=True,
            limit=LONGEST_ANSWER,
        ),
        actions=[
            kit.positive(
                tr.t("application.answer.send"),
                actions.APPLICATION_ANSWER,
                inputs=True,
                id=view.application.application_id,
                kind=asked.kind.value,
            )
        ],
    )


def withdraw_question(view: ApplicationView) -> str:
    """The key of the last question, by what falls with the application."""
    if interview_stands(view):
        return "application.withdraw.interview"
    if view.application.status is _S.IN_ORIENTATION:
        return "application.withdraw.training"
    return "application.withdraw.question"


def withdraw_button(view: ApplicationView, tr: Translator) -> kit.Element:
    """Asks once more in the same card."""
    return kit.confirm(
        tr.t("application.do.withdraw"),
        kit.text(tr.t(withdraw_question(view))),
        actions=[
            kit.destructive(
                tr.t("application.withdraw.confirm"),
                actions.APPLICATION_WITHDRAW,
                id=view.application.application_id,
            )
        ],
    )
