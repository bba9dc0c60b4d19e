"""Members, for whoever runs the installation."""

from __future__ import annotations

import click

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotNow
from collab.kernel.i18n import LOCALES
from collab.kernel.permits import permit
from collab.people import queries, service


@click.group("member")
def member() -> None:
    """Who may use this installation."""


@member.command("add")
@click.argument("email")
@click.option("--name", "name_en", required=True, help="The name in Latin letters.")
@click.option("--name-ja", help="The name in Japanese; the same as --name unless given.")
@click.option(
    "--locale", type=click.Choice(LOCALES), help="Unless given, their Slack profile's, until then the company's."
)
@click.option("--department", help="Code of the department of the main post.")
@click.option("--site", help="Code of the site, which gives calendar and time zone.")
@click.option("--admin", is_flag=True, help="May configure; decides nothing by that role.")
@click.option("--auditor", is_flag=True, help="Reads everything, changes nothing.")
@permit("operate.people")
def add_member(
    email: str, name_en: str, name_ja: str | None, locale: str | None, department: str | None, site: str | None,
    admin: bool, auditor: bool,  # noqa: FBT001 - click hands flags over by name
) -> None:  # fmt: skip
    """Add the member EMAIL."""
    if admin and auditor:
        raise click.UsageError("An auditor changes nothing, so --admin and --auditor exclude each other.")
    fields = {
        "email": email, "name_en": name_en, "name_ja": name_ja or name_en, "locale": locale, "site_code": site,
        "is_admin": admin, "is_auditor": auditor,
    }  # fmt: skip
    service.join(fields, department=department, by=None, now=clock.now())
    click.echo(f"{email.strip().lower()} is a member.")


@member.command("deactivate")
@click.argument("email")
@permit("operate.people")
def deactivate(email: str) -> None:
    """End sessions and tokens of the member EMAIL and move their open seats."""
    gone = _active(email)
    service.deactivate(gone.email, by=None, now=clock.now())
    click.echo(f"{gone.email} has left: sessions and tokens are ended, open seats have moved.")


def _active(email: str) -> Actor:
    found = queries.find_actor_by_email(email, clock.now())
    if found is None:
        raise NotNow("no_such_member", email=email)
    if not found.active:
        raise NotNow("member_inactive", email=email)
    return found


COMMANDS = (member,)
