"""The roster, its absences, what facilitators led, and rounds of asking, whatever keeps them."""

import pytest

from bot.domain.people import Side
from bot.domain.roster import Standing, Trained, Wish, stand
from bot.domain.rounds import RoundStatus, move
from bot.domain.sessions import AssignmentStatus, SessionStatus
from bot.services.keeping import Led
from tests.integration.storage.candidates import TODAY, a_round, an_absence
from tests.integration.storage.samples import (
    DAY,
    HOUR,
    NOW,
    a_facilitator,
    a_session,
    an_assignment,
)

ACCEPTED, CANCELLED = AssignmentStatus.ACCEPTED, SessionStatus.CANCELLED
UNION, EMPLOYER = Side.UNION, Side.EMPLOYER


async def test_every_field_of_a_facilitator_comes_back(store):
    facilitator = a_facilitator(
        team="west",
        standing=Standing.RETIRED,
        since_at=NOW,
        wish=Wish.FEWER,
        wish_until_on=TODAY,
    )
    await store.add(facilitator)
    async with store.units() as uow:
        kept = await uow.facilitators.get("person-1")
        assert kept == facilitator
        stand(kept, Standing.ACTIVE)
        kept.wish, kept.wish_until_on = Wish.MORE, None
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.facilitators.get("person-1") == a_facilitator(
            team="west", since_at=NOW, wish=Wish.MORE
        )


async def test_facilitators_by_id_and_by_region_whatever_their_standing(store):
    paused = a_facilitator("person-2", standing=Standing.PAUSED)
    quebec = a_facilitator("person-1")
    ontario = a_facilitator("person-3", region="ontario")
    await store.add(ontario, paused, quebec)
    async with store.units(reading=True) as uow:
        roster = uow.facilitators
        assert await roster.many(["person-2", "nobody"]) == {"person-2": paused}
        assert await roster.many([]) == {}
        assert await roster.of_regions({"quebec"}) == [quebec, paused]
        assert await roster.of_regions({"quebec", "ontario"}) == [quebec, paused, ontario]
        assert await roster.of_regions(set()) == []


async def test_who_can_lead_a_topic_in_a_language(store):
    both = {"topics": ("anti-racism", "mental-health"), "languages": ("en", "fr")}
    able = a_facilitator("person-3", **both, team="west", since_at=NOW)
    await store.add(
        able,
        a_facilitator("person-2", topics=("mental-health",), languages=("en",)),
        a_facilitator("person-1", **both, standing=Standing.PAUSED),
    )
    async with store.units(reading=True) as uow:
        trained = uow.facilitators.trained
        assert await trained("anti-racism", "fr") == [
            Trained("person-3", able.side, able.region, able.organization, "west", NOW)
        ]
        assert [f.person_id for f in await trained("mental-health", "en")] == [
            "person-2",
            "person-3",
        ]
        assert await trained("health", "en") == await trained("anti-racism", "de") == []
        # A sign that stands for any other in SQL stands for itself.
        assert await trained("anti_racism", "fr") == await trained("%", "fr") == []


async def test_the_load_of_a_region_on_average(store):
    await store.add(
        a_facilitator("person-1"),
        a_facilitator("person-2"),
        a_facilitator("person-3", region="ontario"),
        a_facilitator("person-4", standing=Standing.RETIRED),
        a_session("s1", starts_at=NOW + DAY),
        a_session("s2", starts_at=NOW + 2 * DAY),
        a_session("s3", starts_at=NOW + 2 * DAY),
        a_session("gone", starts_at=NOW + DAY, status=CANCELLED),
        *(
            an_assignment(f"a-{key}", session_id=key, status=ACCEPTED)
            for key in ("s1", "s2", "s3", "gone")
        ),
        an_assignment("b", session_id="s1", person_id="person-4", side=EMPLOYER, status=ACCEPTED),
        an_assignment("c", session_id="s2", person_id="person-3", side=EMPLOYER),
    )
    async with store.units(reading=True) as uow:
        averages = uow.assignments.averages
        assert await averages(NOW) == {"quebec": 1.5, "ontario": 0.0}
        assert await averages(NOW + DAY) == {"quebec": 1.0, "ontario": 0.0}


