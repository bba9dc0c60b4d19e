"""The Web API methods the double knows: who may call them, with which arguments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.slack_double.errors import SlackError
from tests.slack_double.rules.shapes import Check, Fault, anything, shape, string

# `check_message` measures messages and answers with codes of their own; here only the kind of value counts.
_text = string(1_000_000, least=0)
_id = string(255)


def _flag(value: Any, at: str) -> Iterator[Fault]:
    """A switch: JSON callers send true and false, form callers `1`, `0` or the words."""
    if value not in (True, False, "0", "1", "true", "false"):
        yield Fault(at, "must provide a boolean")


def _count(value: Any, at: str) -> Iterator[Fault]:
    """A page size, as a number or as digits."""
    if not str(value).isdecimal():
        yield Fault(at, "must provide a number")


@dataclass(frozen=True)
class Method:
    """One row of Slack's method reference."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    token: str = "bot"
    tier: int = 0  # 1 to 4 as Slack counts; 0 where it has a rule of its own


_CONTENT = {"text": _text, "blocks": anything, "attachments": anything, "link_names": _flag, "parse": _id}
_POSTING = {**_CONTENT, "thread_ts": _id, "username": _id, "icon_emoji": _id, "icon_url": _text}
_PAGE = {"cursor": _text, "limit": _count}
_VIEW = {"view": anything}
# Bolt's client adds the team to every call; Slack takes it everywhere.
_ANYWHERE = {"team_id": _id}

METHODS: dict[str, Method] = {
    "auth.test": Method(),
    "bots.info": Method({"bot": _id}, scopes=("users:read",), tier=3),
    "apps.connections.open": Method(token="app", tier=1),
    "chat.postMessage": Method(
        {"channel": _id},
        {
            **_POSTING,
            "metadata": anything,
            "mrkdwn": _flag,
            "reply_broadcast": _flag,
            "unfurl_links": _flag,
            "unfurl_media": _flag,
        },
        scopes=("chat:write",),
    ),
    "chat.postEphemeral": Method({"channel": _id, "user": _id}, _POSTING, scopes=("chat:write",), tier=4),
    "chat.update": Method(
        {"channel": _id, "ts": _id},
        {**_CONTENT, "metadata": anything, "reply_broadcast": _flag},
        scopes=("chat:write",),
        tier=3,
    ),
    "chat.unfurl": Method(
        {"unfurls": anything},
        {"channel": _id, "ts": _id, "unfurl_id": _id, "source": _id},
        scopes=("links:write",),
        tier=3,
    ),
    "conversations.history": Method(
        {"channel": _id},
        {**_PAGE, "include_all_metadata": _flag, "inclusive": _flag, "latest": _id, "oldest": _id},
        tier=3,
    ),
    "conversations.replies": Method(
        {"channel": _id, "ts": _id},
        {**_PAGE, "include_all_metadata": _flag, "inclusive": _flag, "latest": _id, "oldest": _id},
        tier=3,
    ),
    "conversations.info": Method({"channel": _id}, {"include_locale": _flag, "include_num_members": _flag}, tier=3),
    "conversations.open": Method(
        {}, {"users": _text, "channel": _id, "return_im": _flag}, scopes=("im:write",), tier=3
    ),
    "users.info": Method({"user": _id}, {"include_locale": _flag}, scopes=("users:read",), tier=4),
    "users.list": Method({}, {**_PAGE, "include_locale": _flag}, scopes=("users:read",), tier=2),
    "users.lookupByEmail": Method({"email": _id}, scopes=("users:read.email",), tier=3),
    "views.open": Method({"trigger_id": _id, **_VIEW}, tier=4),
    "views.push": Method({"trigger_id": _id, **_VIEW}, tier=4),
    "views.update": Method(_VIEW, {"view_id": _id, "external_id": _id, "hash": _text}, tier=4),
    "views.publish": Method({"user_id": _id, **_VIEW}, {"hash": _text}, tier=4),
}


def method_named(name: str) -> Method:
    """The row for a method."""
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def tier_of(name: str) -> int:
    """How often a method may be called, as Slack sorts methods; 0 for those with a rule of their own."""
    return METHODS[name].tier if name in METHODS else 0


def check_arguments(method: Method, arguments: Mapping[str, Any]) -> None:
    """Refuses missing, unknown and wrongly typed arguments; Slack lets some unknown ones pass, here they are slips."""
    faults = list(shape(method.required, {**method.optional, **_ANYWHERE})(dict(arguments), ""))
    if faults:
        raise SlackError("invalid_arguments", faults)


def check_token(token: str | None, wanted: str, tokens: Mapping[str, str]) -> None:
    """Refuses no token, a token Slack never gave out, and the other kind of token; `tokens` maps kind to value."""
    if not token:
        raise SlackError("not_authed")
    kind = next((kind for kind, value in tokens.items() if value == token), None)
    if kind is None:
        raise SlackError("invalid_auth")
    if kind != wanted:
        raise SlackError("not_allowed_token_type")


def check_scopes(needed: tuple[str, ...], granted: frozenset[str]) -> None:
    """Refuses a call whose scope the installation was not given, naming both sides as Slack does."""
    missing = [scope for scope in needed if scope not in granted]
    if missing:
        raise SlackError("missing_scope", needed=",".join(missing), provided=",".join(sorted(granted)))
