"""Routes, for whoever keeps them: checked before they are taken, printed as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from collab.approvals import queries
from collab.approvals.rules import lint
from collab.approvals.rules.table import authority_table
from collab.kernel import clock
from collab.kernel.company import company
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit

FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("route")
def route() -> None:
    """Who decides what."""


@route.command("check")
@click.argument("files", nargs=-1, required=True, type=FILES)
@permit("operate.routes")
def check(files: tuple[Path, ...]) -> None:
    """Check route FILES that are to be taken together, and say everything that is wrong with them."""
    here = company()
    found = lint.problems({str(file): file.read_bytes() for file in files}, clock.day_in(clock.now(), here.zone))
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(files)} file{'s' if len(files) > 1 else ''} checked: all is well.")


@route.command("table")
@click.option("--lang", type=click.Choice(LOCALES), help="The company's language unless given.")
@permit("operate.routes")
def table(lang: str | None) -> None:
    """Print the routes in force as the authority table (職務権限表)."""
    how = Reader(lang or company().locale, company().zone)
    version, book = queries.current_book()
    click.echo("\n".join(_page(authority_table(book, how), version, how)))


def _page(table: Mapping[str, Any], version: int, how: Reader) -> Iterator[str]:
    yield f"{how.say('approval.book.title')}  ({how.say('approval.book.version', n=version)})"
    for part in ("routes", "overlays"):
        yield f"\n■ {how.say(f'approval.book.{part}')}"
        yield how.say(f"approval.book.{part}_lead")
        for rule in table[part]:
            yield from _rule(rule, how)
    if table["rates"]:
        yield f"\n■ {how.say('approval.book.rates')}"
        yield from (f"  {rate}" for rate in table["rates"])


def _rule(rule: Mapping[str, Any], how: Reader) -> Iterator[str]:
    notes = [note for note in (rule["from_on"], rule.get("place")) if note]
    yield f"\n  {rule['when']}" + (f"  [{how.say('list.comma').join(notes)}]" if notes else "")
    for number, step in enumerate(rule["steps"], start=1):
        seats = how.say("list.comma").join(step["seats"])
        extras = [extra for extra in (step["rule"], step["due"], step["when"]) if extra]
        yield f"    {number}. {step['name']}: {seats} ({how.say('list.comma').join(extras)})"


COMMANDS = (route,)
