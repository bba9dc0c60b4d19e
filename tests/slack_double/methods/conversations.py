"""conversations.*: opening direct messages, looking at conversations and their history."""

from tests.slack_double.channels import Channel
from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments, cursor_to, page_size, place_of, yes
from tests.slack_double.payloads import message_json
from tests.slack_double.rules import check_scopes
from tests.slack_double.things import Message
from tests.slack_double.workspace import Workspace

MOST_TOGETHER = 8


def open_direct(slack: Workspace, arguments: Arguments) -> Answer:
    if "channel" in arguments:
        channel, known = slack.channels.find(arguments["channel"]), True
    elif arguments.get("users"):
        people = [slack.people.get(user_id.strip()) for user_id in arguments["users"].split(",")]
        check_scopes(("mpim:write",) if len(people) > 1 else (), slack.scopes)
        if len(people) > MOST_TOGETHER:
            raise SlackError("too_many_users")
        before = len(slack.channels)
        channel = slack.channels.direct_with(*people)
        known = len(slack.channels) == before
    else:
        raise SlackError("users_list_not_supplied")
    body = channel.as_json() if yes(arguments, "return_im") else {"id": channel.id}
    return {**({"no_op": True, "already_open": True} if known else {}), "channel": body}


def info(slack: Workspace, arguments: Arguments) -> Answer:
    channel = _readable(slack, arguments, "read")
    return {"channel": channel.as_json()}


def history(slack: Workspace, arguments: Arguments) -> Answer:
    channel = _readable(slack, arguments, "history")
    if not channel.has_bot:
        raise SlackError("not_in_channel")
    wanted = [one for one in slack.record.messages(channel.id) if not one.thread_ts and _between(one.ts, arguments)]
    return _listed(slack, wanted, arguments)


def replies(slack: Workspace, arguments: Arguments) -> Answer:
    """The message a thread began with, and what was said below it."""
    channel = _readable(slack, arguments, "history")
    if not channel.has_bot:
        raise SlackError("not_in_channel")
    if slack.record.find_message(channel.id, arguments["ts"]) is None:
        raise SlackError("thread_not_found")
    thread = [one for one in slack.record.messages(channel.id) if arguments["ts"] in (one.ts, one.thread_ts)]
    return _listed(slack, [one for one in thread if _between(one.ts, arguments)], arguments)


def _listed(slack: Workspace, wanted: list[Message], arguments: Arguments) -> Answer:
    page, cursor = _page(wanted, arguments)
    show = yes(arguments, "include_all_metadata")
    listed = [message_json(slack.app, one, with_metadata=show) for one in page]
    return {"messages": listed, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _page(wanted: list[Message], arguments: Arguments) -> tuple[list[Message], str]:
    """One page, its newest message first.

    With `oldest` alone the pages go forward from there; else they go back from the newest. A cursor is a moment, so
    messages that arrive meanwhile neither shift a page nor repeat in the next.
    """
    forward = "oldest" in arguments and "latest" not in arguments
    start, size = place_of(arguments), page_size(arguments, default=100)
    wanted.sort(key=lambda one: one.ts, reverse=not forward)
    if start:
        wanted = [one for one in wanted if (one.ts > start if forward else one.ts < start)]
    page = wanted[:size]
    cursor = cursor_to(page[-1].ts) if len(wanted) > size else ""
    return sorted(page, key=lambda one: one.ts, reverse=True), cursor


def _readable(slack: Workspace, arguments: Arguments, right: str) -> Channel:
    channel = slack.channels.find(arguments["channel"])
    check_scopes((channel.scope(right),), slack.scopes)
    return channel


def _between(ts: str, arguments: Arguments) -> bool:
    """Inside `oldest` and `latest`, the ends included only when asked for."""
    oldest, latest = _moment(arguments, "oldest", 0.0), _moment(arguments, "latest", float("inf"))
    return oldest < float(ts) < latest or (yes(arguments, "inclusive") and float(ts) in (oldest, latest))


def _moment(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.get(name, default))
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None
