"""The sample company, looked at by everybody: every address that can be read, in both languages.

    with sample_company(stock, var) as company:
        for page in look(company, "cmo", "ja"): ...     # page.path, page.status, page.text

Addresses come from the application's own map and the things there are from the database, so a new page is looked at from the
day it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import time_machine
from sqlalchemy import select, text, update

from collab.kernel.atomic import atomic
from collab.kernel.db import Base, db
from collab.people import models as people
from collab.people.queries import find_actor_by_email
from collab.subjects.models import Subject
from collab.subjects.queries import list_summaries
from tests.factories import Company
from tests.parts.applications import application, settings_for
from tests.parts.clients import Api, Pages
from tests.parts.databases import SAMPLE, Stock
from tests.parts.leaks import addresses, subject_keys
from tests.parts.sample import A_WEDNESDAY

NO_PAGES = re.compile(r"/(api|static|metrics|healthz|readyz|status)\b")
FILES = re.compile(r"\.(csv|pdf|svg|png|xlsx|json)$|/images/")
QUERIES = (
    "/search?q=稟議", "/?lang=ja", "/purchases?state=pending", "/goals?view=tree", "/tasks?mine=yes", "/initiatives?state=active",
    "/threads/PR-1?comments=all", "/purchases?page=2", "/routes/simulate?total=2000000&category=martech", "/joint?view=now",
)  # fmt: skip
"""Pages that look different with something asked."""


@dataclass(frozen=True)
class Seen:
    """What came back."""

    path: str
    status: int
    text: str

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people that one may see."""
        return self.status == 200 and self.text.lstrip()[:15].lower() == "<!doctype html>"


class SampleCompany(Company):
    """The sample company behind the doors of the small one."""

    def member(self, name: str):
        found = find_actor_by_email(f"{name}@example.com", self.now)
        assert found is not None, name
        return found


@contextmanager
def sample_company(stock: Callable[[str], Stock], var: Path) -> Iterator[SampleCompany]:
    """Lent for a while, at ten past ten of the day it was loaded."""
    shelf = stock("sqlite")
    own = shelf.fresh(SAMPLE)
    now = A_WEDNESDAY + timedelta(minutes=10)
    with application(settings_for(own.url, var)) as app, time_machine.travel(now):
        company = SampleCompany(app)
        company.now = now
        yield company
    shelf.throw_away(own)


def paths_of(company: Company, *, api: bool = False, files: bool = True, states: bool = True) -> list[str]:
    """Every address that can be read, about the first thing of each kind and (with `states`) one in every state."""
    with company.indoors():
        found = [path for path in addresses(company.app, subject_keys()) if _wanted(path, api)]
        found += _in_every_state(company) if states else []
    found = [path for path in found if files or not FILES.search(path)]
    return list(dict.fromkeys([*found, *QUERIES]))


def _wanted(path: str, api: bool) -> bool:
    return (api and path.startswith("/api/")) or not NO_PAGES.match(path)


def _in_every_state(company: Company) -> list[str]:
    """The page of one thing of each kind in each state."""
    every = list(db.session.scalars(select(Subject.key).order_by(Subject.key)))
    seen = list_summaries(company.member("auditor"), every)
    found = {(one.kind, one.state.key): one.path for key in reversed(every) if (one := seen.get(key))}
    return list(found.values())


def look(company: Company, name: str | None, language: str, paths: Sequence[str]) -> Iterator[Seen]:
    """What somebody (None: a stranger) sees there in a language."""
    if name is None:
        client = company.app.test_client()
        client.set_cookie("lang", language)
        yield from (_seen(client.get(path), path) for path in paths)
        return
    speak(company, language)
    pages = Pages(company, name)
    calls = Api(company.app, company.token(name)) if any(path.startswith("/api/") for path in paths) else None
    for path in paths:
        yield _seen(calls.get(path) if calls and path.startswith("/api/") else pages.get(path), path)


def _seen(answer, path: str) -> Seen:
    kind = answer.content_type or ""
    return Seen(path, answer.status_code, answer.text if kind.startswith(("text/html", "application/json")) else "")


def speak(company: Company, language: str) -> None:
    """Everybody reads this language from now on."""
    with company.indoors(), atomic() as unit:
        unit.session.execute(update(people.Member).values(locale=language))


def prints(company: Company, *, but: dict[str, tuple[str, ...]] | None = None) -> dict[str, str]:
    """A print of every table: all its rows, without the columns named."""
    found = {}
    with company.indoors():
        for table in Base.metadata.sorted_tables:
            columns = ", ".join(
                f'"{one.name}"' for one in table.columns if one.name not in (but or {}).get(table.name, ())
            )
            key = ", ".join(f'"{one.name}"' for one in table.primary_key.columns)
            rows = db.session.execute(text(f'select {columns} from "{table.name}" order by {key}'))
            found[table.name] = sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
        db.session.rollback()
    return found
