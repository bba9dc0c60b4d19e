"""What is loaded for good is not looked through for garbage; everything after it is."""

from __future__ import annotations

import gc

import pytest

from config.loading import for_good


def test_nothing_is_looked_for_meanwhile_nor_among_it_later() -> None:
    before = gc.get_freeze_count()
    with for_good():
        assert not gc.isenabled()
        loaded = [[] for _ in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(loaded)


def test_a_load_that_fails_does_not_end_it() -> None:
    with pytest.raises(ImportError), for_good():
        raise ImportError
    assert gc.isenabled()
