"""The server's side: settings, broker, mail, delivery."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from collab.access.provider import knowledge_of
from collab.access.rules.refusals import SignInRefused
from collab.home.cli.findings import Finding, fine, note, problem
from collab.home.queries import why_shut
from collab.mail.client import mailer
from collab.mail.problems import MailProblem
from collab.outbox import queries as outbox
from collab.outbox.rules.patience import QUIET
from collab.papers import unready
from config.settings import Settings, is_this_machine

PATIENCE = 2
PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


def settings(found: Settings) -> Iterator[Finding]:
    """What the environment says, and what follows from it."""
    database = "embedded SQLite" if found.embedded_database else found.database_url.partition("://")[0]
    yield fine(f"Settings: {database} database, configuration in {found.config_dir}, files in {found.var_dir}.")
    yield from _address(found)
    yield from _ways_in(found)
    yield _limits(found)
    yield _anchor(found.audit_anchor)


def _address(found: Settings) -> Iterator[Finding]:
    if found.base_url.startswith("https://"):
        yield fine(f"Address: {found.base_url}; cookies are sent over https only.")
    elif is_this_machine(found.base_url):
        yield note(
            f"Address: {found.base_url} is for this machine only; the cookie has no __Host- prefix over plain http."
        )
    else:
        yield problem(
            f"Address: {found.base_url} is plain http, so sessions can be read on the way. Set COLLAB_BASE_URL to https."
        )


def _ways_in(found: Settings) -> Iterator[Finding]:
    if found.demo:
        yield note(
            "Entering: COLLAB_DEMO=1, so whoever reaches this address may enter as anybody. Never with real data."
        )
    elif found.sign_in.company:
        yield from _providers(found)
    else:
        yield problem(
            "Entering: neither OIDC_ISSUER nor COLLAB_DEMO is set, so nobody can sign in to the pages; tokens work."
        )


def _providers(found: Settings) -> Iterator[Finding]:
    ways = found.sign_in
    back = f"{found.base_url}/sign-in/callback"
    for name, provider in ways.providers.items():
        whose = "members" if name == "company" else "guests"
        try:
            knowledge_of(provider)
        except SignInRefused as error:
            yield problem(
                f"Entering: {provider.issuer}, where {whose} sign in, cannot be used ({error.reason} {error.detail})."
            )
        else:
            yield fine(f"Entering: {whose} sign in at {provider.issuer}, which must know {back}.")
    if ways.members_join:
        yield note(
            f"Entering: whoever has an address of {', '.join(ways.domains)} becomes a member at the first sign-in."
        )
    elif not ways.domains:
        yield note("Entering: COLLAB_MEMBER_DOMAINS is empty, so any confirmed address of a member signs them in.")


def _limits(found: Settings) -> Finding:
    if found.base_url.startswith("https://") and not found.sign_in.trusted_proxies:
        return note("Limits: COLLAB_TRUSTED_PROXIES is 0; behind a proxy all strangers then count as one address.")
    return fine(f"Limits: {found.sign_in.calls_per_minute} calls a minute for each token and each browser.")


def _anchor(target: str | None) -> Finding:
    if target is None:
        return note("Audit: COLLAB_AUDIT_ANCHOR is not set, so a rewrite of the whole trail would go unnoticed.")
    if "://" not in target and not _writable(Path(target)):
        return problem(f"Audit: the anchor {target} cannot be written.")
    return fine(f"Audit: heads are anchored daily at {target}.")


def _writable(file: Path) -> bool:
    """Whether a line can be added; a file in a folder that is still to be made counts as one that can."""
    try:
        with (file if file.exists() else file.parent / ".collab-may-write").open("a"):
            pass
        (file.parent / ".collab-may-write").unlink(missing_ok=True)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def broker(url: str) -> Iterator[Finding]:
    """Whether something listens where jobs are to be put."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "redis+socket":
            shown = unquote(parts.path)
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(PATIENCE)
                line.connect(shown)
        else:
            shown = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
            socket.create_connection((parts.hostname or "", parts.port or PORTS[parts.scheme]), PATIENCE).close()
    except OSError as error:
        yield note(
            f"Broker: {shown} does not answer ({error.strerror or error}). Nothing is lost; messages wait for a worker."
        )
        return
    yield fine(f"Broker: {shown} answers.")


def mail() -> Iterator[Finding]:
    """Whether members without Slack get their digest by mail."""
    server = mailer()
    if server is None:
        yield note("Mail: no SMTP_URL, so members without Slack read their digest on the web.")
        return
    try:
        server.check()
    except MailProblem as error:
        yield problem(f"Mail: {server.host}:{server.port} takes no letters ({error.error}). Look at SMTP_URL.")
        return
    yield fine(f"Mail: {server.host}:{server.port} takes letters from {server.sender}.")


def papers() -> Iterator[Finding]:
    """Whether printed sheets can be had as PDF."""
    why = unready()
    if why:
        yield note(
            f"Papers: no PDF on this server: {why}. The pages made for printing work; docs/papers.md says what to install."
        )
    else:
        yield fine("Papers: requests and reviews can be had as PDF.")


def delivery(now: datetime) -> Iterator[Finding]:
    """Whether somebody delivers, and what stops it."""
    swept, (gates, stuck) = outbox.last_sweep(), outbox.standstill(now)
    broken = outbox.count_unfinished()["broken"]
    sweeping = swept is not None and now - swept <= QUIET
    if not sweeping:
        yield note("Delivery: no sweep in the last two minutes; start a worker and beat.")
    else:
        yield fine("Delivery: a worker has swept within the last two minutes.")
    for gate in gates:
        level = note if gate.name == "operator" else problem
        yield level(f"Delivery: {why_shut(gate).rstrip('.')}. Messages are kept.")
    if stuck and sweeping:
        yield problem(f"Delivery: {stuck} messages are more than ten minutes late although nothing stops them.")
    if broken:
        level = (
            problem if outbox.count_faults() else note
        )  # somebody without a Slack account is no fault of the service
        yield level(f"Delivery: {broken} messages could not be delivered; /admin/delivery says why and what helps.")
