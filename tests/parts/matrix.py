"""Who gets which class of answer at every address: pages of Markdown written by hand, and the company in which they are played.

with played(stock, var) as play:
    play.cell("POST /tasks/<key>/accept", "seat")      # "ok"
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog.testing
import time_machine
from flask import Flask, templating
from werkzeug.wrappers import Response

from collab.access.service import tokens
from collab.kernel.db import db
from collab.web import limits
from collab.web.identity import Loaders
from tests.factories.company import NOW, Company
from tests.factories.whole import GUEST, OWN, SEAT, STRANGE_GUEST, World, whole
from tests.parts.applications import application, forget, settings_for
from tests.parts.clients import Pages
from tests.parts.databases import COMPANY, Stock

PEOPLE = {
    "guest": STRANGE_GUEST, "shown": GUEST, "colleague": "emma", "own": OWN, "lead": "service-lead", "seat": SEAT,
    "auditor": "auditor", "admin": "admin",
}  # fmt: skip
SCOPES = {"machine": "measurements", "reader": "read"}
"""Tokens of whoever is `own` that do less than their owner may."""
BY_PAGE = ("stranger", *PEOPLE)
BY_API = (*BY_PAGE, *SCOPES)
PERSONS = frozenset({"member", "members", "to", "assignee", "secretary", "deputy", "owner", "answerer", "email"})
WORDS = {401: "in", 403: "no"}
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
SOMEBODY, DAY, MOMENT = "kenji@example.com", "2026-12-01", "2026-12-01T10:00:00+09:00"
FORM = {
    **dict.fromkeys(
        ("reason", "text", "comment", "title", "body", "question", "answer", "words", "means", "lesson", "outcome", "name_en",
         "name_ja", "name", "data", "note", "part", "what_happened", "root_cause", "findings", "problem", "term", "meaning",
         "process", "system", "label"), "A",
    ),
    **dict.fromkeys(("to", "member", "members", "email", "owner", "owner_1", "owner_2", "deputy", "secretary", "lifter"), SOMEBODY),
    **dict.fromkeys(("on", "due_on", "ends_on", "from_on", "until_on"), DAY), **dict.fromkeys(("version", "seen_version", "seen"), "1"),
    "due": "2bd", "at": "2026-12-01T10:00", "until": "2h", "result": "achieved", "kind": "risk", "partner": "kumo",
    "giver.department": "it", "receiver.department": "marketing", "cadence.every": "1", "cadence.unit": "week", "goal": "G-1",
    "journey_stage": "buy", "rating": "3", "department": "marketing", "health": "at_risk", "cap": "1000", "choice": "scale", "days": "30",
    "verb": "approve", "office": "CIO", "subject": "G-3",
}  # fmt: skip
"""What is filled in on every form: enough to be understood by many, so that a refusal is one of the sender and not of the form."""
BESIDES: Mapping[str, Mapping[str, Any]] = {
    "POST /goals": {"kind": ""}, "POST /initiatives": {"kind": ""}, "POST /initiatives/<key>/edit": {"kind": ""},
    "POST /initiatives/<key>/answers": {"question": "1"}, "POST /initiatives/<key>/differences": {"question": "1"},
    "POST /purchases/<key>/steps": {"kind": "review"}, "POST /purchases/<key>/revocation/answer": {"answer": "yes"},
    "POST /me/digest": {"at": "09:00"}, "POST /tasks/<key>/accept": {"at": MOMENT}, "POST /tasks/<key>/counter": {"at": MOMENT},
    "POST /incidents/<key>/timeline": {"at": ""}, "POST /goals/journey": {"code": "care"}, "POST /drafts": {"form": "purchase"},
    "POST /api/v1/tasks/<key>/accept": {"due": "2bd"}, "POST /api/v1/tasks/<key>/snooze": {"until": "2h"},
    "POST /api/v1/routes/simulate": {"total": "1000"}, "POST /api/v1/initiatives/<key>/constraints/<int:number>/lift": {"note": "A"},
    "POST /api/v1/initiatives/<key>/log/<int:number>/close": {"note": "A"},
    "POST /api/v1/initiatives/<key>/milestones/<int:number>/drop": {"note": "A"},
    "POST /api/v1/goals/checkins": {"goals": {"G-99999": {"no_change": True}}},
}  # fmt: skip
"""What some need more than that, or otherwise."""


def read(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Per page its rows by route ("GET /tasks/<key>"), each cell by column. A route that stands there twice stops everything."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for page in sorted(folder.glob("*.md")):
        lines = [[cell.strip(" `") for cell in line.strip().strip("|").split("|")]
                 for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]  # fmt: skip
        head: list[str] = []
        for line in lines:
            if line[0] == "route":
                head = line[1:]
            elif set(line[0]) != {"-"}:
                assert all(line[0] not in rows for rows in found.values()), f"two rows for {line[0]}"
                found.setdefault(page.stem, {})[line[0]] = dict(zip(head, line[1:], strict=True))
    return found


def routes_of(app: Flask) -> dict[str, tuple[str, ...]]:
    """Every route there is, with the columns its row needs."""
    return {
        f"{method} {rule.rule}": BY_API if is_api(rule.rule) else BY_PAGE
        for rule in app.url_map.iter_rules()
        for method in METHODS & (rule.methods or set())
    }


def is_api(rule: str) -> bool:
    """Whether a token opens it, rather than a session."""
    return rule.startswith("/api/") or rule == "/status"


def bodies_of(app: Flask) -> dict[str, Any]:
    """The smallest body of every call that takes one, by the API's own document."""
    document = json.loads(app.test_client().get("/api/openapi.json").data)
    there = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route): route for route in routes_of(app)}
    found = {}
    for path, item in document["paths"].items():
        for method, said_ in item.items():
            body = said_.get("requestBody", {}) if isinstance(said_, dict) else {}
            schema = body.get("content", {}).get("application/json", {}).get("schema")
            if schema:
                found[there[f"{method.upper()} {path}"]] = _smallest(document, schema)
    return found


