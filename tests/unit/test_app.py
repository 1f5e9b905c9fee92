"""The composition root, without starting anything."""

import gc

from bot.app import stay


def test_what_is_loaded_is_not_searched_for_garbage_again():
    before = gc.get_freeze_count()
    try:
        stay()
        assert gc.get_freeze_count() > before + 1000
        assert len(gc.get_objects()) < 1000
    finally:
        gc.unfreeze()
