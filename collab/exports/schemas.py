"""What goes in and out about lists as files."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from collab.kernel.fields import Input, Words


class ExportIn(Input):
    """In which form (`csv`, `xlsx`, some lists also `jsonl`), narrowed by which filters: texts by name, as `GET /exports` lists them."""

    format = Words(10, required=True)
    filters: Any = fields.Dict(keys=fields.String(), metadata={"additionalProperties": {"type": "string"}})


class ExportOut(Schema):
    """A list that can be taken out: its columns by code, the filters it understands, its formats."""

    code = fields.String()
    title = fields.String()
    columns = fields.List(fields.String())
    filters = fields.List(fields.String())
    formats = fields.List(fields.String())
