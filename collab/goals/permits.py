"""Who may see goals: the whole company; a partner only what is shared with them (nothing yet)."""

from collab.kernel.permits import row

PERMITS = [
    row("goal.list", ["member", "auditor"]),
    row("goal.show", ["member", "auditor"]),
    row("goal.create", ["lead", "office:CEO", "office:CMO", "office:CIO"], unless=["auditor"]),
]
