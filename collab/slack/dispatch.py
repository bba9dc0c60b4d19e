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
from collab.kernel.errors import Busy, DomainError
from collab.kernel.i18n import Reader
from collab.slack import accounts, answers, blocks, grammar, identity, quoting, service
from collab.slack.identity import Stranger
from collab.slack.problems import SlackProblem
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
    request = BoltRequest(body=dict(incoming.body), context={"incoming": incoming}, mode="socket_mode")
    response = _bolt().dispatch(request)
    if response.status != 200:
        return _unknown(incoming)
    body: Body = json.loads(response.body) if response.body else {}
    return body


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
        body = act(context["incoming"])
        return BoltResponse(status=200, body=json.dumps(body, ensure_ascii=False) if body else "")

    return listen


def _command(incoming: Incoming) -> Body:
    meaning = grammar.parse(str(incoming.body.get("text", "")), edges.vocabulary)
    costly = isinstance(meaning, grammar.Found) and meaning.command.code != CHEAP

    def answer(talk: Talk) -> Answer:
        match meaning:
            case grammar.Found(command, typed):
                return command.handler(replace(talk, typed=typed))
        return edges.vocabulary.commands[CHEAP].handler(replace(talk, data={"meaning": meaning}))

    return _run(incoming, answer, answers.to_command, fresh=costly)


def _pressed(handler: Handler) -> Callable[[Incoming], Body]:
    return lambda incoming: _run(incoming, handler, answers.to_press)


def _submitted(handler: Handler) -> Callable[[Incoming], Body]:
    return lambda incoming: _run(incoming, handler, answers.to_submission)


def _run(incoming: Incoming, handler: Handler, give: Callable[[Talk, Answer], Body], *, fresh: bool = True) -> Body:
    """One translator of refusals for every Slack message: kind words, the modal kept open, never a failure code."""
    known = identity.recently(incoming.team, incoming.user)
    talk = talk_of(incoming, known)
    try:
        if fresh or known is None:
            who = _who(incoming)
            if isinstance(who, Stranger):
                return give(talk, _welcome(talk, who, incoming))
            talk = replace(talk, actor=who, reader=Reader(who.locale, who.zone))
        with service.once(incoming.key, now=talk.now):
            answer = handler(talk)
        return give(talk, answer)
    except Exception as error:  # noqa: BLE001 - every kind has its words, and what nobody expected is logged
        return _tell(talk, _trouble(talk, error, give), give)


def _trouble(talk: Talk, error: Exception, give: Callable[[Talk, Answer], Body]) -> Answer:
    """What to say about what went wrong."""
    match error:
        case service.Repeated():
            return answers.say(talk.reader, error.text)
        case DomainError():
            return _refusal(talk, error, give)
        case DBAPIError() | PoolTimeout():
            log.warning("slack.database_away", error=str(error))
            return _refusal(talk, Busy(), give)
        case SlackProblem():
            log.warning("slack.not_shown", error=error.error)
            return answers.say(talk.reader, "slack.not_shown")
    log.error("slack.failed", action=talk.action, exc_info=error)
    return answers.say(talk.reader, "slack.failed")


def _tell(talk: Talk, trouble: Answer, give: Callable[[Talk, Answer], Body]) -> Body:
    """Say it, if there is still somewhere to say it: the screen may have been closed or changed meanwhile."""
    try:
        return give(talk, trouble)
    except SlackProblem as problem:
        log.info("slack.not_told", error=problem.error)
        return {}


def _who(incoming: Incoming) -> Actor | Stranger:
    """Whoever has their account in another company is a stranger, whatever Slack would say about them: nobody is asked."""
    if incoming.from_outside:
        return Stranger(incoming.home, incoming.user, accounts.OUTSIDE, may_link=False)
    return identity.meet(incoming.team, incoming.user)


def _refusal(talk: Talk, error: DomainError, give: Callable[[Talk, Answer], Body]) -> Answer:
    if give is answers.to_submission:
        return answers.refused_fields(error, talk.view, talk.reader)
    return answers.refusal(error, talk.reader)


def _welcome(talk: Talk, stranger: Stranger, incoming: Incoming) -> Say:
    """Tell a stranger how to become known, and nothing about the company; it is written down once per message."""
    with service.once(incoming.key, now=talk.now):
        address = identity.greet(stranger)
    if not address:
        return answers.say(talk.reader, "slack.outsider")
    text = talk.reader.say("slack.stranger")
    go = blocks.button(talk.reader.say("slack.connect"), "slack.link", "link", url=address)
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(go)])


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
    kept = _kept(view)
    reader = Reader(actor.locale, actor.zone) if actor else Reader(company().locale, company().zone)
    return Talk(
        actor=actor, reader=reader, now=clock.now(), team=incoming.team, user=incoming.user,
        trigger_id=str(body.get("trigger_id") or ""), response_url=str(body.get("response_url") or kept.get("respond") or ""),
        pressed=_choice(action), action=str(action.get("action_id") or ""), view=view, entered=_entered(view, action),
        data=kept.get("data") or {},
        whispered=bool((body.get("container") or {}).get("is_ephemeral") or kept.get("whispered")),
        quoted=quoting.quoted(body) if body.get("type") == "message_action" else Quoted(),
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
