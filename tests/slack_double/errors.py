"""The one way a Web API call is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.slack_double.rules.shapes import Fault


class SlackError(Exception):
    """Becomes `{"ok": false, "error": code}` with HTTP 200, as Slack answers."""

    def __init__(self, code: str, faults: Iterable[Fault] = (), **extra: Any) -> None:
        self.code = code
        self.faults = list(faults)
        self.extra = extra
        super().__init__(", ".join([code, *map(str, self.faults)]))

    def as_json(self) -> dict[str, Any]:
        """The body Slack sends, naming every reason."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.faults:
            body["response_metadata"] = {"messages": [str(fault) for fault in self.faults]}
        if self.code == "invalid_blocks":
            body["errors"] = [str(fault).removeprefix("[ERROR] ") for fault in self.faults]
        return body
