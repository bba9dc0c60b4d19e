"""How Collab speaks to people: Slack's tokens, the company's mail server."""

import re
from urllib.parse import urlsplit

from config.environment import BadSetting, Environment, all_or_none, missing, web_address

SLACK_API = "https://slack.com/api/"
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")


def read_slack(env: Environment) -> tuple[str | None, str | None, str | None]:
    """Bot token, signing secret, app token. A secret alone is fine: commands are verified, answers stay on the preview. With
    an app token (Socket Mode) nobody need reach us, and no secret is needed."""
    bot, secret, app = (env.text(name) for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"))
    if bot and bot.startswith(("xapp-", "xoxp-")):
        raise BadSetting("SLACK_BOT_TOKEN", "is another kind of token", "Write the bot token, which begins with xoxb-")
    if app and not app.startswith("xapp-"):
        raise BadSetting(
            "SLACK_APP_TOKEN", "is another kind of token", "Write the app-level token, which begins with xapp-"
        )
    if bot and not secret and not app:
        raise BadSetting(
            "SLACK_SIGNING_SECRET",
            "is missing while SLACK_BOT_TOKEN is set",
            "Write it, or SLACK_APP_TOKEN (Socket Mode), or remove SLACK_BOT_TOKEN",
        )
    if app and not bot:
        missing("SLACK_BOT_TOKEN", because="SLACK_APP_TOKEN")
    return bot, secret, app


def read_slack_api_url(env: Environment) -> str:
    """Where Slack's API is; the client joins method names to it."""
    text = env.text("SLACK_API_URL")
    if text is None:
        return SLACK_API
    web_address("SLACK_API_URL", text)
    return text.rstrip("/") + "/"


def read_smtp(env: Environment) -> tuple[str | None, str | None]:
    """The company's mail server and in whose name letters go: both, or neither. The address may carry a password, so it is
    never repeated."""
    all_or_none(env, "SMTP_URL", "SMTP_FROM")
    url, sender = env.text("SMTP_URL"), env.text("SMTP_FROM")
    if url is None or sender is None:
        return None, None
    write = "Write smtp://user:password@host:587, or smtps:// for TLS from the start"
    try:
        parts = urlsplit(url)
        bad_port = parts.port == 0
    except ValueError:
        raise BadSetting("SMTP_URL", "is not an address", write) from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or bad_port or parts.path.strip("/"):
        raise BadSetting("SMTP_URL", "is not the address of a mail server", write)
    if parts.query or parts.fragment or any(map(str.isspace, url)):
        raise BadSetting(
            "SMTP_URL", "carries a query, a fragment or a blank", "Write such signs of a password as %3F, %23, %20"
        )
    if bool(parts.username) != bool(parts.password):
        raise BadSetting("SMTP_URL", "names a user or a password alone", write)
    if not _MAILBOX.fullmatch(sender):
        raise BadSetting("SMTP_FROM", "is no mail address", "Write the address alone, such as collab@example.com")
    return url, sender
