"""From a message we have verified and parsed to the handler it is for, through Bolt, with our own context.

Bolt matches payload shapes to listeners. It gets no token, no client of ours and no network: it is handed a parsed
body, runs the listener in this thread, inside this application context, and returns what the listener answered.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import structlog
from flask import current_app
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.company import company
from collab.kernel.errors import DomainError
from collab.kernel.i18n import Reader
from collab.slack import accounts, answers, grammar, identity, quoting, screens, service, troubles, waiting
from collab.slack.client import transport
from collab.slack.identity import Stranger
from collab.slack.reading import COMMAND, Incoming, Malformed
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Quiet, Quoted, Say, Talk

log = structlog.get_logger(__name__)
SLASH = "/collab"
CHEAP = "slack.help"
Body = dict[str, Any]


def dispatch(incoming: Incoming) -> Body:
    """Let Bolt find the listener; the body to answer with, empty for a bare 200."""
    _readable(incoming)
    answered: list[Body] = []
    context = {"incoming": incoming, "answered": answered}
    response = _bolt().dispatch(BoltRequest(body=dict(incoming.body), context=context, mode="socket_mode"))
    return answered[0] if response.status == HTTPStatus.OK else _unknown(incoming)


def _readable(incoming: Incoming) -> None:
    """Signed, but not of the shape Slack documents: refused before anybody acts on half of it. Raises Malformed."""
    try:
        talk_of(incoming, None)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Malformed from error


def _bolt() -> App:
    found: App | None = current_app.extensions.get("slack.bolt")
    if found is None:
        found = current_app.extensions["slack.bolt"] = _build()
    return found


class Dispatcher(App):
    """Bolt without what it would prepare for listeners of its own: no client, no token."""

    def _init_context(self, req: BoltRequest) -> None:
        """Our own context is in the request already; the one client there is has no token and is never used."""
        req.context.update(client=self.client, logger=self.logger, token=None)


def _build() -> Dispatcher:
    quiet = logging.getLogger("collab.slack.bolt")
    quiet.setLevel(logging.ERROR)
    bolt = Dispatcher(
        name="collab", logger=quiet, authorize=_authorize, signing_secret="verified-before", process_before_response=True,  # noqa: S106
        request_verification_enabled=False, ignoring_self_events_enabled=False,
        ignoring_self_assistant_message_events_enabled=False, ssl_check_enabled=False, url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )  # fmt: skip
    bolt.command(SLASH)(_listener(_command))
    for name, handler in edges.actions.items():
        bolt.action(re.compile(rf"^{re.escape(name)}(:.*)?$"))(_listener(_pressed(handler)))
    for name, handler in edges.modals.items():
        bolt.view(name)(_listener(_submitted(handler)))
    for name, handler in edges.shortcuts.items():
        bolt.shortcut(name)(_listener(_pressed(handler)))
    return bolt


def _authorize(team_id: str | None, **_context: Any) -> AuthorizeResult:
    """Whose app this is was checked before; Bolt needs no token, because it never calls Slack."""
    return AuthorizeResult(enterprise_id=None, team_id=team_id)


def _listener(act: Callable[[Incoming], Body]) -> Callable[[BoltContext], BoltResponse]:
    def listen(context: BoltContext) -> BoltResponse:
        context["answered"].append(act(context["incoming"]))
        return BoltResponse(status=HTTPStatus.OK)

    return listen


def _command(incoming: Incoming) -> Body:
    meaning = grammar.parse(str(incoming.body.get("text", "")), edges.vocabulary)
    costly = isinstance(meaning, grammar.Found) and meaning.command.code != CHEAP

    def answer(talk: Talk) -> Answer:
        match meaning:
            case grammar.Found(command, typed):
                return command.handler(replace(talk, typed=typed))
        return edges.vocabulary.commands[CHEAP].handler(replace(talk, data={"meaning": meaning}))

    def run() -> Body:
        return _run(incoming, answer, answers.to_command, fresh=costly)

    return _in_time(incoming, run) if costly else run()


def _pressed(handler: Handler) -> Callable[[Incoming], Body]:
    return lambda incoming: _in_time(incoming, lambda: _run(incoming, handler, answers.to_press))


def _submitted(handler: Handler) -> Callable[[Incoming], Body]:
    return lambda incoming: _run(incoming, handler, answers.to_submission)


def _in_time(incoming: Incoming, run: Callable[[], Body]) -> Body:
    """Let Slack hear of it in time, whatever it takes. A modal is not told so: it stays open when nothing comes, and sending it
    again changes nothing twice. What is played on the preview waits for as long as it takes."""
    if not incoming.key:
        return run()

    def meanwhile() -> Body:
        talk = talk_of(incoming, identity.recently(incoming.team, incoming.user))
        slow = answers.say(talk.reader, "slack.still_working")
        return answers.to_command(talk, slow) if incoming.kind == COMMAND else {}

    def afterwards(body: Body) -> None:
        place = str(incoming.body.get("response_url") or "")
        if place and body.get("text"):
            transport().respond(place, body)

    return waiting.in_time(run, meanwhile=meanwhile, afterwards=afterwards)


def _run(incoming: Incoming, handler: Handler, give: Callable[[Talk, Answer], Body], *, fresh: bool = True) -> Body:
    """One translator of refusals for every Slack message: kind words, the modal kept open, never a failure code."""
    known = identity.recently(incoming.team, incoming.user)
    talk = talk_of(incoming, known)
    try:
        if fresh or known is None:
            who = _who(incoming)
            if isinstance(who, Stranger):
                talk = replace(talk, reader=Reader(who.locale or talk.reader.locale, talk.reader.zone))
                return give(talk, _welcome(talk, who, incoming))
            talk = replace(talk, actor=who, reader=Reader(who.locale, who.zone))
        with service.once(incoming.key, now=talk.now):
            answer = handler(talk)
        try:
            return give(talk, answer)
        finally:
            _refresh_home(talk)
    except Exception as error:  # noqa: BLE001 - every kind has its words, and what nobody expected is logged
        return troubles.tell(talk, error, give, _line(incoming))


def _line(incoming: Incoming) -> str:
    return str(incoming.body.get("text") or "").strip() if incoming.kind == COMMAND else ""


def _refresh_home(talk: Talk) -> None:
    """What was decided from the Home tab stands there no longer. Best effort: it is shown afresh whenever it is opened."""
    if not talk.at_home:
        return
    try:
        screens.want_home(talk.team, talk.user, now=talk.now)
    except (DomainError, DBAPIError, PoolTimeout) as error:
        log.info("slack.home_not_wanted", error=str(error))


def _who(incoming: Incoming) -> Actor | Stranger:
    """Whoever has their account in another company is a stranger, whatever Slack would say about them: nobody is asked."""
    if incoming.from_outside:
        return Stranger(incoming.home, incoming.user, accounts.OUTSIDE, may_link=False)
    return identity.meet(incoming.team, incoming.user)


def _welcome(talk: Talk, stranger: Stranger, incoming: Incoming) -> Say:
    """Tell a stranger how to become known, and nothing about the company; it is written down once per message."""
    with service.once(incoming.key, now=talk.now):
        return answers.welcome(talk.reader, identity.greet(stranger))


def _unknown(incoming: Incoming) -> Body:
    """A button or modal of another version: say so instead of failing."""
    talk = talk_of(incoming, identity.recently(incoming.team, incoming.user))
    if incoming.kind == COMMAND:
        return answers.to_command(talk, answers.say(talk.reader, "slack.unknown_command", command=SLASH))
    kind = incoming.body["type"]
    if kind == "view_closed" or talk.action == "slack.link" or "url" in _action(incoming.body):
        return {}
    give = answers.to_submission if kind == "view_submission" else answers.to_press
    return give(talk, answers.say(talk.reader, "slack.outdated") if talk.response_url else Quiet())


def talk_of(incoming: Incoming, actor: Any) -> Talk:
    """Our own context of a message; without a member it speaks the company's language."""
    body, action = incoming.body, _action(incoming.body)
    view = body.get("view") or {}
    kept, on_home = _kept(view), view.get("type") == "home"
    modal = {} if on_home else view  # a Home tab holds no fields, and nobody answers by changing it
    reader = Reader(actor.locale, actor.zone) if actor else Reader(company().locale, company().zone)
    return Talk(
        actor=actor, reader=reader, now=clock.now(), team=incoming.team, user=incoming.user,
        trigger_id=str(body.get("trigger_id") or ""), response_url=str(body.get("response_url") or kept.get("respond") or ""),
        pressed=_choice(action), action=str(action.get("action_id") or ""), view=modal, entered=_entered(modal, action),
        data=kept.get("data") or {},
        whispered=bool((body.get("container") or {}).get("is_ephemeral") or kept.get("whispered")),
        quoted=quoting.quoted(body) if body.get("type") == "message_action" else Quoted(),
        at_home=on_home or kept.get("home") is True,
        channel=str(body.get("channel_id") or ""), channel_name=str(body.get("channel_name") or ""),
    )  # fmt: skip


def _action(body: Mapping[str, Any]) -> Mapping[str, Any]:
    actions = body.get("actions")
    return actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}


def _choice(action: Mapping[str, Any]) -> str:
    return str((action.get("selected_option") or {}).get("value") or action.get("value") or "")


def _kept(view: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _entered(view: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of a modal hold, by block id; the field just changed holds what was chosen."""
    values = (view.get("state") or {}).get("values") or {}
    held = {block: _value(element) for block, elements in values.items() for element in elements.values()}
    return {**held, str(action["block_id"]): _value(action)} if view and "block_id" in action else held


def _value(element: Mapping[str, Any]) -> Any:
    """One field's value, whatever its kind; a set of choices is a list of their values."""
    if "selected_options" in element:
        return [option["value"] for option in element["selected_options"] or []]
    if "selected_option" in element:
        return (element["selected_option"] or {}).get("value")
    for name in ("value", "selected_date", "selected_user"):
        if name in element:
            return element[name]
    return None