async def test_absences_that_are_not_over_soonest_first(store):
    over = an_absence("absence-1", from_on=TODAY - 9 * DAY, to_on=TODAY - DAY)
    later = an_absence("absence-2", from_on=TODAY + 9 * DAY, to_on=TODAY + 9 * DAY)
    now = an_absence("absence-3", from_on=TODAY - DAY, to_on=TODAY, reason="theirs alone")
    await store.add(later, now, over, an_absence("absence-4", person_id="person-2"))
    async with store.units(reading=True) as uow:
        assert await uow.absences.of_person("person-1", TODAY) == [now, later]
        assert await uow.absences.of_person("person-1", TODAY - DAY) == [over, now, later]
        assert await uow.absences.of_person("person-3", TODAY) == []
        assert await uow.absences.get("absence-3") == now
        assert await uow.absences.get("absence-9") is None


async def test_absences_of_many_that_touch_the_days(store):
    days = {"from_on": TODAY, "to_on": TODAY + 4 * DAY}
    first, second = an_absence("absence-1", **days), an_absence("absence-2", person_id="person-2")
    await store.add(second, first, an_absence("absence-3", person_id="person-3"))
    async with store.units(reading=True) as uow:

        async def away(from_on, to_on, people=("person-1", "person-2")):
            return await uow.absences.of_people(people, from_on, to_on)

        assert await away(TODAY + 4 * DAY, TODAY + 9 * DAY) == [first, second]
        assert await away(TODAY - DAY, TODAY) == [first, second]
        assert await away(TODAY + DAY, TODAY + 2 * DAY, ["person-2"]) == [second]
        assert await away(TODAY - 9 * DAY, TODAY - DAY) == []
        assert await away(TODAY + 5 * DAY, TODAY + 9 * DAY) == []
        assert await away(TODAY, TODAY, []) == []


async def test_an_absence_that_is_removed_is_gone(store):
    await store.add(an_absence())
    async with store.units() as uow:
        await uow.absences.get("absence-1")
        await uow.absences.remove("absence-1")
        await uow.absences.remove("absence-9")
        assert await uow.absences.get("absence-1") is None
        await uow.commit()
    async with store.units(reading=True) as uow:
        assert await uow.absences.of_person("person-1", TODAY) == []


async def test_what_facilitators_led_is_accepted_and_not_cancelled(store):
    last, first = a_session("s1", starts_at=NOW + 2 * DAY), a_session("s2", starts_at=NOW + DAY)
    await store.add(
        last,
        first,
        a_session("gone", starts_at=NOW + DAY, status=CANCELLED),
        a_session("past", starts_at=NOW),
        *(
            an_assignment(f"union-{key}", session_id=key, status=ACCEPTED)
            for key in ("s1", "s2", "gone", "past")
        ),
        an_assignment("a5", session_id="s2", person_id="person-0", side=EMPLOYER, status=ACCEPTED),
        an_assignment("a6", session_id="s1", person_id="person-2", side=EMPLOYER),
    )
    together = [
        Led("person-0", "s2", EMPLOYER, first.starts_at, first.ends_at),
        Led("person-1", "s2", UNION, first.starts_at, first.ends_at),
        Led("person-1", "s1", UNION, last.starts_at, last.ends_at),
    ]
    async with store.units(reading=True) as uow:
        led = uow.assignments.led
        assert await led(["person-0", "person-1", "person-2"], NOW) == together
        assert await led(["person-1"], NOW + DAY) == together[2:]
        assert await led(["person-2"], NOW) == []
        assert await led([], NOW) == []
        standing = uow.assignments.standing
        asked = Led("person-2", "s1", EMPLOYER, last.starts_at, last.ends_at, accepted=False)
        everybody = ["person-0", "person-1", "person-2"]
        assert await standing(everybody, NOW) == [*together, asked]
        assert await standing(["person-2"], NOW + 2 * DAY) == []
        assert await standing([], NOW) == []


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, (1, 0)),
        ({"starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}, (0, 1)),
        ({"ends_at": NOW + DAY}, (0, 1)),
        ({"starts_at": NOW - 9 * DAY}, (0, 0)),
        ({"status": CANCELLED}, (0, 0)),
    ],
    ids=["as it was", "moved", "longer", "before", "cancelled"],
)
async def test_what_somebody_led_is_counted_where_its_session_is_now(store, change, counted):
    await store.add(
        a_session("s1", starts_at=NOW - DAY, ends_at=NOW),
        an_assignment("a1", session_id="s1", status=ACCEPTED),
    )
    async with store.units() as uow:
        session = await uow.sessions.get("s1")
        for name, value in change.items():
            setattr(session, name, value)
        await uow.commit()
    async with store.units(reading=True) as uow:
        since = NOW - 2 * DAY
        found = await uow.assignments.led_and_ahead(["person-1"], since, NOW)
        assert found == {"person-1": counted}
        assert await uow.assignments.loads(["person-1", "person-2"], since) == (
            {"person-1": 1} if any(counted) else {}
        )
        assert await uow.assignments.loads([], since) == {}


