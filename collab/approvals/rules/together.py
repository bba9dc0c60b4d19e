"""Which steps may be approved together with others: plain approvals, at a step of the same name, of routes that allow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 100
"""How many may be approved in one go."""

StepName = tuple[str, str]


def step_name(route: Mapping[str, Any], step: int) -> StepName:
    """A step's name in both languages: what is approved together has it in common."""
    frozen = route["steps"][step]
    return frozen["name_en"], frozen["name_ja"]


def allowed(route: Mapping[str, Any], step: int) -> bool:
    """Whether the route lets this step be approved together with others: never a key, a review or an opinion."""
    frozen = route["steps"][step]
    return bool(route.get("bulk")) and frozen["kind"] == "approve" and not frozen["keys"]
