"""Logs: one JSON object a line in production, readable on a developer's console, and never with a secret in them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from config.settings import Settings

SCRUBBED = "[secret]"
_TOKENS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]+"  # Slack's bot, user and refresh tokens
    r"|xapp-[\w-]+"  # its app-level tokens
    r"|(?<=[Bb]earer )[\w.~+/=-]+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]*(?=@)"  # user:password@ of an address
    r"|(?<=hooks\.slack\.com/)[\w/]+"  # a response_url is a key too
    r"|(?<=/invitations/)[\w-]{20,}|(?<=/sign-in/link/)[\w-]{20,}|(?<=/link/)[\w-]{20,}"  # who has the code comes in
)
_SECRET_NAMES = re.compile(r"token|secret|password|authorization|cookie|signature|api_?key", re.IGNORECASE)
# Chatty at INFO about nothing: one line per job that came and went, every few seconds.
_QUIET = (
    "alembic",
    "celery.worker.strategy",
    "celery.app.trace",
    "celery.beat",
    "celery.redirected",
    "kombu",
    "slack_sdk",
    "urllib3",
)


def configure(settings: Settings) -> None:
    """Set up logging for this process; ours and the libraries' lines come out alike."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,  # the request's id, the job's name
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_endings(readable=_readable(settings)))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def scrub(value: Any) -> Any:
    """`value` without secrets, however deep they sit."""
    if isinstance(value, str):
        return _TOKENS.sub(SCRUBBED, value)
    if isinstance(value, MutableMapping):
        return {
            key: SCRUBBED if _SECRET_NAMES.search(str(key)) and inner else scrub(inner) for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(inner) for inner in value]
    if isinstance(value, int | float | bool | None):
        return value
    return scrub(repr(value))  # an exception, an object: its text may quote what it was given


def _readable(settings: Settings) -> bool:
    """A person reads along: at a terminal, or under `make run`, whose supervisor stands between."""
    return settings.demo or sys.stderr.isatty()


def _endings(*, readable: bool) -> list[Processor]:
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _scrub_all,
        last,
    ]


def _scrub_all(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last before rendering, so nothing added earlier escapes: texts, arguments and tracebacks alike."""
    return {key: SCRUBBED if _SECRET_NAMES.search(key) and inner else scrub(inner) for key, inner in event.items()}
