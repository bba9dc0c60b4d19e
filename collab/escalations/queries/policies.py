"""The policies in force."""

from __future__ import annotations

import tomllib

from sqlalchemy import select

from collab.escalations.models import PolicyVersion
from collab.escalations.rules import policies as rules
from collab.escalations.rules.policies import Policies
from collab.kernel.db import run
from collab.kernel.remember import Remembered

_NEWEST = select(PolicyVersion.id, PolicyVersion.digest, PolicyVersion.files).order_by(PolicyVersion.id.desc()).limit(1)


def _ask() -> tuple[int | None, Policies]:
    row = run(_NEWEST).one_or_none()
    return (row.id, rules.parse([tomllib.loads(text) for text in row.files])) if row else (None, Policies())


current_policies = Remembered(_ask, seconds=5)
"""The newest version and its number; None and the fallback before any were taken. Remembered for a few seconds."""


def policy_files() -> list[str]:
    """The policy files as they were taken last; none before any were."""
    row = run(_NEWEST).one_or_none()
    return list(row.files) if row else []


def policy_digest() -> str:
    """What tells the version in force from another; empty before any were taken."""
    row = run(_NEWEST).one_or_none()
    return row.digest if row else ""


def forget() -> None:
    """Ask the database again: after an import in this process, and between tests."""
    current_policies.forget()
