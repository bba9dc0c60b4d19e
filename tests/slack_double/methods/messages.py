"""chat.*: posting, editing, whispering."""

from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments
from tests.slack_double.payloads import message_json
from tests.slack_double.rules import EDIT_TEXT_LIMIT, check_message
from tests.slack_double.things import Message
from tests.slack_double.workspace import Workspace


def post_message(slack: Workspace, arguments: Arguments) -> Answer:
    warnings = check_message(arguments)
    channel = slack.channels.to_post_in(arguments["channel"], anywhere="chat:write.public" in slack.scopes)
    thread_ts = arguments.get("thread_ts")
    if thread_ts and slack.record.find_message(channel.id, thread_ts) is None:
        raise SlackError("thread_not_found")
    return _posted(slack, slack.post(channel, arguments), warnings)


def update(slack: Workspace, arguments: Arguments) -> Answer:
    warnings = check_message(arguments, text_limit=EDIT_TEXT_LIMIT)
    # A user id is no channel here, other than in chat.postMessage.
    channel = slack.channels.find(arguments["channel"])
    message = slack.record.find_message(channel.id, arguments["ts"])
    if message is None:
        raise SlackError("message_not_found")
    if message.author != "bot":
        raise SlackError("cant_update_message")
    edited = slack.edit(message, arguments)
    return {"text": edited.text, **_posted(slack, edited, warnings)}


def _posted(slack: Workspace, message: Message, warnings: list[str]) -> Answer:
    body = message_json(slack.app, message, with_metadata=True)
    answer: Answer = {"channel": message.channel, "ts": message.ts, "message": body}
    return {**answer, "response_metadata": {"messages": warnings}} if warnings else answer


def post_ephemeral(slack: Workspace, arguments: Arguments) -> Answer:
    check_message(arguments)
    channel = slack.channels.to_post_in(arguments["channel"], anywhere=False)
    person = slack.people.get(arguments["user"])
    if person.deleted or (channel.kind != "channel" and person.id not in channel.members):
        raise SlackError("user_not_in_channel")
    return {"message_ts": slack.whisper(channel.id, person.id, arguments, "chat.postEphemeral").ts}
