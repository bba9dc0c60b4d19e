"""Who may open which dashboard: rows of data (checked against tests/contracts/permits/dashboards.md).

What a dashboard counts is what its reader may see where it stands; amounts are for those who may see them.
"""

from collab.kernel.permits import row

PERMITS = [
    row("dashboard.show", ["member", "auditor"]),
    row(
        "dashboard.spend",
        ["office:CMO", "office:CIO", "office:CEO", "office:CFO", "lead", "auditor"],
        why_not="only_amounts",
    ),
]
