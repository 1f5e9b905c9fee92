"""What a transaction is to the rest of storage, whichever database it is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from sqlalchemy import Executable

from storage.statements import Parameters, Rows, Step

Dialect = Literal["sqlite", "postgresql"]
OnStatement = Callable[[str, Sequence[Any]], None]  # told each statement; for tests


class Transaction(Protocol):
    """One transaction. It is over after `commit`; rolled back where that is never called."""

    dialect: Dialect

    async def execute(
        self, statement: Executable, parameters: Parameters | Sequence[Parameters] | None = None
    ) -> Rows:
        """Run a statement; with a list of parameters, once for each."""
        ...

    async def run(self, steps: Sequence[Step]) -> None:
        """Run several in one go.

        Raises:
            Conflict: One touched another number of rows than it should.
        """
        ...

    async def commit(self, steps: Sequence[Step] = ()) -> None:
        """Run these, the last ones, and commit in the same go.

        Raises:
            Conflict: One touched another number of rows than it should; nothing is kept.
        """
        ...


class Home(Protocol):
    """A database's connections."""

    on_statement: OnStatement | None

    async def begin(self, *, writes: bool) -> Transaction:
        """Open a transaction."""
        ...

    async def end(self, transaction: Transaction, error: BaseException | None) -> None:
        """Close it: what was not committed is rolled back."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
