"""How every change of what the charter's sheet shows ends: a new version, signatures void, cards repainted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView
from collab.initiatives.service import chartering, holding, telling
from collab.kernel.actor import Actor


def settle(
    initiative: InitiativeView,
    reason: str,
    actor: Actor | None,
    *,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> InitiativeView:
    """Write `values` under the lock, void what was signed (`reason`: `content`, `goals`, `leads`), and give it as it stands."""
    holding.move(initiative, values or {})
    chartering.touched(holding.locked(initiative.key), reason, actor, now)
    fresh = holding.locked(initiative.key)
    telling.repaint(fresh, now=now)
    return fresh


def keep(initiative: InitiativeView, *, now: datetime, values: Mapping[str, Any] | None = None) -> InitiativeView:
    """The same of what no sheet shows."""
    holding.move(initiative, values or {})
    fresh = holding.locked(initiative.key)
    telling.repaint(fresh, now=now)
    return fresh
