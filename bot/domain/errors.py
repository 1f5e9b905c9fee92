"""What can go wrong, named for what the reader can do about it.

    Exception
    ├── Refusal        the person can understand and act: `error.<code>` in the catalogues
    │   ├── NotFound   it does not exist, or is not theirs to see (the two are told alike)
    │   └── MovedOn    it exists, but no longer stands where the click thought it did
    ├── OutsideFault   Graph or Teams did not do it; the outbox tries again
    │   ├── Throttled  …and said when to come back
    │   ├── Gone       …because what it is about is no longer there; not tried again
    │   ├── Rejected   …because the call itself is wrong; not tried again
    │   ├── Denied     …because a permission or a licence is missing; tried again for weeks
    │   └── Unreachable  …because this person cannot be written to in the chat
    └── Conflict       somebody else wrote the same row meanwhile; tried once more

Anything else is a bug: a reference number for the person, the traceback for the log.
"""

from __future__ import annotations

from datetime import timedelta

DENIED = "graph_denied"


class Refusal(Exception):
    """A request that cannot be met, said in the reader's language.

    `code` is the catalogue key below `error.`; `values` are raw (dates, instants, names by
    language, counts): the translator words them. `field` names the input that it stands at.
    """

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values


class NotFound(Refusal):
    """No such thing, or not this person's to see: the answer does not tell which."""


class MovedOn(Refusal):
    """The thing is there, and has moved on since the card was made."""


class OutsideFault(Exception):
    """Graph or Teams failed in a way that may pass. `code` is safe to log and to show.

    `perhaps_done` says that the call may have been carried out and only its answer was lost:
    what does harm twice is then left undone.
    """

    def __init__(
        self, code: str, *, retry_after: timedelta | None = None, perhaps_done: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.perhaps_done = perhaps_done


class Throttled(OutsideFault):
    """Too many calls; `retry_after` says when to come back, where the service told."""


class Gone(OutsideFault):
    """What the call is about no longer exists there. Not tried again."""


class Rejected(OutsideFault):
    """The service refused the call itself (400): trying it again does not help."""


class Denied(OutsideFault):
    """We may not (401, 403, no licence), until somebody gives the permission."""

    def __init__(self, code: str = DENIED) -> None:
        super().__init__(code)


class Unreachable(OutsideFault):
    """This person cannot be written to in the chat: other channels are used."""


class Conflict(Exception):
    """Another writer changed the row between our reading and our writing."""
