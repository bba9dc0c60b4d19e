"""A task as one row of a file."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError

from collab.imports.cells import AnyDay, Choice, Code, Email
from collab.kernel.fields import Input, Words
from collab.kernel.keys import as_typed
from collab.tasks.rules.moves import SEVERITIES, VISIBILITIES
from collab.tasks.schemas.incoming import LINE, LONG, TITLE, Due

CALM = tuple(one for one in SEVERITIES if one != "brand")
"""A file pages nobody at night, least of all in somebody else's name: an alarm is raised one by one, by whoever sees it."""


class Key(Words):
    """A key as people type it: `G-1`, in any width or case."""

    def _deserialize(self, value: Any, _attr: str | None, _data: Any, **_options: Any) -> str:  # type: ignore[override]
        key = as_typed(str(value))
        if key is None:
            raise ValidationError("field.invalid")
        return key


class TaskRow(Input):
    """One task; a title and a department are enough, as everywhere."""

    title = Words(TITLE, required=True)
    to_department = Code(required=True)
    detail = Words(LONG)
    asker = Email()
    from_department = Code()
    assignee = Email()
    severity = Choice(CALM, words="task.severity")
    due = Due()
    needed_by_on = AnyDay()
    visibility = Choice(VISIBILITIES, words="task.visibility")
    link = Key(LINE)
