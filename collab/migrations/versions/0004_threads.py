"""Comments, mentions and attachments on any subject."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
