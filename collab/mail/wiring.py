"""How letters leave, where a mail server is set."""

from __future__ import annotations

from typing import Protocol

from flask import Flask

from collab.mail.client import Mailer


class MailSettings(Protocol):
    """What mail needs to know of the settings."""

    @property
    def smtp_url(self) -> str | None: ...
    @property
    def smtp_from(self) -> str | None: ...


def install(app: Flask, settings: MailSettings) -> None:
    """Know the server, if there is one."""
    url, sender = settings.smtp_url, settings.smtp_from
    app.extensions["mail"] = Mailer.of(url, sender) if url and sender else None