def _smallest(document: Mapping[str, Any], schema: Mapping[str, Any], name: str = "") -> Any:
    if "$ref" in schema:
        return _smallest(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for many in ("allOf", "anyOf", "oneOf"):
        if many in schema:
            return _smallest(document, schema[many][0], name)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {one: _smallest(document, schema["properties"][one], one) for one in schema.get("required", ())}
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [_smallest(document, schema.get("items", {}), name)]
    plain = {"integer": 1, "number": 1, "boolean": True, "object": {}, "date": DAY, "date-time": MOMENT}
    return plain.get(str(schema.get("format"))) or plain.get(str(kind), SOMEBODY if name in PERSONS else "A")


@dataclass
class Play:
    """The company, played upon: after whatever changed something it is as it was."""

    world: World
    file: Path
    headers: Mapping[tuple[str, bool], Mapping[str, str]]
    bodies: Mapping[str, Any] = field(default_factory=dict)
    """What calls need to be understood."""
    kept: bytes = b""

    @property
    def app(self) -> Flask:
        return self.world.company.app

    def keep(self) -> None:
        """As it is now it shall be again."""
        self._close()
        with sqlite3.connect(self.file) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        self.kept = self.file.read_bytes()

    def cell(self, route: str, column: str, body: str | None = None) -> str:
        """What somebody gets there who sends what many forms understand; or this and nothing more."""
        method, _, rule = route.partition(" ")
        api, more = is_api(rule), BESIDES.get(route, {})
        fields = {**self.bodies.get(route, {}), **more} if api else {**FORM, **more}
        sent: dict[str, Any] = {} if method == "GET" else {"json" if api else "data": fields}
        if body is not None:
            sent = {"data": body, "content_type": "application/json" if api else "application/x-www-form-urlencoded"}
        headers = self.headers.get((column, api), {})
        with self.app.test_client(use_cookies=False) as client:
            answer = client.open(self.world.address(rule), method=method, headers=headers, **sent)
        answer.close()  # a file that was sent is an open one
        if method != "GET" and answer.status_code < 400:
            self._restore()
        return said(answer)

    def _restore(self) -> None:
        self._close()
        self.file.write_bytes(self.kept)
        forget()
        limits.forget(self.app)

    def _close(self) -> None:
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        for more in ("-wal", "-shm"):
            self.file.with_name(self.file.name + more).unlink(missing_ok=True)


def said(answer: Response) -> str:
    """The class of an answer, as the pages write it."""
    if answer.status_code < 400:
        return "in" if answer.headers.get("Location", "").startswith("/?next=") else "ok"
    return WORDS.get(answer.status_code, str(answer.status_code))


@contextmanager
def played(stock: Callable[[str], Stock], var: Path) -> Iterator[Play]:
    """The company for a while, at one moment. Pages are put together and not written out: who gets them is asked here, and
    what they look like elsewhere. The token of a form is asked for elsewhere, too."""
    shelf = stock("sqlite")
    own = shelf.fresh(COMPANY)
    with application(settings_for(own.url, var)) as app, time_machine.travel(NOW), _unwritten(app):
        app.config["WTF_CSRF_ENABLED"] = False
        world = whole(Company(app))
        play = Play(world, Path(own.url.removeprefix("sqlite:///")), _keys(world.company), bodies_of(app))
        for column in (*PEOPLE, *SCOPES):
            play.cell("GET /api/v1/me" if column in SCOPES else "GET /me", column)  # seen today already
        for column in PEOPLE:
            play.cell("GET /api/v1/me", column)
        play.keep()
        yield play
    shelf.throw_away(own)


def _keys(company: Company) -> dict[tuple[str, bool], dict[str, str]]:
    """What each sends along, to pages and to the API."""
    found = {}
    for column, name in PEOPLE.items():
        jar = Pages(company, name).client._cookies.values()  # the one way to read them all
        found[column, False] = {"Cookie": "; ".join(f"{one.key}={one.value}" for one in jar)}
        found[column, True] = {"Authorization": f"Bearer {company.token(name)}"}
    with company.indoors():
        owner = company.member(OWN)
        for column, scope in SCOPES.items():
            token = tokens.create_token(owner, label=column, by=None, scope=scope, now=company.now)
            found[column, True] = {"Authorization": f"Bearer {token}"}
    return found


@contextmanager
def _unwritten(app: Flask) -> Iterator[None]:
    """Neither pages nor the log are written out, and who somebody is is found out once: it stays so."""
    kept = app.extensions["web.identity"]
    app.extensions["web.identity"] = Loaders(cache(kept.by_session), cache(kept.by_token))
    with (
        patch.object(templating, "_render", lambda *_: ""),
        patch.object(app.jinja_env, "get_or_select_template", lambda *_, **__: None),
        structlog.testing.capture_logs(),
    ):
        yield
