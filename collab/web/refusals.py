"""How the API's document tells what may be refused: one problem document (RFC 9457) and, by what an operation does, its statuses."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from apispec import BasePlugin
from marshmallow import INCLUDE, Schema, fields

PROBLEM = "application/problem+json"
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Always `Bearer`."}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds from now."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds from now."}},
}
"""What else some refusals say."""
WRITES = ("post", "put", "patch", "delete")


class RefusalOut(Schema):
    """A refusal. `code` is stable and for programs, `title` is for people; facts may stand beside them."""

    class Meta:
        """Facts of a refusal are members of their own."""

        unknown = INCLUDE

    type = fields.Str(required=True)
    code = fields.Str(required=True)
    status = fields.Int(required=True)
    title = fields.Str(required=True)
    errors = fields.Dict(
        keys=fields.Str(), values=fields.Str(), metadata={"description": "By field, what is wrong with it."}
    )


class Refusals(BasePlugin):
    """Writes into every operation how it may be refused."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_more: Any
    ) -> None:  # what else apispec hands on
        """Add the statuses that stand there for reasons of their own to nobody's place."""
        for method, operation in (operations or {}).items():
            told = operation.setdefault("responses", {})
            for status in statuses(method, path or "", has_body="requestBody" in operation):
                if not {status, str(status)} & told.keys():
                    told[status] = HTTPStatus(status).name


def statuses(method: str, path: str, *, has_body: bool) -> Iterator[int]:
    """How a call of this kind may be refused."""
    yield from (401, 403, 429, 503)
    if "{" in path:  # what stands there may make another address of it, which others answer to
        yield from (404, 405)
    if method in WRITES:
        yield from (409, 422)
    if method in WRITES and "{" in path:
        yield 412
    if has_body:
        yield from (400, 413)


def responses() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every refusal there can be, by the name under which operations refer to it."""
    for status in HTTPStatus:
        if status >= HTTPStatus.BAD_REQUEST:
            told = {"description": status.phrase, "content": {PROBLEM: {"schema": RefusalOut}}}
            yield status.name, told | ({"headers": HEADERS[status]} if status in HEADERS else {})