async def test_a_round_is_kept_with_its_session(store):
    asking = a_round()
    await store.add(a_session(), asking)
    async with store.units() as uow:
        kept = await uow.rounds.get("session-1")
        assert kept == asking
        assert await uow.rounds.many(["session-1", "session-2"]) == {"session-1": asking}
        assert await uow.rounds.many([]) == {}
        assert await uow.rounds.get("session-2") is None
        move(kept, RoundStatus.STOPPED)
        await uow.commit()
    async with store.units(reading=True) as uow:
        kept = await uow.rounds.get("session-1")
    assert kept == a_round(status=RoundStatus.STOPPED, version=2)


def two(session_id, union, employer):
    """The offers of both sides of a session, each with its status."""
    return [
        an_assignment(f"{session_id}-{side}", session_id=session_id, side=side, status=status)
        for side, status in ((UNION, union), (EMPLOYER, employer))
    ]


async def test_rounds_that_run_while_a_side_has_nobody_asked(store):
    offered, declined = AssignmentStatus.OFFERED, AssignmentStatus.DECLINED
    days = {"late": 9, "soon": 1, "asked": 1, "stopped": 1, "gone": 1, "begun": 0}
    await store.add(
        *(
            a_session(
                key,
                starts_at=NOW + day * DAY,
                status=CANCELLED if key == "gone" else SessionStatus.PLANNED,
            )
            for key, day in days.items()
        ),
        *(
            a_round(key, status=RoundStatus.STOPPED if key == "stopped" else RoundStatus.RUNNING)
            for key in days
        ),
        *two("soon", ACCEPTED, declined),
        *two("asked", ACCEPTED, offered),
    )
    async with store.units(reading=True) as uow:
        assert await uow.rounds.waiting(NOW, 9) == ["soon", "late"]
        assert await uow.rounds.waiting(NOW, 1) == ["soon"]


async def test_sessions_near_with_a_side_that_nobody_accepted(store):
    offered = AssignmentStatus.OFFERED
    hours = {"empty": 2, "half": 1, "whole": 1, "gone": 1, "begun": 0, "far": 3}
    await store.add(
        *(
            a_session(
                key,
                starts_at=NOW + hour * HOUR,
                status=CANCELLED if key == "gone" else SessionStatus.PLANNED,
            )
            for key, hour in hours.items()
        ),
        *two("half", ACCEPTED, offered),
        *two("whole", ACCEPTED, ACCEPTED),
    )
    async with store.units(reading=True) as uow:
        assert await uow.sessions.unfilled(NOW, NOW + 3 * HOUR, 9) == ["half", "empty"]
        assert await uow.sessions.unfilled(NOW, NOW + 3 * HOUR, 1) == ["half"]
