"""The pages of those who administer, filled at start-up: `/admin` lists them, each with how many things there wait.

add_admin_page("channel.page.link", "/channels", "channel.list", count=lambda member, now: len(broken()))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collab.kernel.actor import Actor
from collab.kernel.permits import permits

GROUPS = ("people", "rules", "slack", "records")
"""Under which heading a page stands, in the order of `/admin`."""
Count = Callable[[Actor, datetime], int]
"""How many things on a page need somebody now; asked each time `/admin` is shown, so it must be cheap."""


def _nothing(_member: Actor, _now: datetime) -> int:
    return 0


@dataclass(frozen=True)
class AdminPage:
    """One page: the key of its name (`about` that of a line below it), its address, the verb that opens it, its heading."""

    label: str
    href: str
    permit: str
    count: Count = _nothing
    about: str = ""
    group: str = "records"


_pages: dict[str, AdminPage] = {}


def add_admin_page(
    label: str, href: str, permit: str, count: Count = _nothing, *, about: str = "", group: str = "records"
) -> None:
    """Make a page known; the same address again replaces it. `permit` is a verb whose row names roles; `group` one of GROUPS."""
    _pages[href] = AdminPage(label, href, permit, count, about, group)


def list_admin_pages(member: Actor) -> list[AdminPage]:
    """The pages a member may open, in the order in which features made them known."""
    return [page for page in _pages.values() if permits.allows(page.permit, member.roles)]
