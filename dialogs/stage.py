"""How a turn answers: in the clicked card's place, or with a new card at the bottom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from botbuilder.core import TurnContext

from bot.domain.people import Draft
from cards.form import build_moved
from dialogs.context import Card, Ctx
from dialogs.live import live_name, place

STAGE = "stage"
FORM = "form"


class Turn(Protocol):
    """The part of `bot.teams.turn.Turn` that dialogs use."""

    conversation_id: str
    state: dict[str, Any]
    draft: Draft | None

    def card_id(self, name: str) -> str | None: ...
    def forget_card(self, name: str) -> None: ...
    def show(
        self, card: Mapping[str, Any], *, summary: str, remember_as: str | None = None
    ) -> None: ...
    def update(
        self,
        activity_id: str,
        card: Mapping[str, Any],
        *,
        summary: str,
        or_reply: bool = True,
        remember_as: str | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Click:
    """A click on a form's card."""

    flow: str
    form: str
    step: str
    do: str
    to_step: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Heard:
    """Typed words; `word` is the form's own word among them ("back", "next" …), if any."""

    text: str
    word: str | None = None


@dataclass(slots=True)
class Stage:
    """Where one turn's answer goes.

    Attributes:
        clicked: The activity id of the card that was clicked; None for typed words.
        is_click: Whether the answer goes in place.
        said: What the person did in the form, for the dialog on the stack.
        in_place: The card that takes the clicked one's place, once there is one; `subject` is
            what it shows, where it is to be kept true.
        was_form: Whether the clicked card was the open form's before.
        kept: What the program remembers of the answer instead of `in_place`, which holds what is
            stored nowhere.
    """

    turn: Turn
    ctx: Ctx
    is_click: bool = False
    clicked: str | None = None
    said: Click | Heard | None = None
    in_place: Card | None = None
    subject: str | None = None
    was_form: bool = False
    kept: Card | None = None

    @classmethod
    def of(cls, context: TurnContext) -> Stage:
        """The stage of a TurnContext."""
        return cast("Stage", context.turn_state[STAGE])

    def show(
        self,
        card: Card,
        *,
        new: bool = False,
        subject: str | None = None,
        kept: Card | None = None,
    ) -> None:
        """A card that is no form's. One with `kept` is shown in place only, else `kept` is."""
        if self._takes_place(new=new):
            self.in_place, self.subject, self.kept = card, subject, kept
        else:
            card = kept or card
            name = live_name(self.ctx.me, subject) if subject else None
            self.turn.show(card, summary=card["speak"], remember_as=name)

    async def settle(self) -> None:
        """Remember what the clicked card shows from now on."""
        desk = self.ctx.services.live_cards
        if self.in_place is not None and self.clicked and desk is not None:  # pyright: ignore[reportUnnecessaryComparison]  # absent in some tests
            await place(
                desk,
                self.turn.state,
                person_id=self.ctx.me,
                conversation_id=self.turn.conversation_id,
                activity_id=self.clicked,
                subject=self.subject,
                was_form=self.was_form,
            )

    def form(self, card: Card, title: str) -> None:
        """A form's card: the only living one; an older card of the form says that it moved."""
        old = self.turn.card_id(FORM)
        if self._takes_place():
            self.in_place, self.was_form = card, old is not None and old == self.clicked
            self._quiet(old if old != self.clicked else None, title)
            if self.clicked:
                self.turn.state.setdefault("cards", {})[FORM] = self.clicked
        else:
            self._quiet(old, title)
            self.turn.show(card, summary=card["speak"], remember_as=FORM)

    def end_form(self, card: Card, title: str, *, subject: str | None = None) -> None:
        """The quiet record that a form ends with."""
        old = self.turn.card_id(FORM)
        self._quiet(old if old != self.clicked else None, title)
        self.turn.forget_card(FORM)
        self.show(card, subject=subject)

    def _takes_place(self, *, new: bool = False) -> bool:
        return self.is_click and self.in_place is None and not new

    def _quiet(self, old: str | None, title: str) -> None:
        if old:
            card = build_moved(title, self.ctx.tr)
            self.turn.update(old, card, summary=card["speak"], or_reply=False)
