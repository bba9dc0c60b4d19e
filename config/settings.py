"""Every setting an installation can have, read once from the environment and checked before anything starts.

The defaults need no server: an SQLite file and a private broker under `var/`. A value that cannot work stops the
start with one line that names the variable, says what is wrong and what to write. No value of a secret is repeated.
"""

import difflib
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, quote, urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

ROOT = Path(__file__).resolve().parent.parent
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 32
LONGEST_SOCKET = 100  # bytes; Linux takes 107 and macOS 103, whatever else a path may be
BROKERS = ("redis://", "rediss://", "redis+socket://", "amqp://", "amqps://")
SLACK_API = "https://slack.com/api/"
MESSAGES_PER_MINUTE = 300
_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
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
    }
)


class BadSetting(SystemExit):
    """A setting that cannot work. Uncaught, it ends the process with its one line instead of a traceback."""

    def __init__(self, name: str, wrong: str, write: str) -> None:
        super().__init__(f"{name} {wrong}. {write}.")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this installation is; `repr` leaves out whatever may carry a secret."""

    secret_key: str = field(repr=False)
    base_url: str
    port: int
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    embedded_broker: bool
    embedded_database: bool
    config_dir: Path
    var_dir: Path
    audit_anchor: str | None = None
    demo: bool = False
    heartbeat_url: str | None = field(default=None, repr=False)
    sweep_seconds: int = 5
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_api_url: str = SLACK_API
    slack_messages_per_minute: int = MESSAGES_PER_MINUTE
    smtp_url: str | None = field(default=None, repr=False)
    smtp_from: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ`; without one, from the process environment, with `.env` behind it."""
    env = _Environment(surroundings() if environ is None else environ)
    env.refuse_misspelt()
    var_dir = _writable_dir(env.path("COLLAB_VAR_DIR", ROOT / "var"))
    port = env.number("PORT", 8000, least=1, most=65535)
    base_url = _base_url(env, port)
    database_url = _database_url(env, var_dir)
    broker_url = _broker_url(env, var_dir)
    oidc_issuer, oidc_client_id, oidc_client_secret = _oidc(env)
    demo = _demo(env, base_url, oidc_issuer)
    bot_token, signing_secret, app_token = _slack(env)
    smtp_url, smtp_from = _smtp(env)
    embedded_database = env.text("COLLAB_DATABASE_URL") is None
    return Settings(
        secret_key=_secret_key(env, var_dir, may_invent=demo or embedded_database),
        base_url=base_url,
        port=port,
        database_url=database_url,
        broker_url=broker_url,
        embedded_broker=env.text("COLLAB_BROKER_URL") is None,
        embedded_database=embedded_database,
        config_dir=_config_dir(env),
        var_dir=var_dir,
        audit_anchor=_audit_anchor(env),
        demo=demo,
        heartbeat_url=_heartbeat_url(env),
        sweep_seconds=env.number("COLLAB_SWEEP_SECONDS", 5, least=1, most=300),
        slack_bot_token=bot_token,
        slack_signing_secret=signing_secret,
        slack_app_token=app_token,
        slack_api_url=_slack_api_url(env),
        slack_messages_per_minute=env.number(
            "COLLAB_SLACK_MESSAGES_PER_MINUTE", MESSAGES_PER_MINUTE, least=1, most=100_000
        ),
        smtp_url=smtp_url,
        smtp_from=smtp_from,
        oidc_issuer=oidc_issuer,
        oidc_client_id=oidc_client_id,
        oidc_client_secret=oidc_client_secret,
    )


def surroundings() -> dict[str, str]:
    """The process environment, with `.env` behind it: what was set for this very start wins over the file."""
    return _dotenv(ROOT / ".env") | dict(os.environ)


def is_this_machine(url: str) -> bool:
    """Whether only a browser on this machine can mean us by `url`."""
    try:
        return urlsplit(url).hostname in THIS_MACHINE
    except ValueError:
        return False


class _Environment:
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


