"""Plays people in Slack: they type commands, press buttons, fill in forms; each act is one signed request."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.slack_double import forms, payloads
from tests.slack_double.channels import Channel
from tests.slack_double.errors import SlackError
from tests.slack_double.forms import Impossible
from tests.slack_double.kit import Block, Element, controls
from tests.slack_double.people import Person
from tests.slack_double.reading import all_blocks
from tests.slack_double.rules import check_message, check_view
from tests.slack_double.things import Ephemeral, Message, Surface, View
from tests.slack_double.waited import Wait
from tests.slack_double.wire import PATIENCE_SECONDS, NoAnswer, Reply, post, signed
from tests.slack_double.workspace import Workspace

LATE_SECONDS = 3.0
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Player:
    """People, named by address. An answer that is late or not 200 fails the test at once, as it fails the person."""

    def __init__(self, slack: Workspace, origin: str) -> None:
        self._slack = slack
        self._origin = origin
        self.product_url = ""

    def slash(self, email: str, command: str, text: str = "", *, channel: str | None = None) -> Reply:
        """Types a slash command, in the direct message with the app unless a channel is named."""
        person = self._person(email)
        place = self._place(person, channel)
        trigger_id, response_url = self._tickets(person, place, None)
        form = payloads.slash_form(
            self._slack.app, person, place, command, text, trigger_id=trigger_id, response_url=response_url
        )
        reply = self._send("/slack/commands", form, person, trigger_id)
        self._show_command_reply(reply, place, person)
        return reply

    def click(
        self, email: str, on: Surface, control: str, choose: Any = None, *, values: Mapping[str, Any] | None = None
    ) -> Reply:
        """Presses a button, or chooses in a menu (`choose`), named by label or action id.

        `values` is what was entered before, in other fields of the same surface.
        """
        person = self._person(email)
        block, element = _find_control(on, control)
        action = {**_said_about(element), "block_id": block["block_id"], "action_ts": self._slack.next_ts()}
        if element["type"] != "button":
            action |= forms.chosen(element, choose, self._user_id)
        state = {"values": forms.filled(all_blocks(on), values or {}, self._user_id, sending=False)}
        if isinstance(on, View):
            on = replace(on, body={**on.body, "state": state})
            return self._interact(person, "block_actions", on, actions=[action])
        return self._interact(person, "block_actions", on, actions=[action], state=state)

    def submit(self, email: str, view: View | None, values: Mapping[str, Any] | None = None) -> Reply:
        """Fills in a modal and sends it: values by label, block id or action id; other fields keep what they had."""
        assert view is not None, "there is no modal to submit"
        person = self._person(email)
        if "submit" not in view.body:
            raise Impossible("this modal has no button to send it")
        state = {"values": forms.filled(view.blocks, values or {}, self._user_id, sending=True)}
        view = replace(view, body={**view.body, "state": state})
        reply = self._interact(person, "view_submission", view, response_urls=[])
        self._follow(reply, view, person)
        return reply

    def close(self, email: str, view: View, *, cleared: bool = False) -> Reply | None:
        """Closes a modal; the product hears of it only when it asked to (`notify_on_close`)."""
        if not view.body["notify_on_close"]:
            return None
        return self._interact(self._person(email), "view_closed", view, is_cleared=cleared)

    def shortcut(self, email: str, callback_id: str, message: Message | None = None) -> Reply:
        """Uses a message shortcut, or a global one when no message is given."""
        extra = {"callback_id": callback_id, "action_ts": self._slack.next_ts()}
        if message is None:
            return self._interact(self._person(email), "shortcut", None, **extra)
        return self._interact(self._person(email), "message_action", message, message_ts=message.ts, **extra)

    def event(
        self,
        kind: str,
        email: str | None = None,
        *,
        event_id: str | None = None,
        retry: tuple[int, str] | None = None,
        **fields: Any,
    ) -> Reply:
        """Sends an event once; give `event_id` and `retry=(1, "http_timeout")` to play Slack sending it again.

        It fails the test when the product does not take it; `SlackDouble.events` insists as Slack does instead.
        """
        at = self._slack.clock()
        event = {"type": kind, "event_ts": self._slack.next_ts(), **fields}
        if email:
            event.setdefault("user", self._person(email).id)
        body = payloads.event_callback(self._slack.app, event, event_id or self._slack.next_id("Ev"), at)
        headers = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}
        return _good(self.raw("/slack/events", json.dumps(body).encode(), headers=headers))

    def url_verification(self, challenge: str) -> Reply:
        """The question Slack asks once when an events address is entered."""
        body = {"type": "url_verification", "token": self._slack.app.verification_token, "challenge": challenge}
        return _good(self.raw("/slack/events", json.dumps(body).encode()))

    def raw(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = JSON,
        secret: str | None = None,
        timestamp: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> Reply:
        """Sends any bytes, takes any answer; `NoAnswer` when there is none within `patience` seconds.

        A foreign `secret`, an old `timestamp` or other `headers` make it a forgery; a header given as None is left out.
        """
        stamp = timestamp if timestamp is not None else str(int(self._slack.clock()))
        signature = signed(secret or self._slack.app.signing_secret, stamp, body)
        all_headers = {"Content-Type": content_type, **signature, **(headers or {})}
        given = {name: value for name, value in all_headers.items() if value is not None}
        return self._post(path, body, given, patience)

    def _post(
        self, path: str, body: bytes, headers: Mapping[str, str], patience: float = PATIENCE_SECONDS, **about: Any
    ) -> Reply:
        if self._slack.sockets.in_use:
            return self._through_socket(path, body, headers, patience, **about)
        assert self.product_url, "the double does not know the product's address: set product_url"
        record = self._slack.record
        make = partial(Reply, record=record, mark=record.mark(), **about)
        address = self.product_url.rstrip("/") + path
        return post(address, body, {"User-Agent": "Slackbot 1.0", **headers}, make, patience)

    def _through_socket(
        self, path: str, body: bytes, headers: Mapping[str, str], patience: float, **about: Any
    ) -> Reply:
        """The same message in an envelope. What is not acknowledged is as good as not answered."""
        kind, payload = _enveloped(path, body)
        record = self._slack.record
        wait, mark = Wait(), record.mark()
        tried, why = int(headers.get("X-Slack-Retry-Num", 0)), headers.get("X-Slack-Retry-Reason", "")
        answer = self._slack.sockets.deliver(kind, payload, patience, tried=tried, why=why)
        if answer is None:
            raise NoAnswer("timeout", f"nobody acknowledged {kind}")
        text = json.dumps(answer["payload"], ensure_ascii=False) if answer.get("payload") else ""
        headers = {"content-type": JSON if text else "text/plain"}
        return Reply(200, wait.seconds, text, headers, record=record, mark=mark, **about)

    def _interact(self, person: Person, kind: str, on: Surface | None, **fields: Any) -> Reply:
        """Sends one interaction payload from the place it happened."""
        channel = None if on is None or isinstance(on, View) else self._slack.channels.find(on.channel)
        trigger_id, response_url = self._tickets(person, channel, on)
        place = payloads.place_of(self._slack.app, on, channel) if on else {}
        if response_url:
            place["response_url"] = response_url
        if kind != "block_actions":
            place.pop("container", None)
        body = payloads.interaction(self._slack.app, person, kind, trigger_id=trigger_id, **place, **fields)
        if kind == "view_closed":
            del body["trigger_id"]
        view_id = on.id if isinstance(on, View) else ""
        return self._send("/slack/interactions", {"payload": json.dumps(body)}, person, trigger_id, view_id)

    def _send(self, path: str, form: Mapping[str, str], person: Person, trigger_id: str, view_id: str = "") -> Reply:
        """What a person did, as a signed form."""
        body = urlencode(form).encode()
        signature = signed(self._slack.app.signing_secret, str(int(self._slack.clock())), body)
        about: dict[str, Any] = {"user_id": person.id, "trigger_id": trigger_id, "view_id": view_id}
        return _good(self._post(path, body, {"Content-Type": FORM, **signature}, **about))

    def _tickets(self, person: Person, channel: Channel | None, on: Surface | None) -> tuple[str, str]:
        """A trigger id, and a response url where there is a conversation to respond in."""
        with self._slack.lock:
            trigger_id = self._slack.triggers.mint(person.id)
            if channel is None:
                return trigger_id, ""
            ts = on.ts if isinstance(on, Message | Ephemeral) else None
            token = self._slack.response_urls.open(person.id, channel.id, ts)
            return trigger_id, f"{self._origin}/response/{token}"

    def _show_command_reply(self, reply: Reply, channel: Channel, person: Person) -> None:
        """A command's direct answer is shown in the conversation, to its sender unless it says otherwise."""
        body = reply.body
        content = body if isinstance(body, dict) else {"text": reply.text}
        if not content or not (content.get("text") or content.get("blocks") or content.get("attachments")):
            return
        _accepted(check_message, content)
        with self._slack.lock:
            if content.get("response_type") == "in_channel":
                self._slack.post(channel, content)
            else:
                self._slack.whisper(channel.id, person.id, content, "reply")

    def _follow(self, reply: Reply, view: View, person: Person) -> None:
        """What Slack does with the answer to a submitted form."""
        if not reply.text.strip():
            return
        body = reply.body
        assert isinstance(body, dict), f"Slack shows an error for this answer to a form: {reply.text[:200]!r}"
        action = body.get("response_action")
        if action == "errors":
            fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            assert body.get("errors"), "a form came back with no errors in it"
            assert body["errors"].keys() <= fields, f"errors for no such field: {body['errors'].keys() - fields}"
        elif action in ("update", "push"):
            _accepted(check_view, body.get("view"), "modal")
            self._show_next(action, view, body["view"], person, reply.trigger_id)
        else:
            assert action == "clear" or not body, f"Slack does not know the response_action {action!r}"

    def _show_next(self, action: str, view: View, body: dict[str, Any], person: Person, trigger_id: str) -> None:
        via = f"response_action {action}"
        with self._slack.lock:
            if action == "push":
                self._slack.push(person.id, view, body, via, trigger_id)
                return
            about = {name: view.body[name] for name in ("root_view_id", "previous_view_id")}
            self._slack.show(person.id, body, via, view_id=view.id, trigger_id=trigger_id, **about)

    def _person(self, email: str) -> Person:
        person = self._slack.people.with_email(email)
        if person.deleted:
            raise Impossible(f"{email} is deactivated and cannot use Slack")
        return person

    def _user_id(self, email_or_id: str) -> str:
        return self._person(email_or_id).id if "@" in email_or_id else self._slack.people.get(email_or_id).id

    def _place(self, person: Person, channel: str | None) -> Channel:
        with self._slack.lock:
            return self._slack.channels.find(channel) if channel else self._slack.channels.direct_with(person)


