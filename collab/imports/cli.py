"""`import KIND FILE`: a file taken over from the server itself, at once and by the operator."""

from __future__ import annotations

from pathlib import Path

import click

from collab.imports import service
from collab.imports.registry import registry
from collab.imports.service import Report
from collab.kernel import clock
from collab.kernel.company import company
from collab.kernel.i18n import Reader, from_json
from collab.kernel.permits import permit

SHOWN = 20


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preview", is_flag=True, help="Say what would change; write nothing.")
@permit("import.run")
def take(kind: str, file: Path, preview: bool) -> None:  # noqa: FBT001 - click hands flags over by name
    """Take over all rows of FILE (CSV) or none; KIND is members, departments, offices, sites, partners, purchases, tasks, agreements or measurements."""
    if kind not in {known.code for known in registry.kinds()}:
        raise click.UsageError(f"KIND is one of: {', '.join(known.code for known in registry.kinds())}")
    report = service.take(
        registry.get(kind),
        file.read_bytes(),
        actor=None,
        now=clock.now(),
        progress=_progress,
        settle=lambda _report: not preview,
    )
    how = Reader("en", company().zone)
    if report.problems:
        raise click.ClickException("\n".join(_problems(report, how)))
    for line in _changes(report, how):
        click.echo(line)
    verb = "would be" if preview else "are"
    click.echo(f"{report.added} {verb} added, {report.changed} changed, {report.unchanged} unchanged.")


def _progress(done: int, total: int) -> None:
    if done and done < total:
        click.echo(f"{done} of {total} rows checked", err=True)


def _problems(report: Report, how: Reader) -> list[str]:
    head = (
        f"{report.problems} problems; nothing was written."
        if report.problems > 1
        else "One problem; nothing was written."
    )
    lines = [
        f"  {'row ' + str(error['row']) if error['row'] else 'file'}, {error['field']}: {how.say(from_json(error['problem']))}"
        for error in report.errors[:SHOWN]
    ]
    return [head, *lines]


def _changes(report: Report, how: Reader) -> list[str]:
    return [
        f"row {change['row']}: {change['subject']}: " + (_line(change, how) if change["field"] else "new")
        for change in report.shown[:SHOWN]
    ]


def _line(change: dict[str, object], how: Reader) -> str:
    before, after, on = (from_json(change[name]) for name in ("before", "after", "on"))
    since = f" from {on.isoformat()}" if on else ""
    mark = f" ({how.say(from_json(change['mark']))})" if change["mark"] else ""
    return f"{change['field']} {before if before is not None else '-'} -> {after}{since}{mark}"


COMMANDS = (take,)
