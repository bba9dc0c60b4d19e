"""The line on every page of those concerned by an open incident, and of nobody else."""

from __future__ import annotations

from collab.incidents import queries
from collab.kernel.actor import Actor
from collab.kernel.errors import Text
from collab.web.pages import Banner


def banner(member: Actor) -> Banner | None:
    """The open incident a member has to do with: they raised it, were paged for it, took it or lead its department."""
    found = queries.concerned(member)
    if not found:
        return None
    first = found[0]
    said = Text("incident.banner.said", {"key": first.key, "title": first.title, "n": len(found)})
    href = f"/incidents/{first.key}" if len(found) == 1 else "/incidents"
    return Banner(said, href, Text("incident.banner.look"), tone="bad")
