"""One request before one viewer: what they are to it, and what they may do with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.approvals.queries import Chain
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader
from collab.kernel.permits import permits
from collab.purchases import queries
from collab.purchases.queries.details import find_chain
from collab.purchases.rules import MOST_EXTENSIONS


@dataclass(frozen=True)
class View:
    """One request before one viewer."""

    me: Actor
    purchase: Any
    chain: Chain | None
    relations: frozenset[str]
    how: Reader
    now: datetime

    @property
    def open(self) -> bool:
        """Whether the viewer reads more than that the request exists."""
        return permits.allows("purchase.show_amount", self.relations, self.purchase.state)

    def may(self, verb: str) -> bool:
        """Whether the viewer may do one of the owner's verbs now."""
        if verb == "withdraw" and self.chain and self.purchase.state == "pending" and self.chain.acted():
            return False
        if verb == "more_time" and (self.purchase.extensions or 0) >= MOST_EXTENSIONS:
            return False
        return permits.allows(f"purchase.{verb}", self.relations, self.purchase.state)

    def may_decide(self, verb: str, *, proxy: bool = False) -> bool:
        """Whether the viewer may do one of the deciders' verbs now; `proxy`: they may decide on a seat for its holder."""
        if self.chain is None:
            return False
        here = self.chain.relations_of(self.me.id) | self.me.roles | ({"proxy"} if proxy else set())
        return permits.allows(f"approval.{verb}", here, self.chain.state)


def view_of(me: Actor, key: str, how: Reader, now: datetime) -> View:
    """Look at a request. Raises NotFound."""
    purchase = queries.get_purchase(me, key)
    return View(me, purchase, find_chain(purchase), queries.relations(me, purchase), how, now)
