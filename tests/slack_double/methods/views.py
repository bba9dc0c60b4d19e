"""views.*: modals and Home tabs."""

from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments
from tests.slack_double.rules import Fault, check_view
from tests.slack_double.things import View
from tests.slack_double.workspace import Workspace


def open_view(slack: Workspace, arguments: Arguments) -> Answer:
    # The view is looked at first: a refused one does not use up the trigger.
    check_view(arguments["view"], "modal")
    user_id = slack.triggers.exchange(arguments["trigger_id"])
    view = slack.show(user_id, arguments["view"], "views.open", trigger_id=arguments["trigger_id"])
    return {"view": view.body}


def push_view(slack: Workspace, arguments: Arguments) -> Answer:
    check_view(arguments["view"], "modal")
    user_id = slack.triggers.exchange(arguments["trigger_id"])
    modals = [view for view in slack.record.views() if view.user == user_id and view.body["type"] == "modal"]
    if not modals:
        raise SlackError("not_found")
    return {"view": slack.push(user_id, modals[-1], arguments["view"], "views.push", arguments["trigger_id"]).body}


def update_view(slack: Workspace, arguments: Arguments) -> Answer:
    check_view(arguments["view"], "modal")
    old = _known_view(slack, arguments)
    if arguments.get("hash") not in (None, old.body["hash"]):
        raise SlackError("hash_conflict")
    about = {name: old.body[name] for name in ("root_view_id", "previous_view_id")}
    return {"view": slack.show(old.user, arguments["view"], "views.update", view_id=old.id, **about).body}


def _known_view(slack: Workspace, arguments: Arguments) -> View:
    """The view named by id or by the app's own external id."""
    if "view_id" not in arguments and "external_id" not in arguments:
        raise SlackError("invalid_arguments", [Fault("/view_id", "either view_id or external_id is required")])
    for view in reversed(slack.record.views()):
        if view.id == arguments.get("view_id") or (
            "external_id" in arguments and view.body["external_id"] == arguments["external_id"]
        ):
            return view
    raise SlackError("not_found")


def publish_home(slack: Workspace, arguments: Arguments) -> Answer:
    check_view(arguments["view"], "home")
    person = slack.people.get(arguments["user_id"])
    old = slack.record.home_of(person.email)
    if old and arguments.get("hash") not in (None, old.body["hash"]):
        raise SlackError("hash_conflict")
    view_id = old.id if old else None
    return {"view": slack.show(person.id, arguments["view"], "views.publish", view_id=view_id).body}
