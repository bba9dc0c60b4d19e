"""${message}"""

import sqlalchemy as sa
from alembic import op

from collab.kernel.db import Json, Moment
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Back to what was before."""
    ${downgrades if downgrades else "pass"}
