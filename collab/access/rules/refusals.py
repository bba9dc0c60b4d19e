"""Why somebody is not let in, each with words of its own (`access.refused.<reason>`)."""

from __future__ import annotations

from collab.kernel.errors import DomainError, Text

REASONS = (
    "closed", "state", "issuer", "audience", "nonce", "expired", "signature", "answer", "code", "denied", "provider",
    "unreachable", "not_fresh", "unverified", "domain", "unknown", "left", "other_door", "bound", "other_member",
)  # fmt: skip
PASSING = frozenset({"unreachable", "provider"})
"""What may work in a minute."""


class SignInRefused(DomainError):
    """Somebody came from a provider and is not let in. `detail` is for the log: no secret, nothing they typed."""

    code, status = "sign_in_refused", 403

    def __init__(self, reason: str, *, member: str | None = None, detail: str = "") -> None:
        super().__init__()
        self.reason = reason
        self.member = member
        self.detail = detail

    @property
    def text(self) -> Text:
        """What happened."""
        return Text(f"access.refused.{self.reason}.what")
