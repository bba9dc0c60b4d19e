"""Who may do what with an initiative: rows of data (checked against tests/contracts/permits/initiatives.md).

`side_lead` leads it for one of the two sides, `third_lead` answers for data or infrastructure, `participant` works on it,
`creator` wrote it down, `home_lead` leads the department of one of its leads, `company_visible` sees it as everybody. The
company sees initiatives unless they are narrowed; a guest sees what they take part in, and little of that. Nobody signs or
votes for somebody else: a signature is the named lead's own. An auditor reads all and changes nothing.
"""

from collab.initiatives.rules.moves import MOVES, OPEN
from collab.kernel.permits import row

LEADS = ("side_lead", "third_lead")
NEAR = (*LEADS, "participant", "creator", "home_lead")
VIEWERS = (*NEAR, "company_visible", "auditor")
WORKERS = (*LEADS, "participant")
SETTERS = (*LEADS, "creator", "home_lead")
NEVER = ("auditor", "partner")
BOOKS = ("office:CMO", "office:CIO", "office:CEO", "office:CFO")
"""Who reads what was taken of a pilot's cap beside its leads: it is made of requests whose amounts not everybody sees."""

PERMITS = [
    row("initiative.list", ["member", "auditor", "partner"]),
    row("initiative.show", VIEWERS),
    row("initiative.history", VIEWERS, unless=["partner"]),
    row("initiative.follow", [one for one in VIEWERS if one != "auditor"], unless=["auditor"]),
    row("initiative.create", ["member"], unless=NEVER),
    row("initiative.edit", SETTERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.share", SETTERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.name_leads", (*SETTERS, "office:CEO"), OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.charter_show", VIEWERS, unless=["partner"]),
    row("initiative.charter_write", SETTERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.charter_lay", ["side_lead"], OPEN, unless=NEVER, why_not="initiative_leads_only"),
    row("initiative.show_work", VIEWERS, unless=["partner"]),
    row("initiative.show_spending", (*LEADS, "home_lead", *BOOKS, "auditor"), unless=["partner"]),
    row("initiative.milestone", WORKERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.milestone_end", (*LEADS, "owner"), OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.log", WORKERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.log_close", (*LEADS, "owner"), OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.constraint", WORKERS, OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.lift", ("side_lead", "lifter"), OPEN, unless=NEVER, why_not="initiative_not_yours"),
    row("initiative.health", LEADS, OPEN, unless=NEVER, why_not="initiative_leads_only"),
    *(
        row(f"initiative.{move.verb}", move.who, move.states, unless=NEVER, why_not="initiative_leads_only")
        for move in MOVES.values()
    ),
]
