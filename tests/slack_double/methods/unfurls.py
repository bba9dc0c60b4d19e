"""chat.unfurl: what stands behind a link, below the message it was shared in or before whoever writes it."""

from typing import Any

from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments
from tests.slack_double.rules import Fault, check_message
from tests.slack_double.things import Shared
from tests.slack_double.workspace import Workspace

SOURCES = ("composer", "conversations_history")


def unfurl(slack: Workspace, arguments: Arguments) -> Answer:
    attachments = _attachments(arguments["unfurls"])
    shared = _shared(slack, arguments)
    if not {one["from_url"] for one in attachments} <= set(shared.links):
        raise SlackError("cannot_unfurl_url")
    if shared.message is None:
        slack.whisper("COMPOSER", shared.user, {"attachments": attachments}, "chat.unfurl")
    else:
        message = slack.record.find_message(shared.message.channel, shared.message.ts)
        if message is None:
            raise SlackError("cannot_find_message")
        slack.edit(message, {"attachments": attachments})
    return {}


def _attachments(unfurls: Any) -> list[dict[str, Any]]:
    """A map of links to blocks, each looked at as a message is."""
    made = []
    for link, shown in unfurls.items():
        if (
            not isinstance(shown, dict)
            or not shown.keys() <= {"blocks", "preview", "hide_color"}
            or not shown.get("blocks")
        ):
            raise SlackError("cannot_parse_attachment", [Fault(f"/unfurls/{link}", "must provide blocks")])
        check_message({"blocks": shown["blocks"]})
        made.append({"from_url": link, "blocks": shown["blocks"]})
    if not made:
        raise SlackError("missing_unfurls")
    return made


def _shared(slack: Workspace, arguments: Arguments) -> Shared:
    """Either unfurl_id and source, or channel and ts, must name what the app was told of."""
    names = ("unfurl_id", "source") if {"unfurl_id", "source"} & set(arguments) else ("channel", "ts")
    for name in names:
        if name not in arguments:
            raise SlackError(f"missing_{name}")
    if "source" in arguments:
        return _by_id(slack, arguments["unfurl_id"], arguments["source"])
    here = (arguments["channel"], arguments["ts"])
    for one in slack.shared.values():
        if one.message and (one.message.channel, one.message.ts) == here:
            return one
    raise SlackError("cannot_unfurl_message")


def _by_id(slack: Workspace, unfurl_id: str, source: str) -> Shared:
    if source not in SOURCES:
        raise SlackError("invalid_source")
    found = slack.shared.get(unfurl_id)
    if found is None or found.source != source:
        raise SlackError("invalid_unfurl_id")
    return found
