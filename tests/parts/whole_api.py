"""Every operation of the API's own document, called by schemathesis with things that are there as often as with made-up ones.

with sample_company(stock, var) as company:
    for case in cases(operation, pool, many=3): ...
    faults(case, call(case, token)) == []
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from sqlalchemy import select, text

from collab.access.rules.keys import MEASUREMENTS, READ
from collab.access.service import tokens
from collab.kernel.db import db
from collab.subjects.models import Subject
from collab.subjects.queries import list_summaries
from collab.subjects.registry import registry
from tests.contracts.test_edges_everywhere import SOME
from tests.parts.every_page import SampleCompany

ROLES = {
    "member": "mika", "lead": "it-lead", "office holder": "cmo", "guest": "agency", "auditor": "auditor", "admin": "admin",
    "machine": "cmo", "reads only": "cmo", "nobody": None,
}  # fmt: skip
SCOPES = {"machine": MEASUREMENTS, "reads only": READ}
CHECKED = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip
PLAINLY = {"Accept-Encoding": "identity"}
"""Nothing is packed: it would have to be unpacked again."""
SOUND, MIXED = 0.6, 0.5
"""In so many calls everything is there; in the others, so many of the values."""
CODE = re.compile(r"[a-z][a-z0-9_.]{1,60}")
FEW = 6
Values = Mapping[str, Sequence[Any]]
TABLES = {
    "message_id": "outbox_messages", "import_id": "imports", "escalation_id": "escalations", "sheet_id": "signature_sheets",
    "attachment_id": "thread_attachments", "token_id": "tokens",
}  # fmt: skip
"""By the name of a parameter: whose numbers it takes."""
NEAR = {
    "incidents": "select 'T-' || task_id from incidents", "channels": "select channel_id from channels",
    "comments": "select subject_key || ' ' || id from thread_comments where withdrawn_at is null",
}  # fmt: skip
"""What is no kind of its own, or hangs together: where it stands."""

PLAIN: Values = {
    "department": ["it", "marketing", "sales"], "site": ["tokyo", "london"], "partner": ["hoshi"], "office": ["CFO", "CIO"],
    "office_code": ["CFO"], "zone": ["Asia/Tokyo"], "locale": ["ja", "en"], "language": ["ja", "en"], "currency": ["JPY"],
    "code": ["tokyo", "marketing", "consider"], "week": ["2026-W46"], "quarter": ["FY2026-Q3"],
    "period": ["FY2026"], "page": ["1"], "page_size": ["20"], "kind": ["purchases", "tasks", "members"], "q": ["アンケート", "survey"],
    "number": [1, 2, 3], "version": [1, 2], "seen_version": [1, 2], "metric": [1, 2, 3], "slot": [1], "side": [1, 2], "reply_to": [1],
    "of": ["cmo@example.com"], "lang": ["ja"], "start": ["2026-11-18T01:00:00+00:00"], "end": ["2026-11-20T01:00:00+00:00"],
}  # fmt: skip
"""By the name of a field or parameter: what could stand there."""
PEOPLE = (
    "email", "member", "owner", "owner_1", "owner_2", "assignee", "deputy", "secretary", "principal", "requester", "on_behalf_of",
    "lifter", "measured_by", "actor", "acting_for", "leads", "participants", "members", "mentions", "accountable",
)  # fmt: skip
AMOUNTS = (
    "amount",
    "target",
    "baseline",
    "value",
    "floor",
    "cap",
    "ceiling",
    "total",
    "limit",
    "numerator",
    "denominator",
)
WRITTEN = ("Because it helps.", "お客様のためです。", "A", "@mika see G-1", "<b>&amp;</b>")


@dataclass(frozen=True)
class Pool:
    """What is there in the sample company for somebody: of everything in the same state as much as of anything else."""

    keys: Values
    ids: Values
    near: Values
    emails: tuple[str, ...]


def pool_of(company: SampleCompany, role: str) -> Pool:
    """Keys by their letters, numbers by the name of the parameter."""
    with company.indoors():
        every = list(db.session.scalars(select(Subject.key).order_by(Subject.key)))
        seen = list_summaries(company.member(ROLES[role] or "auditor"), every)
        keys: dict[str, dict[str, list[str]]] = {}
        for key, one in seen.items():
            keys.setdefault(key.partition("-")[0], {}).setdefault(one.state.key, []).append(key)
        ids = {
            name: list(db.session.scalars(text(f"select id from {table} order by id limit 40")))
            for name, table in TABLES.items()
        }
        near = {name: list(db.session.scalars(text(asked))) for name, asked in NEAR.items()}
        emails = tuple(db.session.scalars(text("select email from members order by id")))
    return Pool({kind: _evenly(states.values()) for kind, states in keys.items()}, ids, near, emails)


def _evenly(groups: Iterable[list[str]]) -> list[str]:
    """So many of each group that none is rare."""
    return [key for group in groups for key in (group * FEW)[:FEW]]


@dataclass
class Filling:
    """Puts what is there into a case that was made up."""

    pool: Pool
    chance: Random
    path: str
    there: float = 1.0

    def __post_init__(self) -> None:
        self.there = 1.0 if self.chance.random() < SOUND else MIXED

    def fill(self, case: Case) -> Case:
        """The case, changed."""
        for values in (case.path_parameters, case.query):
            for name in values or {}:
                if (found := self.value(name)) is not None:
                    values[name] = found
        if "comment_id" in case.path_parameters and self.chance.random() < self.there:
            key, _, number = self.chance.choice(self.pool.near["comments"]).partition(" ")
            case.path_parameters |= {"key": key, "comment_id": int(number)}
        if isinstance(case.body, dict):
            short = self.path.removeprefix("/api/v1")
            if short in SOME and self.chance.random() < self.there:
                case.body = {**case.body, **SOME[short]}
            case.body = {name: self.inside(name, value) for name, value in case.body.items()}
        return case

    def inside(self, name: str, value: Any) -> Any:
        """What stands in a field of a body, and in the fields within."""
        if isinstance(value, dict):
            return {inner: self.inside(inner, one) for inner, one in value.items()}
        if isinstance(value, list):
            return [self.inside(name.removesuffix("s") if name not in PEOPLE else name, one) for one in value[:3]]
        found = self.value(name)
        if found is None and isinstance(value, str) and self.chance.random() < self.there and not _is_code(value):
            return self.chance.choice(WRITTEN)
        return value if found is None else found

    def value(self, name: str) -> Any:
        """Something that is there by that name; None where made-up is better, or nothing is known."""
        found = self._known(name)
        return self.chance.choice(found) if found and self.chance.random() < self.there else None

    def _known(self, name: str) -> Any:
        if name in ("key", "subject") or name.endswith("_key"):
            return self._keys()
        if name in ("goal", "initiative", "pulse", "agreement"):
            return self.pool.keys.get({"goal": "G", "initiative": "I", "pulse": "AP", "agreement": "DA"}[name])
        if name == "channel":
            return self.pool.near["channels"]
        if name in PEOPLE:
            return self.pool.emails
        if name in AMOUNTS:
            return ["100", "1200000", "0.5"]
        if name.endswith("_on") or name in ("on", "day", "since", "until", "from", "due"):
            return ["2026-11-20", "2026-12-01", "2026-10-01"]
        if name.endswith("_at"):
            return ["2026-11-20T09:00:00+09:00", "2026-10-01T00:00:00Z"]
        return self.pool.ids.get(name) or PLAIN.get(name)

    def _keys(self) -> list[str]:
        about = {f"{kind.code}s": kind.prefix for kind in registry.kinds}
        first = next(part for part in self.path.split("/") if part not in ("", "api", "v1"))
        if first in self.pool.near:
            return list(self.pool.near[first])
        prefix = {"changes": "CC", "reviews": "QR", "pulses": "AP", **about}.get(first)
        return list(self.pool.keys.get(prefix or "", ())) or [key for keys in self.pool.keys.values() for key in keys]


def _is_code(value: str) -> bool:
    return bool(CODE.fullmatch(value)) and len(value) > 2


def operations(app: Any) -> list[Any]:
    """Every operation, as schemathesis reads it; what only looks comes first."""
    load_all_checks()
    found = [one.ok() for one in schemathesis.openapi.from_wsgi("/api/openapi.json", app).get_all_operations()]
    return sorted(found, key=lambda one: (one.method != "get", one.method == "delete"))


def cases(operation: Any, *, many: int) -> Iterator[Case]:
    """So many calls, the same ones every time; of more than one, a quarter is wrong on purpose."""
    made: list[Case] = []
    for mode, count in ((GenerationMode.POSITIVE, many - many // 4), (GenerationMode.NEGATIVE, many // 4)):
        if count and not (mode is GenerationMode.NEGATIVE and _takes_nothing(operation)):
            _make(operation.as_strategy(generation_mode=mode), count, made)
    yield from made


def _make(strategy: st.SearchStrategy[Case], count: int, made: list[Case]) -> None:
    @settings(
        max_examples=count, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(case: Case) -> None:
        made.append(case)

    keep()


def _takes_nothing(operation: Any) -> bool:
    return not any((operation.path_parameters, operation.query, operation.headers, operation.body))


def faults(case: Case, answer: Response, headers: dict[str, str]) -> list[str]:
    """What of the answer the document does not tell, and what of a refusal is not as all refusals are."""
    found = []
    try:
        case.validate_response(answer, checks=[CHECKS.get_one(name) for name in CHECKED], headers=headers)
    except (FailureGroup, Failure) as group:
        found = [f"{type(one).__name__}: {one.message}"[:300] for one in getattr(group, "exceptions", [group])]
    if answer.status_code >= 400:
        found += _misshapen(answer)
    where = f"{case.method} {case.formatted_path} -> {answer.status_code}"
    return [f"{where} {one}" for one in found]


def _misshapen(answer: Response) -> list[str]:
    if answer.headers.get("content-type", [""])[0] != "application/problem+json":
        return ["no problem document"]
    told = answer.json()
    good = CODE.fullmatch(str(told.get("code"))) and told.get("title") and told.get("status") == answer.status_code
    return [] if good else [f"a refusal without code, title or status: {told}"]


@dataclass
class Run:
    """What came of all calls."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)

    def note(self, label: str, role: str, status: int, found: list[str]) -> None:
        """One answer."""
        self.answers[label, role, status] += 1
        for one in found:
            self.wrong.setdefault(f"{label} {one.partition(' -> ')[2][:90]}", f"as {role}: {one}")

    @property
    def reached(self) -> dict[str, int]:
        """By operation, how many calls did what they asked for."""
        good: Counter[str] = Counter()
        for (label, _role, status), count in self.answers.items():
            good[label] += count if status < 300 else 0
        return dict(good)


