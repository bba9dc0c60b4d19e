"""What is known of the token in use."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from collab.kernel.db import AnyRow, AnySelect, read_alone
from collab.slack.models import Installation

_INSTALLATION: AnySelect = select(Installation.team_id, Installation.app_id, Installation.enterprise_id).where(
    Installation.token_hash == bindparam("hash")
)


def find_installation(token_hash: str) -> AnyRow | None:
    """The workspace, app and organisation a token was found to belong to."""
    rows = read_alone(_INSTALLATION, {"hash": token_hash})
    return rows[0] if rows else None
