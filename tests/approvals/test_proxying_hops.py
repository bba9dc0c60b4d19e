"""How often a seat may be handed on: 1 to 5, or the service does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from collab.kernel.company import read


@pytest.mark.parametrize("said", ["1", "5"])
def test_one_to_five(tmp_path: Path, said: str) -> None:
    (tmp_path / "company.toml").write_text(f"delegation_hops = {said}")
    assert read(tmp_path).delegation_hops == int(said)


@pytest.mark.parametrize("said", ["0", "6", "-1", "true", '"2"', "1.5"])
def test_anything_else_stops_the_start(tmp_path: Path, said: str) -> None:
    (tmp_path / "company.toml").write_text(f"delegation_hops = {said}")
    with pytest.raises(ValueError, match="delegation_hops"):
        read(tmp_path)


def test_one_unless_said(tmp_path: Path) -> None:
    assert read(tmp_path).delegation_hops == 1
