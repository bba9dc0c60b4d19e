"""The record in numbers, counted as it grows: small enough to ask for again and again during a storm."""

from collections import Counter
from typing import Any

from tests.slack_double.things import Call

POSTING = "chat.postMessage"


def delivery_id(arguments: dict[str, Any]) -> str:
    """The app's own name for a message, from its metadata; empty where there is none."""
    metadata = arguments.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return str(payload.get("delivery_id", "")) if isinstance(payload, dict) else ""


class Tally:
    """What was called, how it ended, what was delivered and how often."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self.deliveries: Counter[str] = Counter()
        self.unnamed = 0
        self.lost: Counter[str] = Counter()
        self.ambiguous: Counter[str] = Counter()
        self.into_pauses: list[Call] = []

    def count(self, call: Call) -> None:
        """Adds a call."""
        self.calls[call.method, call.outcome] += 1
        if call.into_pause is not None:
            self.into_pauses.append(call)
        if call.method != POSTING:
            return
        name = delivery_id(call.arguments)
        if call.is_ambiguous:
            self.ambiguous[name] += 1
        if call.outcome != "ok":
            return
        self.lost[name] += call.is_ambiguous
        if name:
            self.deliveries[name] += 1
        else:
            self.unnamed += 1

    def duplicates(self) -> dict[str, int]:
        """Deliveries accepted more than once."""
        return {name: times for name, times in self.deliveries.items() if times > 1}

    def as_json(self) -> dict[str, Any]:
        """Numbers, and names only of what is wrong."""
        return {
            "calls": [[method, outcome, times] for (method, outcome), times in sorted(self.calls.items())],
            "accepted": self.deliveries.total() + self.unnamed,
            "delivered": len(self.deliveries),
            "unnamed": self.unnamed,
            "duplicates": self.duplicates(),
            "lost": self.lost.total(),
            "ambiguous": self.ambiguous.total(),
            "calls_during_pause": [
                [call.method, str(call.arguments.get("channel", "")), call.into_pause] for call in self.into_pauses
            ],
        }
