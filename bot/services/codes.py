"""Session codes that are easy to say and type: K7M-2QF."""

from __future__ import annotations

import secrets

from bot.domain.sessions import CODE, CODE_ALPHABET
from bot.services.keeping import UnitOfWork


async def new_code(uow: UnitOfWork) -> str:
    """A code that nothing has yet: about 700 million are possible, so a second draw is rare."""
    while True:
        drawn = "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))
        code = f"{drawn[:3]}-{drawn[3:]}"
        if await uow.sessions.by_code(code) is None and await uow.cohorts.by_code(code) is None:
            return code


def find_code(text: str) -> str | None:
    """The code within what somebody typed, as it is kept; None where there is none."""
    found = CODE.search(text)
    return f"{found[1]}-{found[2]}".upper() if found else None
