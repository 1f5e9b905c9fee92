"""A facilitator's place on the roster: as they see it, and as those who steer their region do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain import catalogue
from bot.domain.roster import Absence, Facilitator, Standing, Wish
from bot.services.roster_views import FacilitatorView, Figures, local_day
from cards import actions, kit
from cards.notices import offering_title, person_name

if TYPE_CHECKING:
    from bot.i18n import Translator

TONES: Final = {
    Standing.ACTIVE: kit.Tone.GOOD,
    Standing.PAUSED: kit.Tone.WARNING,
    Standing.RETIRED: kit.Tone.PLAIN,
}
SHOWN: Final = 5  # absences, and lines of the time line
ASKED_TWICE: Final = ("pause", "retire")


def build_facilitator(
    view: FacilitatorView,
    tr: Translator,
    *,
    said: str | None = None,
    tone: kit.Tone = kit.Tone.INFO,
) -> kit.Card:
    """How a facilitator stands, and what the reader can do about it."""
    own = view.relation == "self"
    title = tr.t("roster.mine.title") if own else person_name(view.person, tr)
    state = tr.t(f"roster.standing.{view.facilitator.standing.value}")
    return kit.card(
        tr,
        title,
        kit.badge(state, TONES[view.facilitator.standing]),
        kit.text(tr.t(f"roster.next.{view.relation}.{view.facilitator.standing.value}")),
        figures_part(view.figures, tr),
        _facts(view, tr),
        *([] if own else _timeline(view, tr)),
        actions=_own_buttons(view, tr) if own else _steering_buttons(view, tr),
        said=said,
        tone=tone,
        summary=said or kit.one_line(tr, title, state),
        refresh=(actions.ROSTER_SHOW, {"id": view.facilitator.person_id}, ()),
    )


def build_leads_first(view: FacilitatorView, tr: Translator) -> kit.Card:
    """Somebody typed that they leave, and leads something still ahead."""
    title, why = _caption(view, "retire", tr), question(view, "retire", tr)
    return kit.card(
        tr,
        title,
        kit.text(why),
        actions=[
            kit.execute(tr.t("assignment.list.title"), actions.ASSIGNMENT_LIST),
            kit.execute(tr.t("roster.mine.title"), actions.ROSTER_MINE),
        ],
        summary=kit.one_line(tr, title, why),
    )


def question(view: FacilitatorView, do: str, tr: Translator) -> str:
    """What would happen, and to what."""
    who = view.relation
    if do == "pause":
        return tr.t(f"roster.pause.question.{who}")
    if view.leads:
        return tr.n(f"roster.retire.first.{who}", view.leads)
    words = tr.t(f"roster.retire.question.{who}")
    return f"{words} {tr.n('roster.retire.offers', view.offers)}" if view.offers else words


def figures_part(figures: Figures, tr: Translator) -> kit.Element:
    """Sessions led, towards those asked for; those ahead."""
    led = tr.n("roster.led", figures.led, aimed=tr.number(figures.aimed), months=figures.months)
    ahead = tr.n("roster.ahead", figures.ahead) if figures.ahead else ""
    return kit.element_group(
        kit.figure(tr.number(figures.led), led), kit.subtle(ahead) if ahead else None
    )


def standing_part(view: FacilitatorView, tr: Translator) -> list[kit.Element | None]:
    """Above the list of one's own assignments: the figures, and what differs from the usual."""
    facilitator = view.facilitator
    state = tr.t(f"roster.standing.{facilitator.standing.value}")
    away = [days_of(each.absence, tr) for each in view.absences[:1]]
    return [
        None if facilitator.active else kit.badge(state, TONES[facilitator.standing]),
        figures_part(view.figures, tr),
        kit.facts(
            tr,
            [
                (tr.t("roster.fact.wish"), wish_line(view, tr))
                if view.wish is not Wish.USUAL
                else None,
                (tr.t("roster.fact.next_absence"), "".join(away)),
            ],
        ),
    ]


def standing_buttons(view: FacilitatorView, tr: Translator) -> list[kit.Element | None]:
    """Below that list: absences, how much, and one's place on the roster."""
    return [
        kit.execute(tr.t("absence.list.title"), actions.ABSENCE_LIST)
        if "absence" in view.may
        else None,
        kit.execute(tr.t("roster.do.wish"), actions.ROSTER_WISH) if "wish" in view.may else None,
        kit.execute(tr.t("roster.mine.title"), actions.ROSTER_MINE),
    ]


def figures_line(figures: Figures, tr: Translator) -> str:
    """The same in one line of a list."""
    led = tr.n("roster.figures", figures.led, aimed=figures.aimed)
    return f"{led}, {tr.t('roster.figures.ahead', ahead=figures.ahead)}" if figures.ahead else led


def topics_line(facilitator: Facilitator, tr: Translator) -> str:
    """The titles; one word where they are all that can be requested."""
    requestable = {entry.key for entry in catalogue.requestable_offerings()}
    others = [key for key in facilitator.topics if key not in requestable]
    if not requestable <= set(facilitator.topics):
        return "; ".join(offering_title(key, tr) for key in facilitator.topics)
    return "; ".join([tr.t("roster.topics.every"), *(offering_title(key, tr) for key in others)])


def about_line(facilitator: Facilitator, tr: Translator) -> str:
    """Union · English, French · Atlantic."""
    return " · ".join(
        [
            tr.sentence(tr.t(f"common.side.{facilitator.side.value}")),
            _languages(facilitator, tr),
            tr.value(catalogue.region(facilitator.region).name),
        ]
    )


