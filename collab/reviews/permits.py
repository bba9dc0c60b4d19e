"""Who may do what with a business review: rows of data (checked against tests/contracts/permits/reviews.md).

Both sides' office holders open, write and close it; every member reads what of it they may see where it stands; guests nothing.
"""

from collab.kernel.permits import row

OFFICES = ("office:CMO", "office:CIO")
READERS = ("auditor", "partner")

PERMITS = [
    row("review.list", ["member", "auditor"]),
    row("review.show", ["member", "auditor"]),
    row("review.open", [*OFFICES, "office:CEO"], unless=READERS),
    row("review.write", OFFICES, ["draft"], unless=READERS, why_not="only_both_sides"),
    row("review.retake", OFFICES, ["draft"], unless=READERS, why_not="only_both_sides"),
    row("review.freeze", OFFICES, ["draft"], unless=READERS, why_not="only_both_sides"),
]
