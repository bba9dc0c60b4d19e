"""Forged and broken messages, every kind at every address: always a 4xx, never a failure of ours, and no row changed."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from tests.parts.databases import on_both
from tests.slack.people import MIKA, Deliver, file
from tests.slack.tape import changed, everything
from tests.slack_double import SlackDouble
from tests.slack_double.wire import signed

COMMANDS, INTERACTIONS, EVENTS = ADDRESSES = ("/slack/commands", "/slack/interactions", "/slack/events")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SECRET, NOW = "double-signing-secret", 1794963600
TEAM, APP = "T0DOUBLE", "A0DOUBLE"
DEEP = "[" * 20_000 + "]" * 20_000


@dataclass(frozen=True)
class Attack:
    """What somebody sends: a body, headers, a verb, and the answers that are right."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    right: tuple[int, ...] = (401,)
    method: str = "POST"
    chunked: bool = False


def stamped(body: bytes, stamp: str = str(NOW), secret: str = SECRET) -> dict[str, str]:
    return signed(secret, stamp, body)


def plausible(address: str, user: str, **changes: object) -> dict[str, object]:
    """What Slack would send, for a member who may do it; `changes` replace or (None) remove parts."""
    bodies: dict[str, dict[str, object]] = {
        COMMANDS: {
            "team_id": TEAM, "user_id": user, "command": "/collab", "text": "withdraw PR-1", "trigger_id": "1.2.3",
            "api_app_id": APP,
        },
        INTERACTIONS: {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "trigger_id": "1.2.3",
            "api_app_id": APP, "actions": [{"action_id": "approval.approve", "block_id": "b", "value": "PR-1:1"}],
        },
        EVENTS: {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event_id": "Ev1", "event_time": NOW,
            "event": {"type": "user_change", "user": {"id": user, "team_id": TEAM, "deleted": True}},
        },
    }  # fmt: skip
    merged = {**bodies[address], **changes}
    return {name: value for name, value in merged.items() if value is not None}


def encoded(address: str, body: dict[str, object] | str) -> bytes:
    """As Slack encodes it; a text stands where the JSON would."""
    if address == COMMANDS:
        return urlencode(body).encode() if isinstance(body, dict) else body.encode()
    text = json.dumps(body) if isinstance(body, dict) else body
    return text.encode() if address == EVENTS else urlencode({"payload": text}).encode()


Make = Callable[[str, str], Attack]
"""An attack on an address in the name of a Slack user."""


def unsigned(**headers: str) -> Make:
    return lambda address, user: Attack(encoded(address, plausible(address, user)), headers)


def with_headers(**changes: str | bytes) -> Make:
    """Signed well, then these headers put in their place."""

    def make(address: str, user: str) -> Attack:
        body = encoded(address, plausible(address, user))
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        return Attack(body, {**stamped(body), **named})

    return make


def with_stamp(stamp: str) -> Make:
    def make(address: str, user: str) -> Attack:
        body = encoded(address, plausible(address, user))
        return Attack(body, stamped(body, stamp))

    return make


def well_signed(body: Callable[[str, str], bytes], *right: int, **more: object) -> Make:
    def make(address: str, user: str) -> Attack:
        made = body(address, user)
        return Attack(made, {**stamped(made)}, right or (400,), **more)

    return make


def changed_body(**changes: dict[str, object]) -> Callable[[str, str], bytes]:
    """The plausible body with parts replaced, by the last word of the address."""
    return lambda address, user: encoded(
        address, plausible(address, user, **changes.get(address.rpartition("/")[2], {}))
    )


def another_bodys_signature(address: str, user: str) -> Attack:
    body = encoded(address, plausible(address, user))
    return Attack(body, stamped(body + b"&"))


