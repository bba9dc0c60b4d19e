"""Who may do what with a sheet: rows of data (checked against tests/contracts/permits/signatures.md).

`signer` is whoever the sheet names for one of its two sides. Nobody signs for somebody else: neither a deputy, nor a delegate.
"""

from collab.kernel.permits import row

PERMITS = [
    row("signature.sign", ["signer"], ["open"], unless=["auditor", "partner"], why_not="signs_in_person"),
    row("signature.show", ["member", "auditor"]),
]
