"""The one place that speaks SMTP. It sends once and repeats nothing: whoever asked decides."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app

from collab.mail.letter import Letter, written
from collab.mail.problems import MailAmbiguous, MailBroken, MailLater, MailProblem

log = structlog.get_logger(__name__)
TIMEOUT = 10
"""Seconds each step may take."""
PORTS = {"smtp": 587, "smtps": 465}
GO_ON, TAKEN, REFUSED = 354, 250, 500
_DOT = re.compile(rb"^\.", re.MULTILINE)
_AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Mailer:
    """The company's mail server and in whose name we write."""

    host: str
    port: int
    sender: str
    from_the_start: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, sender: str) -> Mailer:
        """From an address such as `smtps://user:pass@host:465`; `smtp://` begins in the clear and asks for TLS."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "", port=parts.port or PORTS[parts.scheme], sender=sender,
            from_the_start=parts.scheme == "smtps", user=unquote(parts.username or ""), password=unquote(parts.password or ""),
        )  # fmt: skip

    def send(self, letter: Letter, now: datetime) -> None:
        """Hand a letter over. Raises MailProblem, by what it means for the letter."""
        try:
            content = written(letter, self.sender, now)
            with self._connected() as line:
                self._envelope(line, letter.to)
                _hand_over(line, content)
        except MailProblem as problem:
            log.warning("mail.problem", error=problem.error, kind=problem.kind, detail=problem.detail)
            raise

    def check(self) -> None:
        """Greet the server and sign in, send nothing. Raises MailProblem."""
        with self._connected():
            pass

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        with _nothing_done():
            line = self._open()
        try:
            with _nothing_done():
                self._greet(line)
            yield line
            with suppress(OSError, smtplib.SMTPException):
                line.quit()
        finally:
            line.close()

    def _open(self) -> smtplib.SMTP:
        if self.from_the_start:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def _greet(self, line: smtplib.SMTP) -> None:
        """TLS wherever it is offered; a password never goes over an open line to another machine."""
        line.ehlo_or_helo_if_needed()
        if not self.from_the_start and line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
        elif self.user and not self.from_the_start and self.host not in _AT_HOME:
            raise MailBroken("no_tls", everybody=True)
        if self.user:
            line.login(self.user, self.password)

    def _envelope(self, line: smtplib.SMTP, to: str) -> None:
        if not to.isascii():
            raise MailBroken("address_not_ascii")
        with _nothing_done():
            line.ehlo_or_helo_if_needed()
            _said(line.mail(self.sender), everybody=True)
            _said(line.rcpt(to))
            _said(line.docmd("DATA"), wanted=GO_ON)


@contextmanager
def _nothing_done() -> Iterator[None]:
    """Before the letter itself has left nothing can have come of it."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _by_number(error.smtp_code, error.smtp_error, everybody=True) from error
    except ssl.SSLCertVerificationError as error:
        raise MailBroken("certificate", error.verify_message, everybody=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailBroken("no_sign_in", everybody=True) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:  # SMTPException is an OSError; named to be read
        raise MailLater("no_connection", type(error).__name__) from error


def _hand_over(line: smtplib.SMTP, content: bytes) -> None:
    """The letter and the last dot; from here on only an answer can tell."""
    try:
        line.send(_DOT.sub(b"..", content) + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"))
        answer = line.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailAmbiguous("answer_lost", type(error).__name__) from error
    _said(answer)


def _said(answer: tuple[int, bytes], *, wanted: int = TAKEN, everybody: bool = False) -> None:
    code, words = answer
    if code != wanted and not (wanted == TAKEN and 200 <= code < 300):
        raise _by_number(code, words, everybody=everybody)


def _by_number(code: int, words: bytes | str, *, everybody: bool) -> MailProblem:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if code >= REFUSED:
        return MailBroken(f"smtp_{code}", said[:200], everybody=everybody)
    return MailLater(f"smtp_{code}", said[:200])


def mailer() -> Mailer | None:
    """How letters leave this installation; None: they do not."""
    found: Mailer | None = current_app.extensions.get("mail")
    return found


def configured() -> bool:
    """Whether letters can be sent at all."""
    return mailer() is not None
