"""For whoever runs or programs the service: status, the API's page, the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, render_template

from collab.home import queries
from collab.kernel import clock
from collab.kernel.errors import NotFound
from collab.kernel.permits import permit, permits
from collab.web.identity import bearer

bp = Blueprint("machines", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@bp.get("/status")
@permit("status.show")
def status() -> Response:
    """How the service does, behind a token: for an administrator or an auditor."""
    permits.check("status.show", bearer().roles)
    return jsonify(queries.status(clock.now()))


@bp.get("/components")
@permit("home.components")
def components() -> str:
    """What pages are made of; only in the sample company."""
    if not current_app.extensions["settings"].demo:
        raise NotFound
    return render_template("web/gallery.html")


@bp.get("/docs")
@permit("docs.show")
def docs() -> str:
    """The OpenAPI document as a page."""
    spec: dict[str, Any] = current_app.extensions["api"].document()
    tags = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", [])}
    return render_template(
        "home/docs.html", groups=_groups(spec, tags), schemas=_schemas(spec), base_url=current_app.extensions["settings"].base_url
    )  # fmt: skip


def _groups(spec: Mapping[str, Any], tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every operation under its tag, in the order written."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or [""])[0]
                found.setdefault(tag, []).append(_operation(method, path, item[method], item.get("parameters", [])))
    return [{"name": name, "note": tags.get(name, ""), "operations": operations} for name, operations in found.items()]


def _operation(method: str, path: str, operation: Mapping[str, Any], shared: list[Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    parameters = [
        one for one in [*shared, *operation.get("parameters", [])] if isinstance(one, Mapping) and "name" in one
    ]
    return {
        "method": method.upper(), "path": path, "summary": operation.get("summary") or operation.get("description", ""),
        "parameters": [
            [one["name"], one.get("in", ""), type_of(one.get("schema", {})), bool(one.get("required"))] for one in parameters
        ],
        "body": next((type_of(kind.get("schema", {})) for kind in body.values()), ""),
        "answers": [
            [str(code), next((type_of(kind.get("schema", {})) for kind in answer.get("content", {}).values()), "")]
            for code, answer in operation.get("responses", {}).items()
            if isinstance(answer, Mapping)
        ],
    }  # fmt: skip


def _schemas(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = spec.get("components", {}).get("schemas", {})
    return [
        {
            "name": name, "note": schema.get("description", ""),
            "fields": [
                [field, type_of(inner), field in schema.get("required", []), inner.get("description", "")]
                for field, inner in schema.get("properties", {}).items()
            ],
        }
        for name, schema in found.items()
        if schema.get("properties")
    ]  # fmt: skip


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a value in few words: `string`, `[SeatOut]`, `martech | emerging`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"] if value is not None)
    for combined in ("anyOf", "oneOf", "allOf"):
        if combined in schema:
            return " | ".join(dict.fromkeys(type_of(part) for part in schema[combined]))
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    if isinstance(kind, list):
        return " | ".join(str(part) for part in kind)
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
