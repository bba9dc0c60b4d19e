"""Plumbing of the JSON API: who is calling, reading input, ETags, pages, repeats."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NoReturn, TypeVar

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Request, Response, request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError
from marshmallow.fields import Field
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from collab.kernel import fields as kinds
from collab.kernel.errors import Invalid, Stale, Text
from collab.kernel.fields import as_texts
from collab.web import idempotency, refusals
from collab.web.identity import bearer
from collab.web.pages import csrf

V = TypeVar("V", bound=Callable[..., Any])
PREFIX = "/api/v1"
MOST_PER_PAGE = 100
LONGEST_VERSION = 18
TYPES: dict[type[Field[Any]], tuple[str, str | None]] = {
    kinds.Words: ("string", None), kinds.OneOf: ("string", None), kinds.Decimal: ("string", None),
    kinds.Day: ("string", "date"), kinds.Whole: ("integer", None), kinds.YesNo: ("boolean", None),
}  # fmt: skip
"""How the document calls what our fields read: type and format."""


class Parser(FlaskParser):
    """webargs with our way of refusing."""

    DEFAULT_VALIDATION_STATUS = 422

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body. A number of thousands of digits is a bad request, as everything else that cannot be read."""
        try:
            return super().load_json(req, schema)
        except ValueError:
            raise BadRequest from None

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, **_options: Any) -> NoReturn:  # noqa: ARG002 - webargs names them
        """Every complaint under its field, in the reader's words later."""
        messages: Any = error.normalized_messages()
        inner = (
            messages.get("json", messages.get("query", messages.get("files", messages)))
            if isinstance(messages, dict)
            else messages
        )
        raise Invalid(as_texts(inner)) from error


class ApiBlueprint(Blueprint):
    """A blueprint of the API: our parser, our prefix."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """As flask-smorest's, with one schema per view instead of a new one per request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def response(self, status_code: int, schema: Any = None, *, content_type: str | None = None, **options: Any) -> Any:
        """As flask-smorest's; what has a type and no schema is a file."""
        if content_type and schema is None:
            schema = {"type": "string", "format": "binary"}
        return super().response(status_code, schema, content_type=content_type, **options)


def blueprint(name: str, description: str) -> ApiBlueprint:
    """A feature's part of the API."""
    part = ApiBlueprint(f"api_{name}", name, url_prefix=PREFIX, description=description)
    part.before_request(_known_caller)
    return part


class LateApi(Api):
    """The API whose document is written when somebody first asks for it: that is most of what composing it would cost."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, *args: Any, **options: Any) -> None:
        self._unwritten: list[Blueprint] = []
        self._writing = threading.Lock()
        super().__init__(*args, **options)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Attach its routes."""
        app: Any = self._app
        app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        app.register_blueprint(blp, **options)
        self._unwritten.append(blp)

    def document(self) -> dict[str, Any]:
        """The whole document (OpenAPI)."""
        self._write()
        return dict(self.spec.to_dict())

    def _write(self) -> None:
        with self._writing:
            while self._unwritten:
                part = self._unwritten.pop(0)
                part.register_views_in_doc(self, self._app, self.spec, name=part.name, parameters=None)
                self.spec.tag({"name": part.name, "description": part.description})

    def _register_responses(self) -> None:
        for name, told in refusals.responses():
            self.spec.components.response(name, told, lazy=True)

    def _openapi_json(self) -> Response:
        self._write()
        return super()._openapi_json()


class Json(DefaultJSONProvider):
    """JSON as people read it: no ASCII escapes, keys in the order we wrote them; absurd nesting is a bad request."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse. Raises ValueError (a 400) for nesting that would overflow the stack."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def install(app: Flask) -> None:
    """Attach the API and its document (`/api/openapi.json`)."""
    app.json = Json(app)
    app.config.update(
        API_TITLE="Collab", API_VERSION="v1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}, "security": [{"token": []}],
        },
    )  # fmt: skip
    app.extensions["api"] = LateApi(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
            "extra_plugins": [refusals.Refusals()],
        },
    )
    for kind, (named, written) in TYPES.items():
        app.extensions["api"].register_field(kind, named, written)


def _schema_name(schema: Any) -> str:
    """What the document calls a schema: one whose fields are all optional is a thing of its own."""
    name = resolve_schema_cls(schema).__name__  # type: ignore[union-attr]
    return f"{name}Partial" if getattr(schema, "partial", False) else name


def register(app: Flask, part: ApiBlueprint) -> None:
    """Attach a feature's part. It answers to bearer tokens only, so no cookie can be ridden and no CSRF token is needed."""
    csrf.exempt(part)
    app.extensions["api"].register_blueprint(part)


def body() -> Mapping[str, Any]:
    """The JSON object of a request without a schema. Raises Invalid or BadRequest."""
    data = request.get_json(silent=False) if request.data else {}
    if not isinstance(data, dict):
        raise Invalid({"_": Text("field.not_an_object")})
    return data


def tagged(response: Response, version: str) -> Response:
    """Give an answer its ETag; 304 when the reader has it already."""
    response.set_etag(version)
    return response.make_conditional(request)  # type: ignore[return-value]


def seen_version() -> int | None:
    """The number before the first dot of `If-Match`, None without the header. Raises Stale for a tag that is not ours."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    tag = next(iter(request.if_match.as_set()), None) or ""
    number = tag.strip('"').partition(".")[0]
    if not number.isascii() or not number.isdigit() or len(number) > LONGEST_VERSION:
        raise Stale
    return int(number)


def window() -> tuple[int, int]:
    """`?page=&page_size=` as offset and limit. Raises Invalid."""
    problems: dict[str, Text] = {}
    page = _whole("page", 1, 10**6, 1, problems)
    size = _whole("page_size", 1, MOST_PER_PAGE, 20, problems)
    if problems:
        raise Invalid(problems)
    return (page - 1) * size, size


def paged(response: Response, total: int) -> Response:
    """Tell where in the list this page stands (`X-Pagination`)."""
    offset, size = window()
    last = max(1, -(-total // size))
    page = offset // size + 1
    response.headers["X-Pagination"] = json.dumps(
        {"total": total, "page": page, "page_size": size, "total_pages": last}
    )
    return response


def _whole(name: str, least: int, most: int, default: int, problems: dict[str, Text]) -> int:
    written = request.args.get(name)
    if written is None:
        return default
    if not written.isascii() or not written.isdigit() or not least <= int(written[:12]) <= most:
        problems[name] = Text("field.out_of_range", {"least": least, "most": most})
        return default
    return int(written)


def _known_caller() -> None:
    """Who calls is settled before what they say is read: a stranger gets 401 whatever they sent."""
    bearer()


def repeatable(view: V) -> V:
    """Make a write safe to repeat: with `Idempotency-Key`, the first answer is kept 24 hours and given again."""

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        return idempotency.once(lambda: view(*args, **kwargs))

    return once  # type: ignore[return-value]
