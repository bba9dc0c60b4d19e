"""How long an answer may take when nobody said so: defaults per severity, from `config/tasks.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collab.kernel.business_time import BadSpan, Span, parse_span
from collab.tasks.rules.moves import SEVERITIES

SPANS = ("answer", "counter", "question", "unblock", "confirm", "promise")
"""By when somebody must: answer an ask, answer a proposal, answer a question, lift a block, confirm; and the date that is
proposed where somebody proposes another scope but no date."""
_DEFAULTS = {
    "normal": {"answer": "8bh", "counter": "8bh", "question": "8bh", "unblock": "8bh", "confirm": "2bd", "promise": "5bd"},
    "urgent": {"answer": "2bh", "counter": "2bh", "question": "2bh", "unblock": "2bh", "confirm": "8bh", "promise": "1bd"},
    "brand": {"answer": "15m", "counter": "15m", "question": "15m", "unblock": "30m", "confirm": "2h", "promise": "2h"},
}  # fmt: skip
SNOOZES = 3


def _spans(texts: Mapping[str, str]) -> dict[str, Span]:
    return {name: parse_span(text) for name, text in texts.items()}


@dataclass(frozen=True)
class Policy:
    """The spans by severity and how often one may put a task off."""

    snoozes: int = SNOOZES
    spans: Mapping[str, Mapping[str, Span]] = field(
        default_factory=lambda: {severity: _spans(texts) for severity, texts in _DEFAULTS.items()}
    )

    def span(self, severity: str, name: str) -> Span:
        """How long somebody has."""
        return self.spans[severity][name]


def parse(data: Mapping[str, Any]) -> Policy:
    """Read the file's content; what it does not say stays as it is by default. Raises ValueError for what we do not know."""
    unknown = sorted(set(data) - {"snoozes", *SEVERITIES})
    if unknown:
        raise ValueError(f"tasks.toml: unknown: {', '.join(unknown)}")
    snoozes = data.get("snoozes", SNOOZES)
    if isinstance(snoozes, bool) or not isinstance(snoozes, int) or snoozes < 0:
        raise ValueError("tasks.toml: snoozes must be a whole number, 0 or more")
    return Policy(snoozes, {severity: _of(severity, data.get(severity, {})) for severity in SEVERITIES})


def _of(severity: str, texts: Mapping[str, str]) -> Mapping[str, Span]:
    unknown = sorted(set(texts) - set(SPANS))
    if unknown:
        raise ValueError(f"tasks.toml: {severity}: unknown: {', '.join(unknown)}")
    try:
        return _spans({**_DEFAULTS[severity], **texts})
    except BadSpan as error:
        raise ValueError(f"tasks.toml: {severity}: {error}") from error
