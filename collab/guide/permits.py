"""Who may read the guide: everybody, before signing in too (checked against tests/contracts/permits/guide.md)."""

from collab.kernel.permits import ANYBODY, row

PERMITS = [row("guide.read", [ANYBODY])]
