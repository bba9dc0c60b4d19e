"""The rows of conditions on a form that grows by pressing "another one", as they were sent."""

from __future__ import annotations

from collections.abc import Mapping

CONDITION = ("text", "owner", "due_on", "before_order")
MOST_ROWS = 20


def count(form: Mapping[str, str]) -> int:
    """How many rows the form had."""
    sent = form.get("rows", "")
    return min(int(sent), MOST_ROWS) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0


def conditions(form: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows somebody wrote something into; a row of nothing is no condition."""
    rows = [{name: form.get(f"condition{at}_{name}", "").strip() for name in CONDITION} for at in range(count(form))]
    return [{name: value for name, value in row.items() if value} for row in rows if row["text"] or row["owner"]]
