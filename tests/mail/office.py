"""A mail server that really is one: what it took, and what it says to an address and to a letter."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.installation import free_port


class Post:
    """A post office: what it took, and what it says to an address and to a letter."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to_address, self.to_letter = "250 OK", "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_address

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_letter.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return self.to_letter


@contextmanager
def post_office(post: Post, **options: Any) -> Iterator[int]:
    """Open for as long as the block; the port."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    yield int(controller.port)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it closes its loop before its lines
        controller.stop()
        gc.collect(1)  # they are young
