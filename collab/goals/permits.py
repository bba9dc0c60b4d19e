"""Who may do what with a goal: rows of data (checked against tests/contracts/permits/goals.md).

The company sees goals unless they are narrowed; a guest sees and does only what they were named a contributor for. An auditor
reads all and changes nothing; an admin configures stages and rhythms, and decides nothing by that role.
"""

from collab.goals.rules.moves import MOVES, OPEN
from collab.kernel.permits import row

NEAR = ("owner", "helper", "creator", "home_lead")
VIEWERS = (*NEAR, "company_visible", "auditor")
SETTERS = ("owner", "creator", "home_lead")
NEVER = ("auditor", "partner")

PERMITS = [
    row("goal.list", ["member", "auditor", "partner"]),
    row("goal.show", VIEWERS),
    row("goal.history", VIEWERS, unless=["partner"]),
    row("goal.create", ["lead", "office:CEO", "office:CMO", "office:CIO"], unless=NEVER),
    row("goal.propose", ["member"], unless=NEVER),
    row("goal.edit", SETTERS, OPEN, unless=NEVER, why_not="goal_not_yours"),
    row("goal.name_owners", SETTERS, OPEN, unless=NEVER, why_not="goal_not_yours"),
    row("goal.share", SETTERS, OPEN, unless=NEVER, why_not="goal_not_yours"),
    row(
        "goal.measure",
        ["owner", "checker"],
        ["accepted", "active", "paused"],
        unless=["auditor"],
        why_not="goal_not_yours",
    ),
    row("goal.check_in", ["owner", "checker"], ["active"], unless=["auditor"], why_not="goal_not_yours"),
    row("goal.acknowledge", ["owner"], unless=NEVER, why_not="goal_not_yours"),
    row("goal.discuss", ["owner"], ["active", "paused"], unless=NEVER, why_not="goal_not_yours"),
    row("goal.take_part", ["owner", "helper", "company_visible"], OPEN, unless=NEVER),
    row("goal.follow", [one for one in VIEWERS if one != "auditor"], unless=["auditor"]),
    row("goal.report", ["member", "auditor"]),
    row("goal.import", ["member"]),
    row("stage.list", ["member", "auditor"]),
    row("stage.set", ["office:CMO", "office:CEO", "admin"], unless=NEVER),
    row("rhythm.show", ["member", "auditor"]),
    row("rhythm.set", ["department_lead", "admin"], unless=NEVER),
    *(
        row(f"goal.{move.verb}", move.who, move.states, unless=NEVER, why_not="goal_not_yours")
        for move in MOVES.values()
    ),
]
