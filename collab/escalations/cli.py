"""Escalation policies, for whoever keeps them: checked before they are taken."""

from __future__ import annotations

from pathlib import Path

import click

from collab.escalations import service
from collab.kernel import clock
from collab.kernel.permits import permit

FILES = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group("escalations")
def escalations() -> None:
    """What happens when somebody who must act does not."""


@escalations.command("check")
@click.argument("files", nargs=-1, required=True, type=FILES)
@permit("operate.escalations")
def check(files: tuple[Path, ...]) -> None:
    """Check policy FILES that are to be taken together, and say everything that is wrong with them."""
    found = service.check({str(file): file.read_bytes() for file in files})
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(files)} file{'s' if len(files) > 1 else ''} checked: all is well.")


@escalations.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@permit("operate.escalations")
def take(files: tuple[Path, ...]) -> None:
    """Take policy FILES together as the new version; what climbs already keeps the one it began with."""
    found = service.check({str(file): file.read_bytes() for file in files})
    if found:
        raise click.ClickException("\n".join(found))
    fresh = service.take([file.read_text(encoding="utf-8-sig") for file in files], actor=None, now=clock.now())
    click.echo("Taken: from now on new waits climb by these." if fresh else "Unchanged: these are in force.")


COMMANDS = (escalations,)
