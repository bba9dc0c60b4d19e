"""The one family of errors a rule may raise; each edge has one translator (web/problems.py, slack/answers.py, cli.py).

An error carries a stable `code` and arguments, never a sentence: the edge says it in the reader's language
with the catalogue entry `error.<code>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Text:
    """Words to be said later, in the reader's language: a catalogue key and its arguments."""

    key: str
    args: Mapping[str, Any] = field(default_factory=dict)


class DomainError(Exception):
    """Something the product refuses, with a reason a person can act on."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, code: str | None = None, /, **args: Any) -> None:
        super().__init__(code or self.code)
        self.said_code = code or self.code
        self.args_said = args

    @property
    def text(self) -> Text:
        """What to tell the person."""
        return Text(f"error.{self.said_code}", self.args_said)


class NotSignedIn(DomainError):
    """Nobody is known to be asking."""

    code, status = "not_signed_in", 401


class NotAllowed(DomainError):
    """This person may not do this, ever or in this relation."""

    code, status = "not_allowed", 403


class NotFound(DomainError):
    """Not there, or not visible to this person: the two look the same on purpose."""

    code, status = "not_found", 404


class NotNow(DomainError):
    """Possible, but not in the present state: somebody acted first, or the content changed."""

    code, status = "not_now", 409


class Stale(DomainError):
    """The writer's copy is older than ours (`If-Match`)."""

    code, status = "stale", 412


class Busy(DomainError):
    """A part we need does not answer just now; nothing was changed."""

    code, status = "busy", 503


class Invalid(DomainError):
    """Input that cannot be taken, field by field.

    `fields` maps a dotted path (`benefit.amount`) to what is wrong with it.
    """

    code, status = "invalid", 422

    def __init__(self, fields: Mapping[str, Text], code: str | None = None, /, **args: Any) -> None:
        super().__init__(code, **args)
        self.fields = dict(fields)
