"""Who may do what in a conversation: rows of data (checked against tests/contracts/permits/threads.md).

Relations: `sees` (may see the subject itself, whatever its feature says), `author` (wrote the comment, and still sees it).
"""

from collab.kernel.permits import row

READERS = ("auditor",)
"""They read all and change nothing."""

PERMITS = [
    row("thread.read", ["sees"]),
    row("thread.comment", ["sees"], unless=READERS),
    row("thread.correct", ["author"], ["fresh"], unless=READERS, why_not="only_author"),
    row("thread.withdraw", ["author"], ["fresh", "settled"], unless=READERS, why_not="only_author"),
]
