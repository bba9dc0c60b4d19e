"""Every way a letter can end without success: nothing was done, nobody knows, or it cannot be done."""

from __future__ import annotations

from typing import ClassVar


class MailProblem(Exception):
    """A letter that was not handed over. `error` is a short word of ours or the server's number, never a secret."""

    kind: ClassVar[str] = "broken"

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(f"{error}: {detail}" if detail else error)
        self.error, self.detail = error, detail


class MailLater(MailProblem):
    """Nothing was done: the server is not there, or says to come again."""

    kind = "later"


class MailAmbiguous(MailProblem):
    """The whole letter was given away and the answer was lost: it may have been taken."""

    kind = "ambiguous"


class MailBroken(MailProblem):
    """The server says no to this letter; the same again cannot help. `everybody`: it says no to us, whatever we send."""

    kind = "broken"

    def __init__(self, error: str, detail: str = "", *, everybody: bool = False) -> None:
        super().__init__(error, detail)
        self.everybody = everybody
