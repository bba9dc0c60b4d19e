"""Who reads the digest and says how it comes."""

from collab.kernel.permits import row

PERMITS = [
    row("digest.own", ["member", "auditor", "partner"]),
    row("digest.channel", ["member", "auditor"], unless=["partner"]),
]
