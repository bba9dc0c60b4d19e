"""Who may do what with a blueprint: rows of data (checked against tests/contracts/permits/blueprints.md).

What somebody is to the initiative counts (`side_lead`, `third_lead`, `participant`, ...). For one requirement: `asking` stands on
the side that asks, `answering` is the other side's lead or whom that lead named, `answering_lead` the lead alone. Whoever sees
the initiative sees its blueprint; a guest sees nothing of it. An auditor reads all and changes nothing.
"""

from collab.blueprints.rules.requirements import ASKED, COMMITTED, COUNTERED
from collab.initiatives.permits import VIEWERS
from collab.initiatives.rules.moves import OPEN
from collab.kernel.permits import Permit, row

NEVER = ("auditor", "partner")
DRAWING = ("side_lead", "third_lead", "participant")

PERMITS: list[Permit] = [
    row("blueprint.show", VIEWERS, unless=["partner"]),
    row("blueprint.open", ["side_lead", "third_lead"], OPEN, unless=NEVER, why_not="blueprint_leads_only"),
    row("blueprint.draw", DRAWING, OPEN, unless=NEVER, why_not="blueprint_not_yours"),
    row("blueprint.lay", ["side_lead"], OPEN, unless=NEVER, why_not="blueprint_leads_only"),
    row("blueprint.cite", DRAWING, unless=NEVER, why_not="blueprint_not_yours"),
    row("blueprint.ask", DRAWING, OPEN, unless=NEVER, why_not="blueprint_not_yours"),
    row("blueprint.commit", ["answering"], [ASKED], unless=NEVER, why_not="requirement_other_side"),
    row("blueprint.decline", ["answering"], [ASKED], unless=NEVER, why_not="requirement_other_side"),
    row("blueprint.counter", ["answering"], [ASKED, COMMITTED], unless=NEVER, why_not="requirement_other_side"),
    row("blueprint.name_answerer", ["answering_lead"], [ASKED], unless=NEVER, why_not="requirement_other_lead"),
    row("blueprint.agree", ["asking"], [COUNTERED], unless=NEVER, why_not="requirement_asking_side"),
    row("blueprint.met", ["asking"], [COMMITTED], unless=NEVER, why_not="requirement_asking_side"),
    row(
        "blueprint.withdraw", ["asking"], [ASKED, COMMITTED, COUNTERED], unless=NEVER, why_not="requirement_asking_side"
    ),
    row("blueprint.open_dialogue", ["side_lead", "third_lead"], OPEN, unless=NEVER, why_not="blueprint_leads_only"),
    row("blueprint.answer", ["side_lead"], OPEN, unless=NEVER, why_not="dialogue_leads_only"),
    row("blueprint.differ", ["side_lead"], OPEN, unless=NEVER, why_not="dialogue_leads_only"),
]
