"""Tests of one group share what is dear to set up; a runner that ignores groups sets it up for every one of them."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("together")
def test_groups_are_kept_together(request: pytest.FixtureRequest, worker_id: str) -> None:
    if worker_id != "master":
        assert request.node.nodeid.endswith("@together"), "pytest and pytest-xdist do not fit each other any more"
