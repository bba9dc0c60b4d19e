"""Brand incidents: minutes, not hours, whatever the time of day."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
