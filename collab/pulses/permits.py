"""Who may do what with an alignment pulse: rows of data (checked against tests/contracts/permits/pulses.md).

Relations: `asked` was asked when it opened, `opener` opened it; one that opened by itself, or whose opener has left, is its
offices'. Results are the company's; a guest sees neither pulse nor result. Nobody sees an open one's figures.
"""

from collab.kernel.permits import row
from collab.pulses.rules.habits import OPENS

READERS = ("auditor", "partner")

PERMITS = [
    row("pulse.list", ["member", "auditor"]),
    row("pulse.show", ["member", "auditor"]),
    row("pulse.export", ["member", "auditor"], ["closed"]),
    row("pulse.open", OPENS, unless=READERS, why_not="only_pulse_offices"),
    row("pulse.answer", ["asked"], ["open"], unless=READERS, why_not="only_asked"),
    row("pulse.close", ["opener"], ["open"], unless=READERS, why_not="only_opener"),
    row("pulse.cancel", ["opener"], ["open"], unless=READERS, why_not="only_opener"),
]
