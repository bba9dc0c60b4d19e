"""Cross-silo tasks: what one department asks of another, until it is confirmed."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
