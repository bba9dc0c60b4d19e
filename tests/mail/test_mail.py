"""Letters against a real mail server: what arrives, and what each way it can end means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from collab.mail.client import Mailer
from collab.mail.letter import Letter
from collab.mail.problems import MailAmbiguous, MailBroken, MailLater, MailProblem
from tests.mail.office import Post, post_office

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LETTER = Letter(
    "mika@example.com", "11月16日〜22日の週次まとめ: 要対応 3件", "要対応 3件\n.\n..dots\n- PR-12", "<p>要対応 3件</p>",
    "digest.2026-W47.7", "https://collab.example.com/me/digest", "ja",
)  # fmt: skip


Open = Callable[..., Mailer]


@pytest.fixture(scope="module")
def open_one() -> Iterator[tuple[Post, int]]:
    """A mail server for all tests of this file, and its port."""
    post = Post()
    with post_office(post) as port:
        yield post, port


@pytest.fixture
def post(open_one: tuple[Post, int]) -> Post:
    """The server, as if nobody had been there before."""
    found = open_one[0]
    vars(found).update(vars(Post()))
    return found


@pytest.fixture
def office(open_one: tuple[Post, int], post: Post) -> Iterator[Open]:
    """A mailer to it, or to one of our own that asks for something more."""
    with ExitStack() as others:

        def opened(credentials: str = "", **options: Any) -> Mailer:
            port = others.enter_context(post_office(post, **options)) if options else open_one[1]
            return Mailer.of(f"smtp://{credentials}127.0.0.1:{port}", "collab@example.com")

        yield opened


def kind_of(caught: pytest.ExceptionInfo[MailProblem]) -> tuple[str, str]:
    return caught.value.kind, caught.value.error


def test_a_letter_arrives_in_both_forms_under_its_own_name(office: Open, post: Post) -> None:
    office().send(LETTER, NOW)
    (arrived,) = post.taken
    assert arrived["Subject"] == LETTER.subject
    assert arrived["To"] == "mika@example.com"
    assert arrived["Message-ID"] == "<digest.2026-W47.7@example.com>"
    assert arrived["List-Unsubscribe"] == "<https://collab.example.com/me/digest>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    plain, page = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text + "\n"
    assert "要対応" in page.get_content()


@pytest.mark.filterwarnings("ignore")  # the server warns of what it is told to do here
def test_the_server_may_ask_for_a_name_and_a_password(office: Open, post: Post) -> None:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: LoginPassword) -> AuthResult:
        return AuthResult(success=data.password == b"p@ss:word", handled=False)

    asks: dict[str, Any] = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    office("collab:p%40ss%3Aword@", **asks).send(LETTER, NOW)
    assert len(post.taken) == 1
    with pytest.raises(MailBroken) as caught:
        office("collab:other@", **asks).send(LETTER, NOW)
    assert kind_of(caught) == ("broken", "smtp_535")
    assert caught.value.everybody, "nobody gets a letter until somebody mends it"
    assert "other" not in str(caught.value)


@pytest.mark.parametrize(
    ("to_address", "to_letter", "kind"),
    [
        ("550 no such person", "250 OK", ("broken", "smtp_550")), ("452 too many", "250 OK", ("later", "smtp_452")),
        ("250 OK", "451 come again", ("later", "smtp_451")), ("250 OK", "554 not like this", ("broken", "smtp_554")),
    ],
)  # fmt: skip
def test_a_refusal_says_whether_it_helps_to_come_again(
    office: Open, post: Post, to_address: str, to_letter: str, kind: tuple[str, str]
) -> None:
    post.to_address, post.to_letter = to_address, to_letter
    with pytest.raises(MailProblem) as caught:
        office().send(LETTER, NOW)
    assert kind_of(caught) == kind
    assert not getattr(caught.value, "everybody", False), "only this letter is concerned"
    assert not post.taken


def test_nobody_at_home_is_later() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(MailLater):
        Mailer.of(f"smtp://127.0.0.1:{port}", "collab@example.com").send(LETTER, NOW)


@pytest.mark.parametrize(("answers", "problem"), [(3, MailLater), (5, MailAmbiguous)])
def test_a_lost_line_is_ambiguous_only_once_the_letter_has_left(answers: int, problem: type[MailProblem]) -> None:
    """The server hangs up instead of its next answer: before the letter (greeting, EHLO, MAIL), or after it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = threading.Thread(target=_hang_up_after, args=(door, answers), daemon=True)
        server.start()
        with pytest.raises(problem):
            Mailer.of(f"smtp://127.0.0.1:{door.getsockname()[1]}", "collab@example.com").send(LETTER, NOW)
        server.join(5)


def _hang_up_after(door: socket.socket, answers: int) -> None:
    line, _ = door.accept()
    with line, line.makefile("rb") as heard:
        for answer in [b"220 hello", b"250 hello", b"250 OK", b"250 OK", b"354 go on"][:answers]:
            line.sendall(answer + b"\r\n")
            heard.readline()
        while answers == 5 and heard.readline() not in (b".\r\n", b""):
            pass


@pytest.mark.parametrize("to", ["美香@example.com", "mika@example.com\nBcc: all@example.com", "@"])
def test_what_is_no_address_gets_no_letter(office: Open, post: Post, to: str) -> None:
    with pytest.raises(MailBroken):
        office().send(Letter(to, "a", "b", "<p>c</p>", "d", "https://e.example"), NOW)
    assert not post.taken


def test_a_password_never_travels_in_the_clear_to_another_machine(
    office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer = office("collab:secret@")
    monkeypatch.setattr("collab.mail.client._AT_HOME", frozenset())
    with pytest.raises(MailBroken) as caught:
        mailer.send(LETTER, NOW)
    assert kind_of(caught) == ("broken", "no_tls")
    assert "secret" not in repr(mailer)


def test_addresses_of_servers_are_understood() -> None:
    assert (Mailer.of("smtps://mail.example.com", "c@example.com").port) == 465
    plain = Mailer.of("smtp://u:p%2Fw@mail.example.com", "c@example.com")
    assert (plain.port, plain.user, plain.password, plain.from_the_start) == (587, "u", "p/w", False)
