"""What the pages of the whole house ask: `pages`, `glance` and `watch` for the first page, `status` for operators, `sides` and `joint` for where two
sides disagree."""

from collab.home.queries.glance import Glance, get_glance
from collab.home.queries.pages import Guest, Running, list_guests, list_running, why_unreached
from collab.home.queries.status import status, why_shut
from collab.home.queries.watch import Watched, list_watched

__all__ = [
    "Glance", "Guest", "Running", "Watched", "get_glance", "list_guests", "list_running", "list_watched", "status", "why_shut",
    "why_unreached",
]  # fmt: skip
