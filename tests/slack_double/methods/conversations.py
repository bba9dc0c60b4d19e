"""conversations.*: opening direct messages, looking at conversations and their history."""

from tests.slack_double.channels import Channel
from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments, page_of, yes
from tests.slack_double.payloads import message_json
from tests.slack_double.rules import check_scopes
from tests.slack_double.workspace import Workspace


def open_direct(slack: Workspace, arguments: Arguments) -> Answer:
    if "channel" in arguments:
        channel = slack.channels.find(arguments["channel"])
    elif arguments.get("users"):
        people = [slack.people.get(user_id.strip()) for user_id in arguments["users"].split(",")]
        check_scopes(("mpim:write",) if len(people) > 1 else (), slack.scopes)
        channel = slack.channels.direct_with(*people)
    else:
        raise SlackError("users_list_not_supplied")
    return {"channel": channel.as_json() if yes(arguments, "return_im") else {"id": channel.id}}


def info(slack: Workspace, arguments: Arguments) -> Answer:
    channel = _readable(slack, arguments, "read")
    return {"channel": channel.as_json()}


def history(slack: Workspace, arguments: Arguments) -> Answer:
    channel = _readable(slack, arguments, "history")
    if not channel.has_bot:
        raise SlackError("not_in_channel")
    messages = sorted(slack.record.messages(channel.id), key=lambda one: one.ts, reverse=True)
    wanted = [one for one in messages if not one.thread_ts and _between(one.ts, arguments)]
    page, cursor = page_of(wanted, arguments, default=100)
    show = yes(arguments, "include_all_metadata")
    listed = [message_json(slack.app, one, with_metadata=show) for one in page]
    return {"messages": listed, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _readable(slack: Workspace, arguments: Arguments, right: str) -> Channel:
    channel = slack.channels.find(arguments["channel"])
    check_scopes((channel.scope(right),), slack.scopes)
    return channel


def _between(ts: str, arguments: Arguments) -> bool:
    """Inside `oldest` and `latest`, the ends included only when asked for."""
    oldest, latest = float(arguments.get("oldest", 0)), float(arguments.get("latest", "inf"))
    return oldest < float(ts) < latest or (yes(arguments, "inclusive") and float(ts) in (oldest, latest))
