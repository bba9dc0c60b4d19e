"""Read-only answers about blueprints."""

from collab.blueprints import models

__all__ = ["models"]
