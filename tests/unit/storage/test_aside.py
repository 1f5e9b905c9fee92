"""A thread beside the event loop."""

import asyncio
import threading

import pytest

from storage.aside import Aside


async def test_jobs_are_done_in_order_in_a_thread_of_its_own():
    aside, done = Aside("test-aside"), []
    await asyncio.gather(*(aside.do(lambda n=n: done.append(n)) for n in range(20)))
    assert done == list(range(20))
    assert await aside.do(threading.current_thread) is not threading.main_thread()
    aside.stop()


async def test_an_error_goes_to_whoever_waits_and_the_next_job_is_done():
    aside = Aside("test-aside")
    with pytest.raises(ZeroDivisionError):
        await aside.do(lambda: 1 // 0)
    assert await aside.do(lambda: 7) == 7
    aside.stop()


async def test_a_job_that_nobody_waits_for_any_more_is_done_all_the_same():
    aside, go, done = Aside("test-aside"), threading.Event(), []
    aside.do(go.wait).cancel()
    last = aside.do(lambda: done.append("done"))
    go.set()
    await last
    assert done == ["done"]
    aside.stop()


async def test_it_ends_when_it_is_told():
    aside = Aside("test-aside-ending")
    thread = await aside.do(threading.current_thread)
    aside.stop()
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()
    aside.stop()
