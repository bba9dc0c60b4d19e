"""Tables of blueprints."""

from collab.blueprints.models.blueprints import Blueprint, Citation, Drift
from collab.blueprints.models.dialogue import Answer, Dialogue, Difference
from collab.blueprints.models.items import Definition, DefinitionGoal, Point, Requirement, Source, SourceUse

__all__ = [
    "Answer",
    "Blueprint",
    "Citation",
    "Definition",
    "DefinitionGoal",
    "Dialogue",
    "Difference",
    "Drift",
    "Point",
    "Requirement",
    "Source",
    "SourceUse",
]
