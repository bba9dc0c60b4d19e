"""The API of goals, one module per concern."""

from collab.goals.views.api import (
    checking_in,
    figures,
    life,
    metrics,
    people,
    reading,
    reporting,
    rhythms,
    stages,
    writing,
)
from collab.goals.views.api.base import bp

__all__ = [
    "bp",
    "checking_in",
    "figures",
    "life",
    "metrics",
    "people",
    "reading",
    "reporting",
    "rhythms",
    "stages",
    "writing",
]
