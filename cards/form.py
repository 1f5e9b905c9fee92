"""The card of a form: where you are, what you said so far, what is asked now, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cards import actions, kit

if TYPE_CHECKING:
    from bot.i18n import Translator

Element = dict[str, Any]

MOST_TYPED = 11 * 1024  # bytes of typed text in one card, of the 25 KB that it may have


@dataclass(frozen=True, slots=True)
class Said:
    """One line of what was said so far."""

    step: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormView:
    """One step of a form as it stands.

    Attributes:
        flow, form, step: What a click of this card carries, so that an older one is known.
        title: What this form is; `prompt` what the step asks, `heading` the step's own title.
        number, total: Where it stands, counted over the steps that apply.
        elements: The step's texts and inputs, in order.
        values: What was typed, by input; `errors` what is wrong with it, by input ("" for all).
        said: The steps answered already.
        confirm: The last button's caption; None is "Next".
        notice: Something to know first.
    """

    flow: str
    form: str
    step: str
    title: str
    heading: str
    prompt: str
    number: int
    total: int
    elements: Sequence[Element] = ()
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    said: Sequence[Said] = ()
    confirm: str | None = None
    notice: str | None = None


def build_form(view: FormView, tr: Translator) -> kit.Card:
    """The card of one step."""
    where = tr.t("common.step", step=view.number, steps=view.total) if view.total > 1 else ""
    filled = list(with_answers(view.elements, fitting(view.values), view.errors))
    general = [kit.notice(view.errors[""], kit.Tone.ATTENTION)] if "" in view.errors else []
    asked = any(element["type"].startswith("Input.") for element in walk(view.elements))
    hint = "form.hint" if asked else "form.hint_review" if view.confirm else "form.hint_read"
    body = [
        kit.subtle(where) if where else None,
        *_said_so_far(view, tr),
        kit.heading(view.heading, small=True) if view.heading else None,
        *general,
        kit.text(view.prompt) if view.prompt else None,
        *filled,
        kit.subtle(tr.t(hint)),
    ]
    return kit.card(
        tr,
        view.title,
        *body,
        actions=_buttons(view, tr),
        said=view.notice,
        summary=kit.one_line(tr, view.title, view.heading),
    )


def build_resume(view: FormView, since: str, tr: Translator) -> kit.Card:
    """A form was left half way: continue, start over or cancel."""
    return kit.card(
        tr,
        view.title,
        kit.text(tr.t("form.resume.text", since=since)),
        *_said_so_far(view, tr, change=False),
        actions=[
            kit.positive(tr.t("form.resume.continue"), actions.FORM, **_data(view, "continue")),
            kit.execute(tr.t("form.resume.restart"), actions.FORM, **_data(view, "restart")),
            kit.execute(tr.t("form.resume.cancel"), actions.FORM, **_data(view, "cancelled")),
        ],
        summary=tr.t("form.resume.text", since=since),
    )


def build_cancel_question(view: FormView, tr: Translator) -> kit.Card:
    """Somebody typed "cancel": ask once."""
    return kit.card(
        tr,
        view.title,
        kit.text(tr.t("form.cancel.question")),
        actions=[
            kit.positive(tr.t("form.cancel.no"), actions.FORM, **_data(view, "continue")),
            kit.destructive(tr.t("form.cancel.yes"), actions.FORM, **_data(view, "cancelled")),
        ],
        summary=tr.t("form.cancel.question"),
    )


def build_cancelled(title: str, tr: Translator) -> kit.Card:
    """The quiet record of a form given up."""
    return kit.card(
        tr,
        title,
        kit.text(tr.t("form.cancelled")),
        actions=[kit.execute(tr.t("form.help"), actions.HELP)],
        summary=tr.t("form.cancelled"),
    )


def build_moved(title: str, tr: Translator) -> kit.Card:
    """What is left of a form's card when the form goes on further down."""
    return kit.card(tr, title, kit.subtle(tr.t("form.moved")), summary=tr.t("form.moved"))


