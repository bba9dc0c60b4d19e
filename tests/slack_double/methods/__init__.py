"""The Web API methods, one function each: arguments in, Slack's answer out, a `SlackError` for a refusal."""

from collections.abc import Callable

from tests.slack_double.errors import SlackError
from tests.slack_double.methods import conversations, messages, unfurls, users, views
from tests.slack_double.methods.arguments import Answer, Arguments, parsed
from tests.slack_double.rules import check_arguments, check_scopes, check_token, method_named
from tests.slack_double.workspace import Workspace

_DEEDS: dict[str, Callable[[Workspace, Arguments], Answer]] = {
    "auth.test": users.auth_test,
    "bots.info": users.bot_info,
    "apps.connections.open": users.connections_open,
    "chat.postMessage": messages.post_message,
    "chat.postEphemeral": messages.post_ephemeral,
    "chat.unfurl": unfurls.unfurl,
    "chat.update": messages.update,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "conversations.info": conversations.info,
    "conversations.open": conversations.open_direct,
    "users.info": users.info,
    "users.list": users.list_all,
    "users.lookupByEmail": users.look_up_by_email,
    "views.open": views.open_view,
    "views.push": views.push_view,
    "views.publish": views.publish_home,
    "views.update": views.update_view,
}


def call(slack: Workspace, name: str, token: str | None, arguments: Arguments) -> Answer:
    """One call: who calls, whether they may, whether the arguments are right, and then the deed."""
    method = method_named(name)
    check_token(token, method.token, slack.app.tokens)
    if slack.token_trouble:
        raise SlackError(slack.token_trouble)
    check_scopes(method.scopes, slack.scopes)
    check_arguments(method, arguments)
    return {"ok": True, **_DEEDS[name](slack, parsed(arguments))}


__all__ = ["call", "parsed"]
