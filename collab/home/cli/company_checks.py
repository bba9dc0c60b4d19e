"""The company's side: calendars, routes, and people for every seat the routes name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from collab.access.queries.keys import list_endless
from collab.approvals import queries as approvals
from collab.approvals.rules.book import Book
from collab.calendars import queries as calendar_queries
from collab.home.cli.findings import Finding, fine, note, problem
from collab.kernel.company import company
from collab.kernel.errors import NotNow
from collab.people import queries as people_queries
from collab.slack.client import transport


def files(config_dir: Path) -> Iterator[Finding]:
    """Whether the route files are the ones in force."""
    written = [
        file.read_text(encoding="utf-8", errors="replace") for file in sorted((config_dir / "routes").glob("*.toml"))
    ]
    in_force = approvals.files_in_force()
    if in_force and written != in_force:
        yield note("Routes: the files differ from what is in force; run `route check`, then `route propose`.")


def tokens() -> Iterator[Finding]:
    """Whether there are tokens that never end."""
    if endless := list_endless():
        yield note(
            f"Tokens: {len(endless)} never end ({', '.join(endless[:5])}); make others with `token create` and revoke these."
        )


def calendars() -> Iterator[Finding]:
    """Whether deadlines can be worked out."""
    codes = [calendar.code for calendar in calendar_queries.list_calendars()]
    if company().calendar not in codes:
        yield problem(f"Calendars: the company's own, {company().calendar}, is missing; run `init`.")
    if codes:
        yield fine(f"Calendars: {', '.join(codes)}.")


def routes(now: datetime) -> Iterator[Finding]:
    """Whether there are routes, and people on the seats they name."""
    try:
        version, book = approvals.current_book()
    except NotNow:
        yield problem("Routes: none are in force; run `init`.")
        return
    yield fine(f"Routes: version {version}, {len(book.routes)} routes and {len(book.overlays)} overlays.")
    yield from _empty_seats(book, now)


def _empty_seats(book: Book, now: datetime) -> Iterator[Finding]:
    held, seats = people_queries.organisation(now), _seats_named(book)
    for office in sorted(seat.removeprefix("office:") for seat in seats if seat.startswith("office:")):
        if office not in held.offices:
            yield problem(f"Routes: nobody holds the office {office}, so its seats fall to the chief executive.")
    named = {seat.removeprefix("member:") for seat in seats if seat.startswith("member:")}
    for email in sorted(named - people_queries.members_by_email(named).keys()):
        yield problem(f"Routes: {email} is no active member.")
    wanted = {seat.removeprefix("group:") for seat in seats if seat.startswith("group:")}
    for group in sorted(wanted - people_queries.groups(wanted).keys()):
        yield problem(f"Routes: the group {group} has no active member.")
    for unit in people_queries.list_departments():
        if unit.code not in held.leads:
            yield note(f"People: {unit.name_en} has no lead; its seats fall to the requester's managers.")


def _seats_named(book: Book) -> set[str]:
    return book.seats()


def people(now: datetime) -> Iterator[Finding]:
    """Whether there is somebody, somebody who configures, and a deputy for whoever decides and is away."""
    active = {actor.id: actor for actor in people_queries.list_actors(now) if actor.active}
    if not active:
        yield note("People: there are no members yet; add them with `member add` or by import, or load `demo`.")
        return
    yield fine(f"People: {len(active)} members.")
    if not any(actor.is_admin for actor in active.values()):
        yield note("People: nobody is an administrator; add one with `member add --admin`.")
    absent = people_queries.organisation(now).absent
    for member, deputy in sorted(absent.items()):
        actor = active.get(member)
        if actor is None or not (actor.offices or actor.leads):
            continue
        if deputy is None:
            yield note(f"People: {actor.name_en} is away and has no deputy; seats fall to the managers.")
        elif deputy not in active or deputy in absent:
            yield note(f"People: {actor.name_en} is away, and so is the deputy.")
    yield from _unlinked([actor.id for actor in active.values() if actor.offices], now)


def _unlinked(holders: list[int], now: datetime) -> Iterator[Finding]:
    if transport().name == "console":
        return
    for member in holders:
        if people_queries.find_slack_account(member) is None:
            name = people_queries.get_actor(member, now).name_en
            yield note(f"Slack: {name} holds an office and has no linked account; we look for their address in Slack.")
