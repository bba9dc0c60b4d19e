"""Routes, for whoever keeps them: checked and tried before they are proposed, taken by a second person, printed as people read
them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from collab.approvals import queries, service
from collab.approvals.messages import ways_compared as words
from collab.approvals.rules import lint, parsing
from collab.approvals.rules.table import authority_table
from collab.approvals.service import comparing
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.db import db
from collab.kernel.errors import NotNow
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit
from collab.people import queries as people

FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
BY = click.option("--by", required=True, metavar="EMAIL", help="Who does this; they must be permitted to.")


@click.group("route")
def route() -> None:
    """Who decides what."""


@route.command("check")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--lang", type=click.Choice(LOCALES), default="en", help="In which language ways are told apart.")
@permit("operate.routes")
def check(files: tuple[Path, ...], lang: str) -> None:
    """Check route FILES that are to be taken together: say everything that is wrong with them, run their examples, and, where
    there is a database, say what they would have changed for the submissions of the last 90 days."""
    now, content = clock.now(), {str(file): file.read_bytes() for file in files}
    found = lint.problems(content, clock.day_in(now, company().zone))
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    book = parsing.parse([tomllib.loads(text.decode("utf-8-sig")) for text in content.values()])
    ran = f", {len(book.examples)} examples hold" if book.examples else ""
    click.echo(f"{len(files)} file{'s' if len(files) > 1 else ''} checked{ran}: all is well.")
    for line in _with_a_database(book, now, Reader(lang, company().zone)):
        click.echo(line)


@route.command("propose")
@click.argument("files", nargs=-1, required=True, type=FILES)
@BY
@click.option("--reason", required=True, help="Why; whoever takes it reads it.")
@permit("routes.propose")
def propose(files: tuple[Path, ...], by: str, reason: str) -> None:
    """Propose route FILES together as the next version. Somebody else takes them: an administrator, the CEO or the CFO."""
    texts = [_text(file) for file in files]
    number = service.propose(texts, actor=_member(by), reason=reason, now=clock.now())
    click.echo(
        f"Proposal {number} waits for a second person: `route take {number} --by EMAIL`, or /routes/proposals/{number}."
    )


@route.command("take")
@click.argument("number", type=int)
@BY
@permit("routes.take")
def take(number: int, by: str) -> None:
    """Bring proposal NUMBER in force. Never by whoever proposed it; what runs keeps the route it was submitted under."""
    version = service.take_proposal(number, actor=_member(by), now=clock.now())
    click.echo(f"Version {version} is in force.")


@route.command("table")
@click.option("--lang", type=click.Choice(LOCALES), help="The company's language unless given.")
@permit("operate.routes")
def table(lang: str | None) -> None:
    """Print the routes in force as the authority table (職務権限表)."""
    how = Reader(lang or company().locale, company().zone)
    version, book = queries.current_book()
    click.echo("\n".join(_page(authority_table(book, how, people.group_names()), version, how)))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: {error}") from error


def _member(email: str) -> Actor:
    found = people.find_actor_by_email(email, clock.now())
    if found is None or not found.active:
        raise click.ClickException(f"{email} is no active member.")
    return found


def _with_a_database(book: Any, now: datetime, how: Reader) -> Iterator[str]:
    """Seats that find nobody today, and what would have changed; nothing where there is no database yet."""
    try:
        yield from (f"Note: {line}" for line in lint.nobody(book, comparing.people_known(book, now)))
        found = comparing.effect(book, now=now)
        yield from words.lines(found, people.names_of(found.members), how)
    except (SQLAlchemyError, NotNow):
        db.session.rollback()


def _page(table: Mapping[str, Any], version: int, how: Reader) -> Iterator[str]:
    yield f"{how.say('approval.book.title')}  ({how.say('approval.book.version', n=version)})"
    for part in ("routes", "overlays"):
        yield f"\n■ {how.say(f'approval.book.{part}')}"
        yield how.say(f"approval.book.{part}_lead")
        for rule in table[part]:
            yield from _rule(rule, how)
    for part in ("refusals", "warnings"):
        if table[part]:
            yield f"\n■ {how.say(f'approval.book.{part}')}"
            yield from (f"  {notice['when']}: {notice['message']}{_noted(notice['dates'])}" for notice in table[part])
    yield f"\n■ {how.say('approval.book.proxy')}"
    yield f"  {table['proxy']}"
    if table["rates"]:
        yield f"\n■ {how.say('approval.book.rates')}"
        yield from (f"  {rate}" for rate in table["rates"])


def _rule(rule: Mapping[str, Any], how: Reader) -> Iterator[str]:
    notes = [note for note in (*rule["notes"], rule.get("place")) if note]
    yield f"\n  {rule['name']} [{rule['code']}]: {rule['when']}" + _noted(how.say("list.comma").join(notes))
    for number, step in enumerate(rule["steps"], start=1):
        seats = how.say("list.comma").join(step["seats"])
        yield f"    {number}. {step['name']}: {seats} ({how.say('list.comma').join(step['notes'])})"


def _noted(note: str) -> str:
    return f"  [{note}]" if note else ""


COMMANDS = (route,)
