"""The digest at the command line: what somebody would get, and issues sent by hand."""

from __future__ import annotations

from datetime import datetime

import click

from collab.digests import service
from collab.digests.messages import mail
from collab.digests.rules.due import before, week_of
from collab.digests.service import reading
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.company import company
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack import identity

WEEK = click.option("--week", help="The week it reports on, such as 2026-W47.")


@click.group("digest")
def digest() -> None:
    """The weekly digest."""


@digest.command("preview")
@click.option("--member", "email", required=True, help="Whose issue.")
@WEEK
@click.option("--lang", type=click.Choice(LOCALES), help="Their own language unless given.")
@permit("operate.digest")
def preview(email: str, week: str | None, lang: str | None) -> None:
    """Print the issue somebody has, or would get; the next one unless a week is given. Nothing is sent or written."""
    now = clock.now()
    member = _member(email, now)
    edition, needs = service.preview(member, week, now=now)
    how = Reader(lang or member.locale, member.zone)
    issue = reading.own(edition, needs, member, how, now, address=identity.address).issue
    if issue.is_empty:
        click.echo(f"{edition.week}: there is nothing to say.")
        return
    click.echo(mail.text(issue, how), nl=False)


@digest.command("send")
@click.option("--member", "email", help="Only this one; what they have already is said again, the same.")
@WEEK
@permit("operate.digest")
def send(email: str | None, week: str | None) -> None:
    """Put together the issues of a week that are missing, for everybody or one member, and send them; the week before this one
    unless given. Run again, it goes on where it was stopped: nobody gets two."""
    now = clock.now()
    if email:
        _send_to(_member(email, now), week, now)
        return
    wanted = week or before(week_of(day_in(now, company().zone)))
    sent = service.send(wanted, now=now, progress=_tell)
    click.echo(f"{wanted}: {sent.issues} issues go out; for {sent.empty} members there is nothing to say.")


def _send_to(member: Actor, week: str | None, now: datetime) -> None:
    edition = service.send_to(member, week or before(week_of(day_in(now, member.zone))), now=now)
    said = "there is nothing to say" if edition.empty else "the issue goes out"
    click.echo(f"{edition.week}: {said} to {member.email}.")


def _tell(done: int, every: int) -> None:
    """On the other stream, so that the answer can be piped."""
    click.echo(f"{done} of {every} members", err=True)


def _member(email: str, now: datetime) -> Actor:
    found = people.find_actor_by_email(email.strip().lower(), now)
    if found is None or not found.active:
        raise click.ClickException(f"Nobody here has the address {email}.")
    return found


COMMANDS = (digest,)
