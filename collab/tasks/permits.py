"""Who may do what with a task: rows of data (checked against tests/contracts/permits/tasks.md).

The rows of its life come from the one table of its life (rules/moves.py). An auditor reads all and changes nothing; a
partner sees what was shared with them, does what is theirs to do, and asks nobody for anything. Admins see and do nothing
by that role.
"""

from collab.kernel.permits import row
from collab.tasks.rules.moves import MOVES, OPEN, PARTIES

NEAR = (*PARTIES, "to_member", "involved")
VIEWERS = (*NEAR, "company_visible", "auditor")
GUESTS_NEVER = ("agree", "ask_again", "confirm", "reopen", "withdraw", "hand_over", "escalate")
"""What a partner may not do whatever they are to a task: those verbs belong to the asking side, or bring others in."""

PERMITS = [
    row("task.list", ["member", "auditor", "partner"]),
    row("task.ask", ["member"]),
    row("task.import", ["member"]),
    row("task.import_for", ["admin", "from_lead"], unless=["auditor", "partner"]),
    row("task.show", VIEWERS),
    row("task.history", VIEWERS),
    row("task.comment", [relation for relation in VIEWERS if relation != "auditor"], unless=["auditor"]),
    row("task.share", PARTIES, OPEN, unless=["auditor", "partner"], why_not="task_not_yours"),
    *(
        row(
            f"task.{move.verb}", move.who, move.states,
            unless=["auditor", *(["partner"] if move.verb in GUESTS_NEVER else [])], why_not="task_not_yours",
        )
        for move in MOVES.values()
    ),
]  # fmt: skip
