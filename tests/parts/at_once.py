"""Several people at the very same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from collab.kernel.db import db
from collab.kernel.errors import DomainError
from tests.factories.company import Company

DONE = "done"
_PATIENCE = 30


def at_once(company: Company, *acts: Callable[[], object]) -> list[object]:
    """What became of acts that start together, in order: what they gave, or the code of a refusal. Anything else they raise is
    raised here."""
    start = threading.Barrier(len(acts))

    def go(act: Callable[[], object]) -> object:
        with company.app.app_context():
            start.wait(_PATIENCE)
            try:
                return act()
            except DomainError as refusal:
                return refusal.said_code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(go, acts))


def ends(company: Company, *acts: Callable[[], object]) -> list[str]:
    """The same where what they give does not matter: `done`, or the code of a refusal."""

    def only_done(act: Callable[[], object]) -> Callable[[], str]:
        def go() -> str:
            act()
            return DONE

        return go

    return [str(one) for one in at_once(company, *(only_done(act) for act in acts))]