def _writable_dir(path: Path) -> Path:
    """The private directory for everything we keep; it holds secrets, so nobody else may look inside."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            "COLLAB_VAR_DIR", f"cannot be made at {path}: {error.strerror}", "Write a directory where we may write"
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise BadSetting("COLLAB_VAR_DIR", f"is not writable: {path}", "Write a directory where we may write")
    return path


def _config_dir(env: _Environment) -> Path:
    path = env.path("COLLAB_CONFIG_DIR", ROOT / "config")
    if not path.is_dir():
        raise BadSetting(
            "COLLAB_CONFIG_DIR", f"is not a directory: {path}", "Write the directory with routes/ and calendars/"
        )
    return path


def _web_address(name: str, text: str) -> SplitResult:
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


def _base_url(env: _Environment, port: int) -> str:
    text = env.text("COLLAB_BASE_URL")
    if text is None:
        return f"http://127.0.0.1:{port}"
    parts = _web_address("COLLAB_BASE_URL", text)
    if parts.path.strip("/"):
        raise BadSetting(
            "COLLAB_BASE_URL",
            f"has a path ({parts.path})",
            "Write only scheme, host and port: Collab owns its whole host",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(env: _Environment, var_dir: Path) -> str:
    """Where the rows are, in SQLAlchemy's words; the usual spellings of PostgreSQL are understood."""
    name, text = "COLLAB_DATABASE_URL", env.text("COLLAB_DATABASE_URL")
    if text is None:
        return f"sqlite:///{var_dir / 'collab.db'}"
    scheme, separator, rest = text.partition("://")
    if separator and rest and scheme in {"postgresql+psycopg", "postgresql", "postgres"}:
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return _sqlite_url(name, rest)
    shown = scheme if separator else "no address"
    raise BadSetting(
        name, f"is for {shown}", "Write postgresql+psycopg://user:password@host/name or sqlite:////path/to/file.db"
    )


def _sqlite_url(name: str, rest: str) -> str:
    """An SQLite file by its absolute path: a relative one would mean another file in each process."""
    file = rest.removeprefix("/").partition("?")[0]
    if not rest.startswith("/") or file in {"", ":memory:"}:
        raise BadSetting(
            name, "names no file", "Write sqlite:////path/to/file.db: web and worker must see the same rows"
        )
    return f"sqlite:///{ROOT / file}"


def _broker_url(env: _Environment, var_dir: Path) -> str:
    text = env.text("COLLAB_BROKER_URL")
    if text is None:
        return f"redis+socket://{quote(str(_broker_socket(var_dir)))}"
    if not text.startswith(BROKERS):
        scheme = text.partition("://")[0] if "://" in text else "no address"
        raise BadSetting(
            "COLLAB_BROKER_URL", f"is for {scheme}", "Write redis://host:6379/0 or amqp://user:password@host//"
        )
    return text


def _broker_socket(var_dir: Path) -> Path:
    """Where the embedded broker listens: `var/broker.sock`, or a short private place when that path is too long.

    Every process works the same place out for itself, so it depends on nothing but `var_dir` and the user.
    """
    socket = var_dir / "broker.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET:
        return socket
    digest = hashlib.sha256(os.fsencode(var_dir)).hexdigest()[:12]
    return Path("/tmp") / f"collab-{os.getuid()}-{digest}" / "broker.sock"  # noqa: S108  (owner and mode are checked before use)


def _audit_anchor(env: _Environment) -> str | None:
    """A path (absolute from here on) or an address away from the database."""
    text = env.text("COLLAB_AUDIT_ANCHOR")
    if text is None:
        return None
    if "://" in text:
        _web_address("COLLAB_AUDIT_ANCHOR", text)
        return text
    return str(env.path("COLLAB_AUDIT_ANCHOR", ROOT))


