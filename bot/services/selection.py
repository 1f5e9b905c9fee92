"""Selection: what the coordinators of a region do with applications.

Whoever is of the candidate's side decides; whoever is of the other side proposes, and one of the
candidate's side makes it so or sets it aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.applications import (
    SELECTING,
    Application,
    ApplicationStatus,
    Decision,
    move,
)
from bot.domain.errors import MovedOn, NotFound, Refusal
from bot.domain.interviews import Ending
from bot.domain.messages import Via
from bot.domain.people import Role
from bot.services.application_end import Sealing, drop_proposal, end_application
from bot.services.desk import (
    Desk,
    Notice,
    application_subject,
    quoted_application,
    record,
    refresh,
    tell,
    the_application,
)
from bot.services.interview_ending import end_interviews
from bot.services.keeping import UnitOfWork
from bot.services.selecting import Stance, deciders, selected
from bot.services.selection_views import SelectionView, decisions, selection_view

PAGE = 10
LONGEST_TEXT = 2000
STATUS = {
    Decision.ACCEPT: ApplicationStatus.ACCEPTED,
    Decision.KEEP: ApplicationStatus.KEPT,
    Decision.DECLINE: ApplicationStatus.DECLINED,
}


class Opening(Sealing, Protocol):
    """What selection needs of the sealed self-identifications (services.self_identification)."""

    async def order(
        self, uow: UnitOfWork, applications: Sequence[Application], *, reader_id: str
    ) -> list[Application]: ...
    async def may_open(self, uow: UnitOfWork, reader_id: str, application: Application) -> bool: ...


@dataclass(frozen=True, slots=True)
class SelectionPage:
    """A page of applications: `first` is the place of the first, from 0, of `total`.

    `which` is the side that is listed, "" for both. `ordered` says that the programme's order was
    made, which those who do not select have no part in: they see what waits by date. `own` are
    the reader's own sides.
    """

    entries: tuple[SelectionView, ...]
    which: str
    first: int
    total: int
    own: frozenset[str]
    ordered: bool = True

    @property
    def next_first(self) -> int | None:
        """Where the next page begins; None on the last."""
        following = self.first + len(self.entries)
        return following if following < self.total else None


class SelectionService:
    """Lists, shows and decides. Each refuses whoever does not select."""

    def __init__(self, desk: Desk, opening: Opening) -> None:
        self._desk = desk
        self._opening = opening

    async def queue(self, actor_id: str, which: str = "", first: int = 0) -> SelectionPage:
        """What there is to select in the actor's regions, ten at a time.

        Their own side's first; within a side in the programme's order. Administrators see what
        waits where the candidate's side has no coordinator, by date alone.

        Raises:
            Refusal: `not_selecting`, for everybody else.
        """
        async with self._desk.uow(reading=True) as uow:
            grants = await uow.grants.of(actor_id)
            posts = {(g.region, g.side) for g in grants if g.role is Role.COORDINATOR}
            administers = any(g.role is Role.ADMINISTRATOR for g in grants)
            if not posts and not administers:
                raise Refusal("not_selecting")
            found = await self._theirs(uow, actor_id, posts, which) if posts else []
            if administers:
                found += await self._unattended(uow, actor_id, posts, which)
            start = first if 0 <= first < len(found) else 0
            views = [await self.sight(uow, a, actor_id) for a in found[start : start + PAGE]]
        own = frozenset(side for _, side in posts)
        return SelectionPage(tuple(views), which, start, len(found), own, ordered=bool(posts))

    async def _theirs(
        self, uow: UnitOfWork, actor_id: str, posts: set[tuple[str, str]], which: str
    ) -> list[Application]:
        regions = {region for region, _ in posts}
        listed = [
            a
            for a in await uow.applications.in_regions(regions, SELECTING)
            if a.applicant_id != actor_id and which in ("", a.side.value)
        ]
        ordered = await self._opening.order(uow, listed, reader_id=actor_id)
        return sorted(ordered, key=lambda a: (a.region, a.side.value) not in posts)

    async def _unattended(
        self, uow: UnitOfWork, actor_id: str, posts: set[tuple[str, str]], which: str
    ) -> list[Application]:
        """What waits where nobody coordinates the candidate's side: administrators stand in."""
        held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for grant in await uow.grants.holders(Role.COORDINATOR):
            held[grant.region, grant.side].add(grant.person_id)
        own = {region for region, _ in posts}
        return [
            a
            for a in await uow.applications.in_regions((), SELECTING)
            if a.applicant_id != actor_id
            and which in ("", a.side.value)
            and a.region not in own
            and not held[a.region, a.side.value] - {a.applicant_id}
        ]

    async def sight(
        self, uow: UnitOfWork, application: Application, reader_id: str
    ) -> SelectionView:
        """How one of those who select sees it. Raises `NotFound`."""
        opens = await self._opening.may_open(uow, reader_id, application)
        return await selection_view(uow, self._desk, application, reader_id, opens=opens)

    async def view(self, reader_id: str, application_id: str) -> SelectionView:
        """One application. Raises `NotFound`, also for whoever does not select it."""
        async with self._desk.uow(reading=True) as uow:
            application = await the_application(uow, application_id, lock=False)
            return await self.sight(uow, application, reader_id)

    async def find(self, reader_id: str, reference: str) -> SelectionView:
        """By what people quote: AP-2027-0042. Raises `NotFound`."""
        async with self._desk.uow(reading=True) as uow:
            application = await quoted_application(uow, reference)
            if application is None:
                raise NotFound("application_unknown")
            return await self.sight(uow, application, reader_id)

    async def accept(self, actor_id: str, application_id: str) -> SelectionView:
        """Accept, after an interview; of the other side, propose it."""
        return await self._decide(actor_id, application_id, Decision.ACCEPT)

    async def keep(self, actor_id: str, application_id: str) -> SelectionView:
        """Keep for later; of the other side, propose it."""
        return await self._decide(actor_id, application_id, Decision.KEEP)

    async def decline(self, actor_id: str, application_id: str, text: str) -> SelectionView:
        """Decline with kind words that the candidate reads; of the other side, propose it.

        Raises:
            Refusal: `reason_missing`, `too_long` at `text`.
        """
        return await self._decide(actor_id, application_id, Decision.DECLINE, text.strip())

    async def _decide(
        self, actor_id: str, application_id: str, decision: Decision, text: str = ""
    ) -> SelectionView:
        """Decide, or propose: a second click of the same person changes nothing.

        Raises:
            MovedOn: `application_moved_on`.
            Refusal: `interview_not_held`.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application, stance = await selected(uow, actor_id, application_id)
            proposes = stance is Stance.OTHER
            if self._done(application, decision, actor_id, text, proposes=proposes):
                return await self.sight(uow, application, actor_id)
            if stance is Stance.STAND_IN:
                raise Refusal("not_allowed")
            await self._must(uow, application, decision)
            _check_text(decision, text)
            if proposes:
                await self._propose(uow, application, decision, actor_id, text)
            else:
                await self._settle(uow, application, decision, actor_id, text)
            await refresh(uow, desk, application_subject(application_id), but=actor_id)
            view = await self.sight(uow, application, actor_id)
            await uow.commit()
            return view

    def _done(
        self, application: Application, decision: Decision, by: str, text: str, *, proposes: bool
    ) -> bool:
        if proposes:
            mine = application.proposal_by == by and application.proposal_note == text
            return mine and application.proposal == decision.value
        return application.status is STATUS[decision] and application.decided_by == by

    async def _must(self, uow: UnitOfWork, application: Application, decision: Decision) -> None:
        """Refuse what cannot be decided, or not yet."""
        if decision not in decisions(application, interviewed=True):
            raise MovedOn(
                "application_moved_on",
                status=application.status.value,
                wanted=STATUS[decision].value,
            )
        sight = await uow.interviews.of_application(application.application_id)
        held = any(each.status.value == "held" for each in sight)
        if decision not in decisions(application, interviewed=held):
            raise Refusal("interview_not_held")

    async def _propose(
        self, uow: UnitOfWork, application: Application, decision: Decision, by: str, text: str
    ) -> None:
        desk, subject = self._desk, application_subject(application.application_id)
        application.proposal, application.proposal_by = decision.value, by
        application.proposal_note = text
        await record(uow, desk, subject, f"application_proposed_{decision.value}", by=by, note=text)
        await uow.outbox.drop(subject, kinds="application.proposed")
        for person_id in await deciders(uow, application):
            if person_id != by:
                key = desk.new_id()
                await tell(uow, desk, Notice("application.proposed", subject, person_id, key))

    async def confirm(
        self, actor_id: str, application_id: str, text: str = "", seen: str = ""
    ) -> SelectionView:
        """Make a proposal of the other side so; the words for the candidate may be changed.

        `seen` is the decision that the reader's card proposes, where there is a card.

        Raises:
            MovedOn: `proposal_moved_on`, where there is none any more; `proposal_changed`, where
                it is another one.
        """
        desk = self._desk
        async with desk.uow() as uow:
            application, stance = await selected(uow, actor_id, application_id)
            if stance is Stance.OTHER:
                raise Refusal("not_allowed")
            if not application.proposal:
                if application.decided_by == actor_id:
                    return await self.sight(uow, application, actor_id)
                raise MovedOn("proposal_moved_on")
            decision = Decision(application.proposal)
            if seen not in ("", decision.value):
                raise MovedOn("proposal_changed")
            words = text.strip() or application.proposal_note
            await self._must(uow, application, decision)
            _check_text(decision, words)
            await self._settle(uow, application, decision, actor_id, words)
            await refresh(uow, desk, application_subject(application_id), but=actor_id)
            view = await self.sight(uow, application, actor_id)
            await uow.commit()
            return view

    async def set_aside(self, actor_id: str, application_id: str) -> SelectionView:
        """Drop a proposal: one of the candidate's side, or whoever made it."""
        desk = self._desk
        async with desk.uow() as uow:
            application, stance = await selected(uow, actor_id, application_id)
            proposer = application.proposal_by
            if not application.proposal or proposer is None:
                return await self.sight(uow, application, actor_id)
            if stance is Stance.OTHER and proposer != actor_id:
                raise Refusal("not_allowed")
            subject = application_subject(application_id)
            await drop_proposal(uow, application)
            await record(uow, desk, subject, "application_set_aside", by=actor_id)
            if proposer != actor_id:
                key = desk.new_id()
                await tell(uow, desk, Notice("application.set_aside", subject, proposer, key))
            await refresh(uow, desk, subject, but=actor_id)
            view = await self.sight(uow, application, actor_id)
            await uow.commit()
            return view

    async def _settle(
        self, uow: UnitOfWork, application: Application, decision: Decision, by: str, text: str
    ) -> None:
        """Make it so: the candidate is told in the chat and by mail, whoever proposed too."""
        desk, subject = self._desk, application_subject(application.application_id)
        move(application, STATUS[decision])
        application.decided_at, application.decided_by = desk.now, by
        proposer = application.proposal_by if application.proposal else None
        application.reason = text if decision is Decision.DECLINE else ""
        await drop_proposal(uow, application)
        what = f"application_{STATUS[decision].value}"
        await record(uow, desk, subject, what, by=by, note=application.reason)
        if decision is Decision.DECLINE:
            await end_application(uow, desk, self._opening, application, by=by)
        else:
            await end_interviews(uow, desk, application, Ending.DECIDED, by=by)
        kind = f"application.{STATUS[decision].value}"
        await tell_twice(uow, desk, kind, subject, application.applicant_id, application.version)
        if proposer and proposer != by:
            key = str(application.version)
            await tell(uow, desk, Notice("application.confirmed", subject, proposer, key))


async def tell_twice(
    uow: UnitOfWork, desk: Desk, kind: str, subject: str, person_id: str, version: int
) -> None:
    """Tell somebody by card and by mail; what the chat cannot take is not mailed once more."""
    for via in (Via.CHAT, Via.MAIL):
        await tell(
            uow,
            desk,
            Notice(kind, subject, person_id, str(version), via=via, args={"mailed": True},
                   repeatable=via is Via.CHAT),
        )  # fmt: skip


def _check_text(decision: Decision, text: str) -> None:
    if decision is not Decision.DECLINE:
        return
    if not text:
        raise Refusal("reason_missing", field="text")
    if len(text) > LONGEST_TEXT:
        raise Refusal("too_long", field="text", limit=LONGEST_TEXT)
