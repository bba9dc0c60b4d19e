"""Reading variables one by one: each typed and checked, and what cannot work said in one line that names it."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

ROOT = Path(__file__).resolve().parent.parent
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
NAMES = frozenset(
    {
        "COLLAB_SECRET_KEY",
        "COLLAB_BASE_URL",
        "COLLAB_DATABASE_URL",
        "COLLAB_BROKER_URL",
        "COLLAB_CONFIG_DIR",
        "COLLAB_VAR_DIR",
        "COLLAB_AUDIT_ANCHOR",
        "COLLAB_DEMO",
        "COLLAB_HEARTBEAT_URL",
        "COLLAB_SLACK_MESSAGES_PER_MINUTE",
        "COLLAB_SWEEP_SECONDS",
        "COLLAB_MEMBER_DOMAINS",
        "COLLAB_MEMBERS_JOIN",
        "COLLAB_API_PER_MINUTE",
        "COLLAB_TRUSTED_PROXIES",
    }
)


class BadSetting(SystemExit):
    """A setting that cannot work. Uncaught, it ends the process with its one line instead of a traceback."""

    def __init__(self, name: str, wrong: str, write: str) -> None:
        super().__init__(f"{name} {wrong}. {write}.")
        self.name = name


def surroundings() -> dict[str, str]:
    """The process environment, with `.env` behind it: what was set for this very start wins over the file."""
    return _dotenv(ROOT / ".env") | dict(os.environ)


def is_this_machine(url: str) -> bool:
    """Whether only a browser on this machine can mean us by `url`."""
    try:
        return urlsplit(url).hostname in THIS_MACHINE
    except ValueError:
        return False


class Environment:
    """Typed reading of variables. An empty value counts as unset, so a copied `.env.example` changes nothing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
            raise BadSetting(
                name, f"is {text[:40]!r}", f"Write a whole number from {least} to {most}, such as {default}"
            )
        return int(text)

    def flag(self, name: str) -> bool:
        text = self.text(name) or "0"
        meaning = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if text.lower() not in meaning:
            raise BadSetting(name, f"is {text[:40]!r}", "Write 1 for yes or 0 for no")
        return meaning[text.lower()]

    def path(self, name: str, default: Path) -> Path:
        """A directory; a relative one is read from the project's root, wherever the process was started."""
        return (ROOT / Path(self.text(name) or default).expanduser()).resolve()

    def refuse_misspelt(self) -> None:
        """A misspelt name would be silently ignored, and the data would land where nobody looks for it."""
        for name in self._environ:
            if name.startswith("COLLAB_") and name not in NAMES:
                for meant in difflib.get_close_matches(name, NAMES, n=1, cutoff=0.92):
                    raise BadSetting(name, "is not a setting", f"Write {meant}, or remove it")


def _dotenv(file: Path) -> dict[str, str]:
    """The pairs of a `.env` file, understood as `flask` understands it; a line that is none stops the start."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8") as stream:
        for binding in parse_stream(stream):
            if binding.error:
                raise BadSetting(f".env line {binding.original.line}", "cannot be read", "Write NAME=value")
    return {name: value or "" for name, value in dotenv_values(file).items()}


def web_address(name: str, text: str) -> SplitResult:
    """An http(s) address in parts; what cannot be one is refused without repeating what may be a password."""
    write = "Write an address such as https://collab.example.com"
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise BadSetting(name, "is not a web address", write) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine or any(map(str.isspace, text)):
        raise BadSetting(name, "is not an http or https address", write)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadSetting(name, "carries a password, a query or a fragment", write)
    return parts


def all_or_none(env: Environment, *names: str) -> None:
    """Settings that mean something together only. Raises BadSetting."""
    given = [name for name in names if env.text(name)]
    for name in names:
        if given and name not in given:
            missing(name, because=given[0])


def missing(name: str, *, because: str) -> NoReturn:
    """Stop the start for a setting another one needs."""
    raise BadSetting(name, f"is missing while {because} is set", f"Write both, or remove {because}")
