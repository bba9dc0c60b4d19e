"""The pages of goals, one module per concern."""

from collab.goals.views.pages import checking_in, figures, life, reporting, rhythms, seeing, stages, writing
from collab.goals.views.pages.base import bp

__all__ = ["bp", "checking_in", "figures", "life", "reporting", "rhythms", "seeing", "stages", "writing"]
