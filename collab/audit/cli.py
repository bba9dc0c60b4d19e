"""The audit trail, for whoever has to prove or keep it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click
from flask import current_app

from collab.audit import queries
from collab.kernel.permits import permit


@click.group("audit")
def audit() -> None:
    """The trail of who did what."""


@audit.command("verify")
@click.option(
    "--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="COLLAB_AUDIT_ANCHOR unless given."
)
@permit("operate.audit")
def verify(anchor: Path | None) -> None:
    """Check every chain against itself and against what was anchored; name the first bad entry of each."""
    kept = anchor or _kept_anchor()
    try:
        faults = queries.verify(kept)
    except (ValueError, KeyError) as error:
        raise click.ClickException(f"The anchor {kept} cannot be read: one of its lines holds no heads.") from error
    for fault in faults:
        click.echo(f"{fault.subject} entry {fault.seq}: {fault.problem}", err=True)
    if faults:
        raise click.exceptions.Exit(1)
    against = f"compared with {kept}" if kept else "not compared with any anchor"
    click.echo(f"The audit trail holds: {queries.count()} entries, {against}.")


@audit.command("export")
@click.option(
    "--to",
    "out",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="A file; the terminal unless given.",
)
@permit("operate.audit")
def export(out: IO[str]) -> None:
    """Write every entry as a line of JSON, then a line with their count and SHA-256."""
    for line in queries.export():
        out.write(line)


def _kept_anchor() -> Path | None:
    """The anchor file of this installation, if its anchor is a file."""
    target: str | None = current_app.extensions["audit.anchor"]
    return Path(target) if target and "://" not in target else None


COMMANDS = (audit,)
