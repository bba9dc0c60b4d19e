"""The product's side: its tables, the small company of tests/factories, requests that wait for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from collab.access.service import sessions
from collab.access.service import tokens as access
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.db import db
from collab.people import queries as people
from collab.purchases import service as purchases
from tests.bench.lab import SECRET, Lab
from tests.bench.walks import signed
from tests.factories import found, request_fields
from tests.factories.company import address
from tests.parts.applications import application, migrate, settings_for

REQUESTER, FIRST, SECOND = "mika", "cmo", "cio"


@dataclass(frozen=True)
class Installation:
    """The product in this process, on a database of its own with the company in it."""

    app: Flask
    url: str

    def member(self, name: str) -> Actor:
        """Somebody of the company."""
        with self.app.app_context():
            actor = people.find_actor_by_email(address(name), clock.now())
        assert actor is not None, name
        return actor

    def token(self, name: str) -> str:
        """A bearer token."""
        actor = self.member(name)
        with self.app.app_context():
            return access.create_token(actor, label="bench", by=None, now=clock.now())

    def cookies(self, name: str, key: str = SECRET) -> dict[str, str]:
        """What a browser keeps in which somebody has signed in; `key` is what the served application signs with."""
        member = self.member(name)
        with self.app.app_context():
            secret = sessions.sign_in(member, browser="bench", way="sample", now=clock.now())
        return {"collab": signed(key, _user_id=secret, _fresh=True)}

    def cookie(self, name: str) -> str:
        """The same as it is sent along."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies(name).items())

    def filed(self, count: int) -> list[str]:
        """So many requests, submitted: the CMO is asked first, the CIO decides."""
        mika = self.member(REQUESTER)
        return [self.file(mika) for _ in range(count)]

    def file(self, actor: Actor) -> str:
        """One request, as an edge would have it filed: in a context of its own."""
        with self.app.app_context():
            return purchases.file(actor, request_fields(), now=clock.now()).key

    def settle(self) -> None:
        """What a server that has run for a while has: fresh statistics for the planner."""
        with self.app.app_context(), db.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("set statement_timeout = 0")  # millions of rows take longer than any page may
            alone.exec_driver_sql("vacuum analyze")
            alone.exec_driver_sql("reset statement_timeout")


@contextmanager
def installation(lab: Lab, name: str) -> Iterator[Installation]:
    """The product on a new database."""
    url = lab.database(name)
    with application(settings_for(url, lab.folder / "var")) as app:
        migrate(app)
        found(app)
        yield Installation(app, url)
