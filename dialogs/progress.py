"""Where somebody is in a form: pure bookkeeping, kept as plain JSON on the dialog stack."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from dialogs.flow import Answers, Flow, Step

FORM_ID = "form_id"  # among the answers: the same form submitted twice is known by it


@dataclass
class Progress:
    """The state of one form.

    Attributes:
        form: A random id: clicks of another form's card carry another.
        options: What the form was begun with, for "start over".
        answers: What was accepted so far, and what the form was begun with.
        done: The steps accepted, by key.
        step: The step in view.
        typed: Values typed in the step in view that were not accepted (yet).
        asking: "resume" or "cancel" while that question is in view.
        hopped: Whether the step in view was reached by "change": then it leads back to where
            the person was, not to the step after it.
    """

    form: str
    options: dict[str, Any]
    answers: Answers
    step: str
    done: list[str] = field(default_factory=list[str])
    typed: dict[str, str] = field(default_factory=dict[str, str])
    asking: str | None = None
    hopped: bool = False

    @classmethod
    def start(cls, flow: Flow, options: dict[str, Any], answers: Answers) -> Progress:
        """At the first step that applies; at the review where all is filled in."""
        form = secrets.token_hex(9)  # also an id in cards: letters and figures
        progress = cls(form, options, {**answers, FORM_ID: form}, flow.steps[0].key)
        first, *_, last = [*progress.steps(flow), progress.steps(flow)[-1]]
        progress.step = last.key if flow.filled else first.key
        if flow.filled:
            progress.done = [step.key for step in flow.steps if step is not last]
        return progress

    @classmethod
    def read(cls, state: dict[str, Any]) -> Progress:
        """From a dialog's state."""
        return cls(**state)

    def write(self, state: dict[str, Any]) -> None:
        """Into a dialog's state."""
        state.update(asdict(self))

    def steps(self, flow: Flow) -> list[Step]:
        """Those that apply."""
        return [step for step in flow.steps if not step.skip(self.answers)]

    def current(self, flow: Flow) -> Step:
        """The step in view; the first open one should it no longer apply."""
        found = next((step for step in self.steps(flow) if step.key == self.step), None)
        return found or self.next_open(flow)

    def is_done(self, step: Step) -> bool:
        """Whether it was answered and its answers still stand."""
        return step.key in self.done and all(key in self.answers for key in step.needs)

    def next_open(self, flow: Flow) -> Step:
        """The first step not answered yet, else the last."""
        steps = self.steps(flow)
        return next((step for step in steps if not self.is_done(step)), steps[-1])

    def accept(self, flow: Flow, new: Answers) -> bool:
        """Take the current step's answers and go on; True where that was the last step."""
        step = self.current(flow)
        merged = {**self.answers, **new}
        self.answers = {key: value for key, value in merged.items() if value is not None}
        if step.key not in self.done:
            self.done.append(step.key)
        steps = self.steps(flow)
        after = steps[steps.index(step) + 1 :]
        if not after and all(self.is_done(other) for other in steps):
            return True
        onward = after[0] if after and not self.hopped else self.next_open(flow)
        self._view(onward.key)
        return False

    def go_to(self, flow: Flow, key: str) -> bool:
        """Put a step in view, if it applies and was answered, or is the next one to answer."""
        reachable = {step.key for step in self.steps(flow) if self.is_done(step)}
        if key not in reachable | {self.next_open(flow).key}:
            return False
        self.done = [done for done in self.done if done != flow.steps[-1].key]
        self._view(key)
        self.hopped = True
        return True

    def back(self, flow: Flow) -> None:
        """The step before; the first stays where it is."""
        keys = [step.key for step in self.steps(flow)]
        at = keys.index(self.current(flow).key)
        self._view(keys[max(at - 1, 0)])

    def position(self, flow: Flow) -> tuple[int, int]:
        """Step 2 of 5."""
        keys = [step.key for step in self.steps(flow)]
        return keys.index(self.current(flow).key) + 1, len(keys)

    def reopen(self, flow: Flow, key: str) -> None:
        """A step turned out wrong at the end: it is open again."""
        self.done = [done for done in self.done if done not in (key, flow.steps[-1].key)]
        self._view(key)
        self.hopped = True

    def _view(self, key: str) -> None:
        self.step, self.typed, self.hopped = key, {}, False
