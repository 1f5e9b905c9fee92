"""What a form is made of: a flow has steps; each step asks, reads, and says what was answered.

A flow names no sentence: its texts are in the catalogue of its noun, under keys that mirror it.
The answers have one of the form's own, `form_id`: the same form submitted twice is known by it.

    <flow>.title                    the card's title
    <flow>.step.<step>.title        the step's own heading
    <flow>.step.<step>.prompt       what it asks
    <flow>.step.<step>.label        in "what you said so far", needed where `summary` speaks
    <flow>.submit                   the caption of the last step's button

Answers are plain JSON values. Texts are made anew each time, so a form survives a restart, a
change of language in its middle, and days away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.domain.errors import Refusal

if TYPE_CHECKING:
    from dialogs.context import Card, Ctx, Reply

Answers = dict[str, Any]
Element = dict[str, Any]
Values = Mapping[str, str]


class FormErrors(Exception):
    """Several refusals at once, each with the `field` it stands at."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        super().__init__("form_errors")
        self.refusals = tuple(refusals)


class Step(ABC):
    """One card of a form.

    Attributes:
        key: The step's name, in text keys and in drafts.
        private: Whether what is typed or chosen here is kept nowhere as it was given: not in the
            form's state, not quoted in its card. Its `parse` gives what may be kept.
        needs: Answers without which the step counts as not answered yet. A step that changes what
            a later one was about sets that one's answer to None in its `parse`.
    """

    key: str
    needs: tuple[str, ...] = ()
    private: bool = False

    async def build(self, answers: Answers, ctx: Ctx) -> Sequence[Element]:
        """The step's elements: `kit` texts and inputs (at most four), with defaults filled in.

        What was typed already, and errors, are put in by the form. No inputs makes a review.
        """
        return []

    async def parse(self, values: Values, answers: Answers, ctx: Ctx) -> Answers:
        """Read the inputs into answers; an answer of None is taken away.

        `values` has every input of the step as text ("" where empty). Required inputs, lists,
        numbers, dates and lengths were checked before.

        Raises:
            Refusal: with `field`, it stands at that input; without, above them all.
            FormErrors: several of them.
        """
        return dict(values)

    async def hear(self, text: str, answers: Answers, ctx: Ctx) -> Values | None:
        """Read typed words into the inputs' values. None: the form reads them by itself.

        Raises:
            Refusal: as `parse`.
        """
        return None

    async def summary(self, answers: Answers, ctx: Ctx) -> str | None:
        """The step's line in "what you said so far"; None for no line."""
        return None

    def skip(self, answers: Answers) -> bool:
        """Whether the step does not apply, given the answers before it."""
        return False


class Flow(ABC):
    """A form of one or several steps, and what happens at its end.

    Attributes:
        name: In text keys, in drafts and on the dialog stack.
        version: Raised when steps or answers change so that an old stack makes no sense.
        steps: In order. The last is usually a review: a step without inputs.
        drafted: Whether it can be left and found again. A flow about one thing (a decision on a
            request) that is quickly made anew need not be.
        texts: What its text keys begin with, where that is not its name.
        filled: Whether `begin` answers every step, so that it starts at the last one, the review.
    """

    name: str
    texts: str = ""
    version: int = 1
    steps: Sequence[Step] = ()
    drafted: bool = True
    filled: bool = False

    async def begin(self, options: Mapping[str, Any], ctx: Ctx) -> Answers:
        """The answers to start with: defaults, and what the form is about.

        Raises:
            Refusal: the form cannot be begun; the person is told why.
        """
        return dict(options)

    @abstractmethod
    async def finish(self, answers: Answers, ctx: Ctx) -> Card | Reply:
        """Call the use case; give the quiet record of what was agreed.

        A record that is to be kept true is given as `show(card, subject=…)`.

        Raises:
            Refusal: with the `field` of a step's input, the form goes back to that step; without,
                it stands above the last step. `NotFound` and `MovedOn` end the form.
        """

    async def cancelled(self, answers: Answers, ctx: Ctx) -> Card | Reply | None:
        """What is shown once the form is given up; None for a word that it is.

        A form that took the place of a thing's card gives that card back.
        """
        return None

    def title(self, answers: Answers, ctx: Ctx) -> str:
        """The card's title."""
        return ctx.tr.t(self.text_key("title"))

    def text_key(self, rest: str) -> str:
        """A key of its texts."""
        return f"{self.texts or self.name}.{rest}"

    @property
    def dialog_id(self) -> str:
        """Its name on the dialog stack."""
        return f"flow.{self.name}.{self.version}"