def build_closed(title: str, tr: Translator) -> kit.Card:
    """A click on a form that is over."""
    return kit.card(
        tr,
        title,
        kit.text(tr.t("form.closed")),
        actions=[kit.execute(tr.t("form.help"), actions.HELP)],
        summary=tr.t("form.closed"),
    )


def build_lost(flow: str | None, title: str, tr: Translator) -> kit.Card:
    """The program changed under a form (another version): say sorry, offer to begin again."""
    again = kit.positive(
        tr.t("form.begin_again"),
        actions.FORM,
        form_flow=flow,
        form_id="",
        form_step="",
        form_do="begin",
    )
    return kit.card(
        tr,
        title,
        kit.text(tr.t("form.lost")),
        actions=[again if flow else None, kit.execute(tr.t("form.help"), actions.HELP)],
        summary=tr.t("form.lost"),
    )


def walk(elements: Sequence[Element]) -> Iterator[Element]:
    """Every element, those within containers and columns too."""
    for element in elements:
        yield element
        for inner in ("items", "columns"):
            yield from walk(element.get(inner) or [])


def inputs_of(elements: Sequence[Element]) -> dict[str, Element]:
    """The inputs among the elements, by their id, in order."""
    return {item["id"]: item for item in walk(elements) if item["type"].startswith("Input.")}


def with_answers(
    elements: Sequence[Element], values: Mapping[str, str], errors: Mapping[str, str]
) -> Iterator[Element]:
    """The elements with what was typed in them, and each error under its input."""
    for element in elements:
        made = dict(element)
        for inner in ("items", "columns"):
            if inner in made:
                made[inner] = list(with_answers(made[inner], values, errors))
        key: str = made["id"] if made["type"].startswith("Input.") else ""
        if key in values:
            made["value"] = values[key]
        yield made
        if key and key in errors:
            yield kit.error(errors[key])


def fitting(values: Mapping[str, str]) -> Mapping[str, str]:
    """What was typed, as much of it as a card can hold; too much is refused in any case."""
    if sum(len(value.encode()) for value in values.values()) <= MOST_TYPED:
        return values
    share = MOST_TYPED // len(values)
    return {key: value.encode()[:share].decode(errors="ignore") for key, value in values.items()}


def _said_so_far(view: FormView, tr: Translator, *, change: bool = True) -> list[Element]:
    return [
        kit.line(
            kit.run(tr.t("card.fact", label=said.label), bold=True, small=True),
            kit.run(" " + said.text, small=True, limit=200),
            *([kit.run("  ", small=True), _change_link(view, said, tr)] if change else []),
            spacing="small",
        )
        for said in view.said
    ]


def _change_link(view: FormView, said: Said, tr: Translator) -> Element:
    """A link within the line, reached by keyboard; its name says what it changes."""
    return {
        **kit.run(tr.t("common.change"), small=True, tone=kit.Tone.INFO),
        "selectAction": kit.execute(
            tr.t("form.change", label=said.label),
            actions.FORM,
            **_data(view, "change"),
            to_step=said.step,
        ),
    }


def _buttons(view: FormView, tr: Translator) -> list[Element | None]:
    onward = view.confirm or tr.t("common.next")
    data = _data(view, "next")
    return [
        kit.positive(onward, actions.FORM, inputs=True, **data),
        kit.execute(tr.t("common.back"), actions.FORM, **_data(view, "back"))
        if view.number > 1
        else None,
        kit.confirm(
            tr.t("common.cancel"),
            kit.text(tr.t("form.cancel.question")),
            actions=[
                kit.destructive(tr.t("form.cancel.yes"), actions.FORM, **_data(view, "cancelled"))
            ],
        ),
    ]


def _data(view: FormView, do: str) -> dict[str, Any]:
    return {"form_flow": view.flow, "form_id": view.form, "form_step": view.step, "form_do": do}
