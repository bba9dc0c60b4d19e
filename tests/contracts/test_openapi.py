"""The API's own document is valid OpenAPI 3.1 and tells of every route."""

from __future__ import annotations

import json

from openapi_spec_validator import validate


def test_the_document_is_valid_and_complete(app):
    with app.test_client() as client:
        answer = client.get("/api/openapi.json")
    document = json.loads(answer.data)
    assert document["openapi"].startswith("3.1")
    validate(document)
    told = {
        (method.upper(), path.replace("{", "<").replace("}", ">"))
        for path, verbs in document["paths"].items()
        for method in verbs
        if method in ("get", "post", "patch", "delete", "put")
    }
    served = {
        (method, _plain(rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == told


def test_every_operation_says_what_it_does(app):
    with app.test_client() as client:
        document = json.loads(client.get("/api/openapi.json").data)
    silent = [
        (path, method)
        for path, verbs in document["paths"].items()
        for method, operation in verbs.items()
        if method != "parameters" and not operation.get("summary")
    ]
    assert not silent


def _plain(rule: str) -> str:
    """`<int:id>` is `<id>` in the document."""
    out = rule
    for kind in ("int:", "path:", "string:"):
        out = out.replace(f"<{kind}", "<")
    return out
