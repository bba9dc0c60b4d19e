"""users.*, and who the app itself is."""

from tests.slack_double.errors import SlackError
from tests.slack_double.methods.arguments import Answer, Arguments, page_of, yes
from tests.slack_double.people import Person
from tests.slack_double.workspace import Workspace


def auth_test(slack: Workspace, _arguments: Arguments) -> Answer:
    app = slack.app
    url = f"https://{app.team_domain}.slack.com/"
    names = {"team": app.team_domain, "team_id": app.team_id, "user": app.bot_name, "user_id": app.bot_user_id}
    return {"url": url, **names, "bot_id": app.bot_id, "is_enterprise_install": False}


def bot_info(slack: Workspace, arguments: Arguments) -> Answer:
    app = slack.app
    if arguments.get("bot") != app.bot_id:
        raise SlackError("bot_not_found")
    about = {"name": app.bot_name, "app_id": app.app_id, "user_id": app.bot_user_id}
    return {"bot": {"id": app.bot_id, "deleted": False, "updated": 0, **about, "icons": {}}}


def connections_open(slack: Workspace, _arguments: Arguments) -> Answer:
    return {"url": slack.sockets.address()}


def info(slack: Workspace, arguments: Arguments) -> Answer:
    return {"user": _person(slack, slack.people.get(arguments["user"]), arguments)}


def list_all(slack: Workspace, arguments: Arguments) -> Answer:
    page, cursor = page_of(slack.people.all(), arguments, default=1000)
    members = [_person(slack, person, arguments) for person in page]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def look_up_by_email(slack: Workspace, arguments: Arguments) -> Answer:
    return {"user": _person(slack, slack.people.look_up(arguments["email"]), arguments)}


def _person(slack: Workspace, person: Person, arguments: Arguments) -> Answer:
    with_email = "users:read.email" in slack.scopes
    with_locale = yes(arguments, "include_locale")
    return person.as_json(team_id=slack.app.team_id, with_email=with_email, with_locale=with_locale)
