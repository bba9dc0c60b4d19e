"""Who may open the pages that belong to nobody alone."""

from collab.kernel.permits import ANYBODY, row

EVERYONE = ("member", "auditor", "partner")

PERMITS = [
    row("home.show", [ANYBODY]),
    row("inbox.show", EVERYONE),
    row("home.language", [ANYBODY]),
    row("home.components", [ANYBODY]),
    row("docs.show", [ANYBODY]),
    row("search.use", EVERYONE),
    row("subject.follow", ["member", "partner"], unless=["auditor"]),
    row("joint.show", ["member", "auditor"]),
    row("status.show", ["admin", "auditor"]),
]
