"""Data-sharing agreements: who gives what to whom, how often, and when it last came."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
