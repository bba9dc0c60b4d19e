"""Who may change controls (checked against tests/contracts/permits/controls.md): never one person alone.

Relations: `proposer`, and `favoured`: whoever the change gives something. Neither confirms it, whatever else they are.
"""

from collab.controls.rules import OPEN, RUNNING
from collab.kernel.permits import row

READERS = ("auditor", "partner")
SECOND = ("admin", "office:CEO", "office:CFO")
"""Who may be the second person."""

PERMITS = [
    row("admin.show", ["admin", "auditor"]),
    row("control.list", [*SECOND, "auditor"], unless=["partner"]),
    row("control.show", [*SECOND, "auditor", "proposer", "favoured"], unless=["partner"]),
    row("control.propose", ["admin"], unless=READERS),
    row("control.confirm", SECOND, [OPEN], unless=("proposer", "favoured", *READERS)),
    row("control.decline", SECOND, RUNNING, unless=("proposer", *READERS)),
    row("control.withdraw", ["proposer"], RUNNING, unless=READERS, why_not="only_proposer"),
]
