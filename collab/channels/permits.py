"""Who may speak for a shared channel: whoever leads its department, for both sides together CMO and CIO, and admins.

Relations: `speaker` leads the department it belongs to (or is CMO or CIO, for the leaders' own), `inside` is a member of
that department.
"""

from collab.kernel.permits import row

READERS = ("auditor", "partner")

PERMITS = [
    row("channel.list", ["lead", "office:CMO", "office:CIO", "admin", "auditor"], unless=["partner"]),
    row("channel.open", ["lead", "office:CMO", "office:CIO", "admin"], unless=READERS),
    row("channel.settings", ["speaker", "admin"], unless=READERS, why_not="not_your_channel"),
    row("channel.wish", ["speaker", "inside", "admin"], unless=READERS, why_not="not_your_channel"),
]