def _enveloped(path: str, body: bytes) -> tuple[str, dict[str, Any]]:
    """What Socket Mode makes of a request: its kind, and its payload as JSON."""
    if path == "/slack/events":
        return "events_api", json.loads(body)
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return ("slash_commands", form) if path == "/slack/commands" else ("interactive", json.loads(form["payload"]))


def _find_control(on: Surface, name: str) -> tuple[Block, Element]:
    """The control with this label, placeholder or action id; exactly one."""
    found = [(block, element) for block, element in controls(all_blocks(on)) if name in _labels(block, element)]
    if len(found) != 1:
        shown = [sorted(_labels(block, element)) for block, element in controls(all_blocks(on))]
        raise Impossible(f"{len(found)} controls are called {name!r}; there is {shown}")
    return found[0]


def _labels(block: Block, element: Element) -> set[str]:
    texts = [element.get("text"), element.get("placeholder"), block.get("label")]
    return {element["action_id"]} | {text["text"] for text in texts if isinstance(text, dict)}


def _said_about(element: Element) -> dict[str, Any]:
    """The part of an element that its action repeats."""
    kept = ("type", "action_id", "text", "value", "style", "url", "placeholder")
    return {name: element[name] for name in kept if name in element}


def _good(reply: Reply) -> Reply:
    """In time and 200, else the person sees an error."""
    assert reply.status == 200, f"the product answered {reply.status}: {reply.text[:500]}"
    assert reply.elapsed <= LATE_SECONDS, f"the answer took {reply.elapsed:.2f} s; Slack waits {LATE_SECONDS} s"
    return reply


def _accepted(check: Any, *what: Any) -> None:
    """Slack checks what comes back with an answer as it checks calls."""
    try:
        check(*what)
    except SlackError as refusal:
        raise AssertionError(f"Slack refuses what the product answered: {refusal}") from refusal
