"""Slack's side: what it knows of us, what it lets us do, and whether anything comes from there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from collab.channels import queries as channels
from collab.home.cli.findings import Finding, fine, note, problem
from collab.kernel.company import company
from collab.kernel.i18n import Reader
from collab.slack import queries
from collab.slack.client import Health, transport
from collab.slack.home import JOB_SECONDS, home
from collab.slack.problems import SlackProblem, explain
from collab.slack.scopes import NEEDED, SCOPES, Scope
from collab.slack.socket import said_of, try_token
from collab.slack.verification import WINDOW_SECONDS
from config.settings import Settings, is_this_machine

NOTABLE_SKEW = 30
"""Seconds by which two clocks may differ without anybody noticing."""
ADD = "Add it under OAuth & Permissions (or paste `slack manifest`) and install the app again"
OF_LOOKING = {"im:history", "im:write"}
"""Scopes whose absence is told in one line of its own."""


def connection(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether Slack knows us, what it lets us do, and which way it reaches us."""
    reached = transport()
    if reached.name == "console":
        yield note("Slack: no SLACK_BOT_TOKEN, so messages stay here and are shown on /slack/preview.")
        return
    try:
        health = reached.check()
    except SlackProblem as error:
        explained = explain(error.error, "auth.test")
        why, what = (Reader("en").say(words) for words in (explained.cause, explained.remedy))
        yield problem(f"Slack: the token is not accepted or Slack does not answer ({error.error}): {why} {what}")
    else:
        yield fine(f"Slack: the token belongs to team {health.team}.")
        yield from _clocks(health, now)
        yield from _granted(health)
    yield from _way_in(settings)


def _clocks(health: Health, now: datetime) -> Iterator[Finding]:
    """Slack signs with its own clock; we refuse what seems too old."""
    skew = abs((health.at - now).total_seconds()) if health.at else 0.0
    if skew > NOTABLE_SKEW:
        level = problem if skew > WINDOW_SECONDS / 2 else note
        yield level(
            f"Slack: our clock and Slack's differ by {round(skew)} s; beyond {WINDOW_SECONDS} s everything from Slack is refused"
            " as too old. Set this machine's clock (NTP)."
        )


def _granted(health: Health) -> Iterator[Finding]:
    """Which permissions the app has; Slack does not always say."""
    if not health.scopes:
        yield note("Slack: it does not say which permissions the app was given; what is missing shows when it is used.")
        return
    missing = [scope for scope in SCOPES if scope.name not in health.scopes]
    for scope in missing:
        if scope.rank == NEEDED:
            yield problem(f"Slack: the app was not given {scope.name}: {scope.without}. {ADD}.")
    yield from _looking(health)
    for without, names in _together(missing).items():
        yield note(f"Slack: without {' and '.join(names)} {without}. {ADD}.")


def _together(missing: list[Scope]) -> dict[str, list[str]]:
    """Useful scopes that are missing, by what is missing without them."""
    found: dict[str, list[str]] = {}
    for scope in missing:
        if scope.rank != NEEDED and scope.name not in OF_LOOKING:
            found.setdefault(scope.without, []).append(scope.name)
    return found


def _looking(health: Health) -> Iterator[Finding]:
    """Whether a lost answer can be looked up, so that nothing comes twice."""
    if health.can_look:
        yield fine("Slack: when an answer is lost, the history of direct messages says whether the message arrived.")
    else:
        yield note(
            "Slack: without im:history and im:write nobody can look up a lost answer, so a request to decide may come twice"
            " (it says so then) and a notice may not come at all."
        )


def _way_in(settings: Settings) -> Iterator[Finding]:
    """How commands, buttons and forms come from Slack to us."""
    if settings.slack_app_token:
        yield _socket(settings)
    if settings.slack_signing_secret and not settings.slack_app_token:
        yield _address(settings.base_url)
    elif settings.slack_signing_secret:
        yield note(
            "Slack: SLACK_SIGNING_SECRET and SLACK_APP_TOKEN are both set; Slack uses Socket Mode alone while the app has it on."
        )


def _socket(settings: Settings) -> Finding:
    trouble = try_token(settings.slack_app_token or "", settings.slack_api_url)
    if trouble is not None:
        return problem(f"Slack: Socket Mode: {said_of(trouble)}.")
    return fine("Slack: Socket Mode works with this SLACK_APP_TOKEN; `slack listen` (process `socket`) must run.")


def _address(base_url: str) -> Finding:
    host = urlsplit(base_url).hostname or ""
    if is_this_machine(base_url) or not base_url.startswith("https://") or _is_private(host):
        return problem(
            f"Slack: it cannot reach {base_url}, so commands, buttons and forms do not work. Set COLLAB_BASE_URL to a public"
            " https address, or SLACK_APP_TOKEN (Socket Mode: no public address is needed)."
        )
    return fine(f"Slack: requests come to {base_url}/slack/commands, /slack/interactions and /slack/events.")


def _is_private(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def heard() -> Iterator[Finding]:
    """Whether anything comes from Slack, and what still belongs to another workspace."""
    if transport().name == "console":
        return
    last = queries.last_heard()
    if last is None:
        yield note(
            "Slack: nothing has come from there in the last seven days. Type /collab me; if that fails, look at the request"
            " addresses of the app (paste `slack manifest`), or at the process `socket`."
        )
    else:
        moment = Reader("en", company().zone).moment(last)
        yield fine(f"Slack: last heard of {moment}.")
        if not queries.is_heard("app_home_opened"):
            yield note(
                "Slack: nobody has opened the Home tab in the last seven days. If it is not there, switch it on: App Home >"
                " Home Tab, and subscribe to app_home_opened (or paste `slack manifest`)."
            )
    yield from _elsewhere()


def _elsewhere() -> Iterator[Finding]:
    """Channels that Slack has refused, or that stand in another workspace."""
    ours = home(JOB_SECONDS)
    for channel in channels.list_refused():
        yield note(
            f"Slack: the channel #{channel.name} was disconnected because Slack refused it ({channel.closed_why}), so it hears nothing."
            " Invite the app there (/invite @Collab), then /collab channel."
        )
    for channel in channels.list_open():
        if ours is not None and channel.team != ours.team:
            yield note(
                f"Slack: the channel #{channel.name} is in another workspace ({channel.team}), so it hears nothing. Disconnect it on"
                " /channels, or connect one of this workspace."
            )
