"""What the courier's tests share: a carrier that does as the test says, rows, seconds."""

import asyncio
from datetime import datetime

from bot.domain.messages import LiveCard, OutboxRow, Via
from bot.services.outbox import Postpone, Ready, Skip
from tests.fakes.outbox_queue import FakeOutboxQueue
from tests.unit.services.world import NOW, World


class Carrier:
    """Does what the test says, and notes what it was told."""

    def __init__(self) -> None:
        self.answers: list[Skip | Postpone | Exception | None] = []
        self.sent: list[str] = []
        self.failures: list[tuple[str, bool]] = []

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Skip | Postpone):
            return answer

        async def send() -> str:
            if answer is not None:
                raise answer
            self.sent.append(row.row_id)
            return f"receipt of {row.row_id}"

        return Ready(send)

    async def failed(self, row: OutboxRow, error: str, *, final: bool) -> None:
        self.failures.append((error, final))


class Slow(Carrier):
    """Does not end before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def prepare(self, row: OutboxRow) -> Ready | Skip | Postpone:
        ready = await super().prepare(row)
        if row.kind == "slow":
            await self.let.wait()
        return ready


class Watch:
    """Seconds that pass as the test says."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Forgetful(FakeOutboxQueue):
    """Cannot be written to for a while."""

    away = False

    async def sent(
        self,
        row_id: str,
        token: str,
        at: datetime,
        receipt: str | None,
        card: LiveCard | None = None,
    ) -> None:
        if self.away:
            raise ConnectionError
        await super().sent(row_id, token, at, receipt, card)

    async def retry(self, row_id: str, token: str, due_at: datetime, error: str) -> None:
        if self.away:
            raise ConnectionError
        await super().retry(row_id, token, due_at, error)


def owe(world: World, row_id: str = "row", **changed: object) -> OutboxRow:
    row = OutboxRow(
        row_id=row_id,
        via=Via.CHAT,
        kind="request.asked",
        subject="request:1",
        dedupe_key=row_id,
        due_at=NOW,
        created_at=NOW,
        recipient_id="somebody",
    )
    for name, value in changed.items():
        setattr(row, name, value)
    world.units.memory.outbox[row_id] = row
    return row
