"""Who may do what with a data-sharing agreement: rows of data (checked against tests/contracts/permits/agreements.md).

Relations: `giver` and `receiver` are the two named persons, `giver_lead` and `receiver_lead` lead their departments,
`giver_deputy` and `receiver_deputy` stand in while the named person is away: they keep it going, and promise nothing.
The company sees agreements; a guest sees none.
"""

from collab.kernel.permits import row

SIDES = ("giver", "receiver", "giver_lead", "receiver_lead")
GIVING, RECEIVING = ("giver", "giver_lead", "giver_deputy"), ("receiver", "receiver_lead", "receiver_deputy")
READERS = ("auditor", "partner")
RUNNING = ("proposed", "active", "paused")

PERMITS = [
    row("agreement.list", ["member", "auditor"]),
    row("agreement.show", ["member", "auditor"]),
    row("agreement.history", ["member", "auditor"]),
    row("agreement.propose", ["member"]),
    row("agreement.agree", ["giver", "receiver"], ["proposed"], unless=READERS, why_not="only_named"),
    row("agreement.deliver", GIVING, ["active"], unless=READERS, why_not="only_giver"),
    row("agreement.postpone", GIVING, ["active"], unless=READERS, why_not="only_giver"),
    row("agreement.confirm", RECEIVING, ["active", "paused", "ended"], unless=READERS, why_not="only_receiver"),
    row("agreement.dispute", RECEIVING, ["active", "ended"], unless=READERS, why_not="only_receiver"),
    row("agreement.pause", SIDES, ["active"], unless=READERS, why_not="only_sides"),
    row("agreement.resume", SIDES, ["paused"], unless=READERS, why_not="only_sides"),
    row("agreement.end", SIDES, RUNNING, unless=READERS, why_not="only_sides"),
    row("agreement.handover", SIDES, RUNNING, unless=READERS, why_not="only_sides"),
    row("agreement.import", ["office:CMO", "office:CIO", "lead", "admin"], unless=READERS),
]