def truncated(address: str, user: str) -> Attack:
    body = encoded(address, plausible(address, user))
    return Attack(body[: len(body) // 2], stamped(body))


def one_bit_changed(address: str, user: str) -> Attack:
    body = encoded(address, plausible(address, user))
    return Attack(bytes([body[0] ^ 1]) + body[1:], stamped(body))


def broken_text(address: str, user: str) -> bytes:
    return encoded(address, '{"type": "block_act') if address != COMMANDS else b"team_id=T0DOUBLE&user_id"


def a_list(address: str, user: str) -> bytes:
    return encoded(address, "[1, 2]") if address != COMMANDS else b"team_id[]=T0DOUBLE&user_id[]=U1"


def deep(address: str, user: str) -> bytes:
    return encoded(address, DEEP)


def nothing_in_it(address: str, user: str) -> bytes:
    return encoded(address, "{}") if address != COMMANDS else b""


def no_payload(address: str, user: str) -> bytes:
    return b"something=else"


def not_utf8(address: str, user: str) -> bytes:
    return encoded(address, plausible(address, user)) + b"\xff\xfe"


def with_a_nul(address: str, user: str) -> bytes:
    body = plausible(address, user)
    spoilt = {COMMANDS: {"user_id": "U\x00"}, INTERACTIONS: {"user": {"id": "U\x00"}}, EVENTS: {"event_id": "Ev\x00"}}
    return encoded(address, {**body, **spoilt[address]})


def with_half_a_character(address: str, user: str) -> bytes:
    if address == COMMANDS:
        return encoded(address, plausible(address, user)).replace(b"user_id=", b"user_id=%ED%A0%80")
    spoilt = {INTERACTIONS: {"user": {"id": "\ud800"}}, EVENTS: {"event_id": "\ud800"}}
    return encoded(address, {**plausible(address, user), **spoilt[address]})


def two_megabytes(address: str, user: str) -> bytes:
    return encoded(address, plausible(address, user)) + b"&" + b"x" * (2 * 1024 * 1024)


def numbers_for_ids(address: str, user: str) -> bytes:
    spoilt: dict[str, dict[str, object]] = {
        COMMANDS: {"user_id": ""}, INTERACTIONS: {"user": {"id": 7}, "team": {"id": TEAM}}, EVENTS: {"event_id": 7},
    }  # fmt: skip
    return encoded(address, {**plausible(address, user), **spoilt[address]})


def a_field_twice(address: str, user: str) -> bytes:
    body = encoded(address, plausible(address, user))
    again = {COMMANDS: b"&user_id=U0SOMEONE", INTERACTIONS: b"&payload=%7B%7D", EVENTS: b"{}"}
    return body + again[address]


def called(content_type: str) -> Make:
    def make(address: str, user: str) -> Attack:
        body = encoded(address, plausible(address, user))
        return Attack(body, {**stamped(body), "Content-Type": content_type}, (400,))

    return make


def over_http_get(address: str, user: str) -> Attack:
    return Attack(b"", stamped(b""), (404, 405), method="GET")


def over_http_put(address: str, user: str) -> Attack:
    body = encoded(address, plausible(address, user))
    return Attack(body, stamped(body), (400, 404, 405), method="PUT")


def in_unsigned_pieces(address: str, user: str) -> Attack:
    return Attack(encoded(address, plausible(address, user)), {}, (400, 401), chunked=True)


def in_too_many_pieces(address: str, user: str) -> Attack:
    body = two_megabytes(address, user)
    return Attack(body, stamped(body), (400, 401, 413), chunked=True)


FOREIGN_TEAM = changed_body(
    commands={"team_id": "T0OTHER"}, interactions={"team": {"id": "T0OTHER"}}, events={"team_id": "T0OTHER"}
)
FOREIGN_APP = changed_body(
    commands={"api_app_id": "A0OTHER"}, interactions={"api_app_id": "A0OTHER"}, events={"api_app_id": "A0OTHER"}
)

ATTACKS: dict[str, Make] = {
    "no headers at all": unsigned(),
    "a signature and no stamp": unsigned(**{"X-Slack-Signature": "v0=" + "0" * 64}),
    "a stamp and no signature": unsigned(**{"X-Slack-Request-Timestamp": str(NOW)}),
    "a wrong signature": with_headers(X_Slack_Signature="v0=" + "0" * 64),
    "an empty signature": with_headers(X_Slack_Signature=""),
    "a signature of another version": with_headers(X_Slack_Signature="v1=" + "0" * 64),
    "a signature that is not ASCII": with_headers(X_Slack_Signature="v0=\u00e9\u00ff"),
    "a signature of nine thousand characters": with_headers(X_Slack_Signature="v0=" + "0" * 9000),
    "another secret": lambda address, user: Attack(
        encoded(address, plausible(address, user)),
        stamped(encoded(address, plausible(address, user)), secret="guessed"),
    ),
    "the signature of another body": another_bodys_signature,
    "a body cut in half": truncated,
    "a body with one bit changed": one_bit_changed,
    "a stamp of six minutes ago": with_stamp(str(NOW - 361)),
    "a stamp six minutes ahead": with_stamp(str(NOW + 361)),
    "a stamp of four hundred digits": with_stamp("9" * 400),
    "a negative stamp": with_stamp("-1"),
    "a stamp that is a word": with_stamp("soon"),
    "a stamp with a fraction": with_stamp(f"{NOW}.5"),
    "a stamp in other digits": with_headers(X_Slack_Request_Timestamp="\u00b2\u00b3"),
    "another workspace, well signed": well_signed(FOREIGN_TEAM, 401),
    "another app, well signed": well_signed(FOREIGN_APP, 401),
    "not UTF-8, well signed": well_signed(not_utf8),
    "half a JSON or form, well signed": well_signed(broken_text),
    "a list, well signed": well_signed(a_list),
    "nested twenty thousand deep, well signed": well_signed(deep),
    "nothing in it, well signed": well_signed(nothing_in_it),
    "no payload, well signed": well_signed(no_payload),
    "a NUL in an id, well signed": well_signed(with_a_nul),
    "half a character in an id, well signed": well_signed(with_half_a_character),
    "a number or nothing where an id belongs, well signed": well_signed(numbers_for_ids),
    "two megabytes, well signed": well_signed(two_megabytes, 413),
    "a field twice, well signed": well_signed(a_field_twice),
    "called text, well signed": called("text/plain"),
    "called a file, well signed": called("multipart/form-data; boundary=x"),
    "called nothing, well signed": called(""),
    "called something unreadable, well signed": called("\u00e9\u00ff"),
    "GET": over_http_get,
    "PUT": over_http_put,
    "in pieces, unsigned": in_unsigned_pieces,
    "in pieces, two megabytes, well signed": in_too_many_pieces,
}


def strike(slack: SlackDouble, address: str, attack: Attack) -> int:
    """Send it, byte by byte as it is; the status of the answer."""
    parts = urlsplit(slack.product_url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    kind = JSON if address == EVENTS else FORM
    try:
        connection.putrequest(attack.method, address)
        for name, value in {"Content-Type": kind, **attack.headers}.items():
            connection.putheader(name, value.encode("latin-1"))
        if attack.chunked:
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            _in_pieces(connection, attack.body)
        else:
            connection.putheader("Content-Length", str(len(attack.body)))
            connection.endheaders(attack.body or None)
        return connection.getresponse().status
    finally:
        connection.close()


def _in_pieces(connection: http.client.HTTPConnection, body: bytes) -> None:
    """Without saying how long it is; a server that has heard enough may hang up."""
    try:
        for start in range(0, len(body), 65_536):
            piece = body[start : start + 65_536]
            connection.send(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        pass


@pytest.fixture
def target(served: SlackDouble, deliver: Deliver) -> str:
    """Mika's account, tied and with a request on its way that a forgery could take back."""
    file(served)
    deliver()
    return served.play._user_id(MIKA)


@on_both
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_attack_is_refused_and_changes_nothing(
    served: SlackDouble, app: Flask, target: str, address: str
) -> None:
    before = everything(app)
    for how, make in ATTACKS.items():
        attack = make(address, target)
        assert strike(served, address, attack) in attack.right, how
        assert changed(before, everything(app)) == {}, how


@on_both
def test_what_the_attacks_imitate_would_have_worked(served: SlackDouble, app: Flask, target: str) -> None:
    """Otherwise nothing above would mean anything: the same bodies, signed by Slack, do change something."""
    for address in (COMMANDS, EVENTS):
        before = everything(app)
        body = encoded(address, plausible(address, target))
        assert strike(served, address, Attack(body, stamped(body))) == 200
        assert changed(before, everything(app)) != {}


@pytest.mark.parametrize("address", ADDRESSES)
def test_in_pieces_and_well_signed_it_is_answered_without_a_failure(
    served: SlackDouble, target: str, address: str
) -> None:
    """Slack says how long its messages are; a proxy in between may not."""
    body = encoded(address, plausible(address, target))
    assert strike(served, address, Attack(body, stamped(body), chunked=True)) in (200, 400, 401, 411)
