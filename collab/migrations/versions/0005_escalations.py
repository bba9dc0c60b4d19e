"""What happens when somebody who must act does not: clocks on business time, rungs, one shared card for both lines."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """New tables."""


def downgrade() -> None:
    """Without them."""