def _languages(facilitator: Facilitator, tr: Translator) -> str:
    """The reader's own first."""
    tags = sorted(facilitator.languages, key=lambda tag: (tag != tr.language, tag))
    return tr.sentence(", ".join(tr.t(f"common.language.{tag}") for tag in tags))


def days_of(absence: Absence, tr: Translator) -> str:
    """From Monday, March 1 to Friday, March 5; or the one day."""
    return tr.sentence(days_within(absence, tr))


def days_within(absence: Absence, tr: Translator) -> str:
    """The same within a sentence."""
    first, last = tr.weekday_date(absence.from_on), tr.weekday_date(absence.to_on)
    if absence.from_on == absence.to_on:
        return tr.t("absence.day", day=first)
    return tr.t("absence.days", first=first, last=last)


def wish_line(view: FacilitatorView, tr: Translator) -> str:
    """More, until June 30; as usual."""
    words = tr.t(f"roster.wish.{view.wish.value}")
    until = view.facilitator.wish_until_on
    if view.wish is Wish.USUAL or until is None:
        return words
    return tr.t("roster.wish.until", wish=words, until=tr.date(until))


def _facts(view: FacilitatorView, tr: Translator) -> kit.Element | None:
    facilitator = view.facilitator
    since = tr.date(local_day(facilitator.since_at, tr.zone)) if facilitator.since_at else ""
    away = [days_of(each.absence, tr) for each in view.absences[:SHOWN]]
    return kit.facts(
        tr,
        [
            (
                tr.t("roster.fact.side"),
                tr.sentence(tr.t(f"common.side.{facilitator.side.value}")),
            ),
            (tr.t("roster.fact.languages"), _languages(facilitator, tr)),
            (tr.t("roster.fact.region"), tr.value(catalogue.region(facilitator.region).name)),
            (tr.t("roster.fact.topics"), topics_line(facilitator, tr)),
            (tr.t("roster.fact.since"), since),
            (tr.t("roster.fact.wish"), wish_line(view, tr)) if "wish" in view.may else None,
            (tr.t("roster.fact.wish"), wish_line(view, tr))
            if "wish" not in view.may and view.wish is not Wish.USUAL
            else None,
            (tr.t("roster.fact.absences"), "; ".join(away)),
        ],
    )


def _own_buttons(view: FacilitatorView, tr: Translator) -> list[kit.Element | None]:
    return [
        _plain(view, "resume", actions.ROSTER_RESUME, tr, likely=True),
        kit.execute(tr.t("assignment.list.title"), actions.ASSIGNMENT_LIST),
        kit.execute(tr.t("absence.list.title"), actions.ABSENCE_LIST)
        if "absence" in view.may
        else None,
        kit.execute(tr.t("roster.do.wish"), actions.ROSTER_WISH) if "wish" in view.may else None,
        *(_asked(view, do, tr) for do in ASKED_TWICE),
    ]


def _steering_buttons(view: FacilitatorView, tr: Translator) -> list[kit.Element | None]:
    return [
        _plain(view, "bring_back", actions.ROSTER_BRING_BACK, tr, likely=True),
        _plain(view, "certify", actions.ROSTER_CERTIFY, tr),
        _plain(view, "resume", actions.ROSTER_RESUME, tr),
        *(_asked(view, do, tr) for do in ASKED_TWICE),
        kit.execute(tr.t("roster.list.title"), actions.ROSTER_LIST),
    ]


def _plain(
    view: FacilitatorView, do: str, verb: str, tr: Translator, *, likely: bool = False
) -> kit.Element | None:
    if do not in view.may:
        return None
    make = kit.positive if likely else kit.execute
    return make(tr.t(f"roster.do.{do}"), verb, id=view.facilitator.person_id)


def _asked(view: FacilitatorView, do: str, tr: Translator) -> kit.Element | None:
    """A button that says what would follow, with one more click to do it."""
    if do not in view.may:
        return None
    yes = _yes(view, do, tr)
    return kit.confirm(
        _caption(view, do, tr), kit.text(question(view, do, tr)), actions=[yes] if yes else []
    )


def _caption(view: FacilitatorView, do: str, tr: Translator) -> str:
    """What is done to oneself has other words than what is done to somebody else."""
    return tr.t(f"roster.do.{do}" if view.relation == "self" else f"roster.do.{do}.coordinator")


def _yes(view: FacilitatorView, do: str, tr: Translator) -> kit.Element | None:
    if do == "retire" and view.leads:
        return None
    verb = actions.ROSTER_PAUSE if do == "pause" else actions.ROSTER_RETIRE
    person_id = view.facilitator.person_id
    own = do == "pause" or view.relation == "self"
    words = tr.t(f"roster.{do}.yes" if own else f"roster.{do}.yes.coordinator")
    return kit.destructive(words, verb, id=person_id, sure=True)


def _timeline(view: FacilitatorView, tr: Translator) -> list[kit.Element]:
    lines = view.timeline[-SHOWN:]
    if not lines:
        return []
    made: list[kit.Element] = [kit.heading(tr.t("timeline.title"), small=True)]
    for entry in lines:
        name = person_name(entry.actor, tr) if entry.actor else tr.t("common.somebody")
        topics = [offering_title(key, tr) for key in entry.note.split(",") if key]
        what = tr.t(f"roster.timeline.{entry.what}", name=name, topics="; ".join(topics))
        made.append(
            kit.line(
                kit.run(what, small=True),
                kit.run(f" · {tr.date_time(entry.at)}", faint=True, small=True),
                spacing="small",
            )
        )
    return made
