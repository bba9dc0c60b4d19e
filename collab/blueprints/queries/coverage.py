"""At which stages of the customer's way the two sides meet, and where nothing is known of the customer."""

from __future__ import annotations

from dataclasses import dataclass

from collab.blueprints.queries.blueprints import BlueprintView
from collab.goals.queries.stages import stage_names


@dataclass(frozen=True)
class Covered:
    """How many meeting points and data sources a blueprint has at one stage."""

    journey_stage: str
    points: int
    sources: int


def coverage(view: BlueprintView) -> list[Covered]:
    """Every stage in its order; one with no source is a blind spot."""
    return [
        Covered(
            stage.code, sum(one.journey_stage == stage.code for one in view.points),
            sum(one.journey_stage == stage.code for one in view.sources),
        )
        for stage in stage_names()
    ]  # fmt: skip
