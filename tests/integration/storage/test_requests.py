"""Requests, whatever keeps them."""

from bot.domain.people import Side
from bot.domain.requests import RequestStatus, Visibility
from tests.integration.storage.samples import DAY, HOUR, NOW, a_request


async def test_every_field_comes_back(store):
    request = a_request(
        side=Side.UNION,
        team="Équipe « Ouest » & l'été <b>{{x}}</b> 🌿",
        visibility=Visibility.TEAM,
        status=RequestStatus.DECLINED,
        accessibility=("captions", "sign-language"),
        accessibility_note="two\nlines",
        submitted_at=NOW,
        agreed_at=NOW + HOUR,
        expires_at=NOW + DAY,
        nudged_at=NOW + 2 * HOUR,
        declined_by="representative",
        reason="not now",
        question="how many?",
        version=7,
    )
    await store.add(request)
    async with store.units(reading=True) as uow:
        assert await uow.requests.get("request-1") == request
        assert await uow.requests.by_number(2027, 1) == request
        assert await uow.requests.by_number(2026, 1) is None
        assert await uow.requests.get("request-2") is None


async def test_numbers_start_anew_each_year(store):
    async with store.units() as uow:
        assert [await uow.requests.next_number(2027) for _ in range(3)] == [1, 2, 3]
        assert await uow.requests.next_number(2028) == 1
        await uow.commit()
    async with store.units() as uow:
        assert await uow.requests.next_number(2027) == 4
    async with store.units() as uow:
        assert await uow.requests.next_number(2027) == 4  # the one before was rolled back


async def test_a_persons_requests_are_theirs_on_both_sides_newest_first(store):
    await store.add(
        a_request("request-1"),
        a_request("request-2", requester_id="other", counterpart_id="manager"),
        a_request("request-3", created_at=NOW + HOUR),
        a_request("request-4", requester_id="other"),
    )
    async with store.units(reading=True) as uow:
        found = await uow.requests.of_person("manager")
        assert [r.request_id for r in found] == ["request-3", "request-2", "request-1"]
        assert await uow.requests.of_person("nobody") == []


async def test_coordinators_see_what_waits_in_their_regions_oldest_agreement_first(store):
    waiting = [
        RequestStatus.APPROVED,
        RequestStatus.NEEDS_INFORMATION,
        RequestStatus.IN_REVIEW,
        RequestStatus.AGREED,
    ]
    others = [status for status in RequestStatus if status not in waiting]
    await store.add(
        *(
            a_request(f"request-{n}", status=status, agreed_at=NOW - n * HOUR)
            for n, status in enumerate([*waiting, *others], start=1)
        ),
        a_request("request-90", status=RequestStatus.AGREED, agreed_at=NOW, region="ontario"),
    )
    async with store.units(reading=True) as uow:
        found = await uow.requests.open_in({"quebec", "atlantic"})
        assert [r.number for r in found] == [4, 3, 2, 1]
        both = await uow.requests.open_in({"quebec", "ontario"})
        assert [r.number for r in both] == [4, 3, 2, 1, 90]
        assert await uow.requests.open_in(set()) == []


async def test_only_submitted_requests_expire(store):
    await store.add(
        *(
            a_request(f"request-{n}", status=status, expires_at=expires_at)
            for n, (status, expires_at) in enumerate(
                [
                    (RequestStatus.SUBMITTED, NOW),
                    (RequestStatus.SUBMITTED, NOW - HOUR),
                    (RequestStatus.SUBMITTED, NOW + HOUR),
                    (RequestStatus.SUBMITTED, None),
                    (RequestStatus.AGREED, NOW - HOUR),
                ],
                start=1,
            )
        )
    )
    async with store.units(reading=True) as uow:
        assert await uow.requests.expired(NOW, 9) == ["request-2", "request-1"]
        assert await uow.requests.expired(NOW, 1) == ["request-2"]
