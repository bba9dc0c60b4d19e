"""Socket Mode: connections we open to Slack, so that Slack need not reach us. What comes through them is answered by the same
code as at our addresses (`reception`), and acknowledged only when it was taken: Slack tells an event again that was not.

Slack ends every connection now and then, and says so shortly before: the next one stands before the last one goes.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask

from collab.kernel.database_away import patience
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.slack import reading
from collab.slack.client import transport
from collab.slack.home import home
from collab.slack.problems import SlackProblem, WorkspaceBroken, explain
from collab.slack.reception import MESSAGES, PATIENCE, receive
from collab.slack.websocket import Line, LineLost, connect
from collab.slack.wire import Wire

log = structlog.get_logger(__name__)
THREADS = 8
"""Messages answered at once, as many as by a web process."""
CALL_SECONDS, ROUND_SECONDS = 10, 1.0
FIRST_WAIT, LONGEST_WAIT, REFUSED_WAIT = 1.0, 30.0, 60.0
"""Seconds until we try again: doubling while Slack cannot be reached, slowly while it does not want us."""
PING_SECONDS, SILENT_SECONDS = 10.0, 30.0
"""How often we ask whether somebody is there, and how long they may say nothing."""
SWITCHED_OFF = "link_disabled"
OF_THE_TOKEN = {
    "invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "token_expired", "account_inactive",
    "missing_scope",
}  # fmt: skip
Tell = Callable[[str], None]


class Talking(threading.Thread):
    """One connection and the thread that reads it."""

    def __init__(self, line: Line, hear: Callable[[Talking, str], None], ended: Callable[[], None]) -> None:
        super().__init__(name="slack-socket", daemon=True)
        self.line, self._hear, self._tell_ended = line, hear, ended
        self.is_leaving = False  # Slack has said that it will end this one
        self.pinged_at = time.monotonic()

    def run(self) -> None:
        """Read until it ends. Nothing that comes may end it but Slack."""
        for text in self.line.texts():
            try:
                self._hear(self, text)
            except Exception:
                log.exception("slack.socket_not_heard")
        self._tell_ended()

    def look_after(self, now: float) -> None:
        """Ask whether Slack is still there, and give up a connection in which nothing was heard for long."""
        if now - self.line.heard_at > SILENT_SECONDS:
            log.warning("slack.socket_silent")
            self.line.close()
        elif now - self.pinged_at > PING_SECONDS:
            self.pinged_at = now
            try:
                self.line.ping()
            except LineLost:
                self.line.close()


class Listener:
    """Holds a connection open, answers what comes, opens the next one; until it is stopped."""

    def __init__(self, app: Flask, app_token: str, base_url: str, tell: Tell) -> None:
        self._app, self._tell = app, tell
        self._call = Wire(app_token, base_url, CALL_SECONDS).call
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="slack-answer")
        self._lines: list[Talking] = []
        self._stop, self._news = threading.Event(), threading.Event()
        self._next_try, self._wait, self._told = 0.0, FIRST_WAIT, ""

    def stop(self) -> None:
        """Take nothing more; what was begun is finished and acknowledged. Safe in a signal handler."""
        self._stop.set()
        self._news.set()

    def run(self) -> None:
        """Until `stop`."""
        try:
            while not self._stop.is_set():
                self._look_after(time.monotonic())
                self._news.wait(ROUND_SECONDS)
                self._news.clear()
        finally:
            self._pool.shutdown(wait=True)
            for talking in self._lines:
                talking.line.close()
        self._tell("Socket Mode: stopped; what was begun is finished.")

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection that Slack will go on using."""
        return any(not (talking.line.ended or talking.is_leaving) for talking in self._lines)

    def _look_after(self, now: float) -> None:
        self._lines = [talking for talking in self._lines if not talking.line.ended]
        for talking in self._lines:
            talking.look_after(now)
        if not self.is_connected and now >= self._next_try:
            self._connect()

    def _connect(self) -> None:
        """Open one more connection, or say once why there is none and when we try again."""
        try:
            line = connect(self._call("apps.connections.open").word("url"))
        except SlackProblem as problem:
            self._later(problem.error, _pause_after(problem, self._pause()), said_of(problem))
        except LineLost as lost:
            self._later("no_connection", self._pause(), f"the connection to Slack does not come about ({lost})")
        else:
            talking = Talking(line, self._hear, self._news.set)
            self._lines.append(talking)
            talking.start()

    def _pause(self) -> float:
        pause, self._wait = self._wait, min(self._wait * 2, LONGEST_WAIT)
        return pause

    def _later(self, error: str, pause: float, why: str) -> None:
        self._next_try = time.monotonic() + pause
        log.warning("slack.socket_closed", error=error, seconds=pause)
        if self._told != error:
            self._told = error
            self._tell(f"Socket Mode: {why}. Nothing is lost; we keep trying.")

    def _hear(self, talking: Talking, text: str) -> None:
        message = json.loads(text)
        kind = message.get("type")
        if kind == "hello":
            self._greeted(talking, message)
        elif kind == "disconnect":
            self._leave(talking, str(message.get("reason", "")))
        elif isinstance(message.get("envelope_id"), str) and not self._stop.is_set():
            self._pool.submit(self._take, talking, message)

    def _leave(self, talking: Talking, reason: str) -> None:
        """Slack will end this connection: open the next one at once, unless Socket Mode was switched off."""
        log.info("slack.socket_refreshes", reason=reason)
        talking.is_leaving = True
        if reason == SWITCHED_OFF:
            self._later(
                reason, REFUSED_WAIT, "Socket Mode is switched off in the app's settings (Socket Mode > Enable)"
            )
        else:
            self._next_try = 0.0
        self._news.set()

    def _greeted(self, talking: Talking, hello: Mapping[str, Any]) -> None:
        """Slack is there, and says for which app. A token of another app would bring us what is not ours."""
        spoken_for = str((hello.get("connection_info") or {}).get("app_id") or "")
        with self._app.app_context():
            ours = home()
        if ours is not None and ours.app and spoken_for and spoken_for != ours.app:
            self._later(
                "foreign_app", REFUSED_WAIT, f"SLACK_APP_TOKEN is app {spoken_for}'s, SLACK_BOT_TOKEN {ours.app}'s"
            )
            talking.line.close()
            return
        self._wait = FIRST_WAIT
        if self._told != "connected":
            self._told = "connected"
            self._tell("Socket Mode: connected; commands, buttons and forms reach this process.")

    def _take(self, talking: Talking, message: Mapping[str, Any]) -> None:
        """Answer one envelope. What could not be taken is not acknowledged."""
        try:
            kind = str(message.get("type"))
            with patience(PATIENCE), self._app.app_context():
                status, body = answer(kind, message.get("payload"))
                MESSAGES.labels(f"socket:{kind}", status.value).inc()
                if status is HTTPStatus.OK:
                    self._acknowledge(talking, message, body)
        except Exception:
            log.exception("slack.socket_not_taken")

    def _acknowledge(self, talking: Talking, message: Mapping[str, Any], body: dict[str, Any]) -> None:
        """Through the connection it came by, else through another; words nobody takes go to the response url."""
        envelope: dict[str, Any] = {"envelope_id": message["envelope_id"]}
        if body and message.get("accepts_response_payload", True):
            envelope["payload"] = body
        said = json.dumps(envelope, ensure_ascii=False)
        for each in (talking, *self._lines):
            try:
                each.line.send(said)
            except LineLost:
                continue
            return
        log.warning("slack.socket_not_acknowledged", kind=message.get("type"))
        place = str((message.get("payload") or {}).get("response_url") or "")
        if place and body.get("text"):
            transport().respond(place, body)