def _oidc(env: _Environment) -> tuple[str | None, str | None, str | None]:
    """The company's sign-in: all three settings, or none."""
    issuer = env.text("OIDC_ISSUER")
    _all_or_none(env, "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    if issuer is not None:
        parts = _web_address("OIDC_ISSUER", issuer)
        if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
            raise BadSetting("OIDC_ISSUER", "is not https", "Write the provider's https address")
    return issuer, env.text("OIDC_CLIENT_ID"), env.text("OIDC_CLIENT_SECRET")


def _heartbeat_url(env: _Environment) -> str | None:
    """Who is told each minute that clocks run; what stands in the address is often the secret, so it is never repeated."""
    text = env.text("COLLAB_HEARTBEAT_URL")
    if text is not None:
        _web_address("COLLAB_HEARTBEAT_URL", text.partition("?")[0])
    return text


def _demo(env: _Environment, base_url: str, oidc_issuer: str | None) -> bool:
    """Entering by picking a name is only for a machine that nobody else reaches."""
    demo = env.flag("COLLAB_DEMO")
    if demo and oidc_issuer:
        raise BadSetting(
            "COLLAB_DEMO", "is 1 together with OIDC_ISSUER", "Write COLLAB_DEMO=0: members sign in with the provider"
        )
    if demo and not is_this_machine(base_url):
        raise BadSetting(
            "COLLAB_DEMO",
            f"is 1 but COLLAB_BASE_URL is {base_url}",
            "Write COLLAB_DEMO=0: anybody could enter as anyone",
        )
    return demo


def _slack(env: _Environment) -> tuple[str | None, str | None, str | None]:
    """Bot token, signing secret, app token. A secret alone is fine: commands are verified, answers stay on the preview. With
    an app token (Socket Mode) nobody need reach us, and no secret is needed."""
    bot, secret, app = (env.text(name) for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"))
    if bot and bot.startswith(("xapp-", "xoxp-")):
        raise BadSetting("SLACK_BOT_TOKEN", "is another kind of token", "Write the bot token, which begins with xoxb-")
    if app and not app.startswith("xapp-"):
        raise BadSetting(
            "SLACK_APP_TOKEN", "is another kind of token", "Write the app-level token, which begins with xapp-"
        )
    if bot and not secret and not app:
        raise BadSetting(
            "SLACK_SIGNING_SECRET",
            "is missing while SLACK_BOT_TOKEN is set",
            "Write it, or SLACK_APP_TOKEN (Socket Mode), or remove SLACK_BOT_TOKEN",
        )
    if app and not bot:
        _missing("SLACK_BOT_TOKEN", because="SLACK_APP_TOKEN")
    return bot, secret, app


def _slack_api_url(env: _Environment) -> str:
    text = env.text("SLACK_API_URL")
    if text is None:
        return SLACK_API
    _web_address("SLACK_API_URL", text)
    return text.rstrip("/") + "/"  # the client joins method names to it


def _smtp(env: _Environment) -> tuple[str | None, str | None]:
    """The company's mail server and in whose name letters go: both, or neither. The address may carry a password, so it is
    never repeated."""
    _all_or_none(env, "SMTP_URL", "SMTP_FROM")
    url, sender = env.text("SMTP_URL"), env.text("SMTP_FROM")
    if url is None or sender is None:
        return None, None
    write = "Write smtp://user:password@host:587, or smtps:// for TLS from the start"
    try:
        parts = urlsplit(url)
        bad_port = parts.port == 0
    except ValueError:
        raise BadSetting("SMTP_URL", "is not an address", write) from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or bad_port or parts.path.strip("/"):
        raise BadSetting("SMTP_URL", "is not the address of a mail server", write)
    if parts.query or parts.fragment or any(map(str.isspace, url)):
        raise BadSetting(
            "SMTP_URL", "carries a query, a fragment or a blank", "Write such signs of a password as %3F, %23, %20"
        )
    if bool(parts.username) != bool(parts.password):
        raise BadSetting("SMTP_URL", "names a user or a password alone", write)
    if not _MAILBOX.fullmatch(sender):
        raise BadSetting("SMTP_FROM", "is no mail address", "Write the address alone, such as collab@example.com")
    return url, sender


def _all_or_none(env: _Environment, *names: str) -> None:
    given = [name for name in names if env.text(name)]
    for name in names:
        if given and name not in given:
            _missing(name, because=given[0])


def _missing(name: str, *, because: str) -> NoReturn:
    raise BadSetting(name, f"is missing while {because} is set", f"Write both, or remove {because}")


def _secret_key(env: _Environment, var_dir: Path, *, may_invent: bool) -> str:
    """The key that signs sessions: given, or invented once for an installation that keeps to itself."""
    name, given = "COLLAB_SECRET_KEY", env.text("COLLAB_SECRET_KEY")
    advice = 'Write the output of: python -c "import secrets; print(secrets.token_urlsafe(48))"'
    if given is None and may_invent:
        return _kept_secret(var_dir / "secret_key")
    if given is None:
        raise BadSetting(name, "is missing while COLLAB_DATABASE_URL is set", advice)
    if len(given) < SHORTEST_SECRET:
        raise BadSetting(name, f"is shorter than {SHORTEST_SECRET} characters", advice)
    return given


def _kept_secret(file: Path) -> str:
    """The secret in `file`, made on first use. Of processes starting at once, the first to link its secret wins."""
    if not file.exists():
        descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".secret_key-")  # mode 0600 from the start
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(48))
                stream.flush()
                os.fsync(stream.fileno())
            Path(file).hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its secret is ours
        finally:
            Path(draft).unlink()
    kept = file.read_text(encoding="ascii").strip()
    if len(kept) < SHORTEST_SECRET:
        raise BadSetting(
            "COLLAB_SECRET_KEY",
            f"kept in {file} is damaged",
            "Remove that file (members sign in again) or set the variable",
        )
    return kept
