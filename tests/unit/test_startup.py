"""The start as the garbage collector sees it."""

import gc

from bot import startup


def test_what_is_loaded_is_not_searched_for_garbage_again():
    before = gc.get_freeze_count()
    try:
        startup.over()
        assert gc.get_freeze_count() > before + 1000
        assert len(gc.get_objects()) < 1000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