def try_token(app_token: str, base_url: str) -> SlackProblem | None:
    """Why Slack would open no connection with this token, None if it would."""
    try:
        Wire(app_token, base_url, CALL_SECONDS).call("apps.connections.open")
    except SlackProblem as problem:
        return problem
    return None


def said_of(problem: SlackProblem) -> str:
    """Why Slack opens no connection, and what to do, for whoever runs the installation."""
    if problem.error in OF_THE_TOKEN:
        return (
            f"Slack does not take SLACK_APP_TOKEN ({problem.error}). Make an app-level token with connections:write"
            " (Basic Information > App-Level Tokens), set it, start again"
        )
    explained = explain(problem.error, problem.method)
    cause, remedy = (Reader("en").say(words).rstrip(".") for words in (explained.cause, explained.remedy))
    return f"no connection to Slack ({problem.error}): {cause}. {remedy}"


def _pause_after(problem: SlackProblem, pause: float) -> float:
    wait = REFUSED_WAIT if isinstance(problem, WorkspaceBroken) else float(problem.retry_after)
    return max(pause, wait)


@permit("slack.speak")
def answer(kind: str, payload: object) -> tuple[HTTPStatus, dict[str, Any]]:
    """Only Slack speaks through a connection that we opened with our own token."""
    return receive(lambda: reading.read_envelope(kind, payload))