@contextmanager
def as_it_was(company: SampleCompany, kept: Path) -> Iterator[None]:
    """Whatever happens inside, the database is afterwards as in the kept copy."""
    yield
    with company.indoors():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
        file = Path(db.engine.url.database or "")
    for more in file.parent.glob(f"{file.name}-*"):
        more.unlink()
    shutil.copyfile(kept, file)


def token_of(company: SampleCompany, role: str) -> dict[str, str]:
    """The headers this role calls with."""
    name = ROLES[role]
    return headers_of(company, name, SCOPES.get(role)) if name else PLAINLY


def headers_of(company: SampleCompany, name: str, scope: str | None = None) -> dict[str, str]:
    """The headers somebody calls with."""
    with company.indoors():
        made = tokens.create_token(company.member(name), label="t", by=None, scope=scope, now=company.now)
    return {**PLAINLY, "Authorization": f"Bearer {made}"}


def call(run: Run, case: Case, role: str, headers: dict[str, str], pool: Pool, number: int) -> None:
    """One call of one role; what it is about differs from role to role."""
    chance = Random(f"{case.operation.label} {role} {number}")
    asked = Filling(pool, chance, case.path).fill(copy_of(case))
    answer = asked.call(headers=headers)
    run.note(case.operation.label, role, answer.status_code, faults(asked, answer, headers))


def copy_of(case: Case) -> Case:
    """The same call once more, to be changed."""
    return case.operation.Case(
        path_parameters=dict(case.path_parameters), query=dict(case.query), headers=dict(case.headers),
        cookies=dict(case.cookies), body=case.body, media_type=case.media_type, _meta=case.meta,
    )  # fmt: skip
