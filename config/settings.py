"""Every setting an installation can have, read once from the environment and checked before anything starts.

The defaults need no server: an SQLite file and a private broker under `var/`. A value that cannot work stops the
start with one line that names the variable, says what is wrong and what to write. No value of a secret is repeated.
"""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from config.environment import (
    NAMES,
    ROOT,
    THIS_MACHINE,
    BadSetting,
    Environment,
    is_this_machine,
    surroundings,
    web_address,
)
from config.sign_in import Provider, SignIn, read_sign_in
from config.speaking import SLACK_API, read_slack, read_slack_api_url, read_smtp

__all__ = [
    "NAMES",
    "ROOT",
    "THIS_MACHINE",
    "BadSetting",
    "Provider",
    "Settings",
    "SignIn",
    "is_this_machine",
    "load",
    "surroundings",
]
SHORTEST_SECRET = 32
LONGEST_SOCKET = 100  # bytes; Linux takes 107 and macOS 103, whatever else a path may be
BROKERS = ("redis://", "rediss://", "redis+socket://", "amqp://", "amqps://")
MESSAGES_PER_MINUTE = 300


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
    heartbeat_url: str | None = field(default=None, repr=False)
    sweep_seconds: int = 5
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_api_url: str = SLACK_API
    slack_messages_per_minute: int = MESSAGES_PER_MINUTE
    smtp_url: str | None = field(default=None, repr=False)
    smtp_from: str | None = None
    sign_in: SignIn = field(default_factory=SignIn)

    @property
    def demo(self) -> bool:
        """Whether sample members enter by picking a name."""
        return self.sign_in.demo


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ`; without one, from the process environment, with `.env` behind it."""
    env = Environment(surroundings() if environ is None else environ)
    env.refuse_misspelt()
    var_dir = _writable_dir(env.path("COLLAB_VAR_DIR", ROOT / "var"))
    port = env.number("PORT", 8000, least=1, most=65535)
    base_url = _base_url(env, port)
    database_url = _database_url(env, var_dir)
    broker_url = _broker_url(env, var_dir)
    sign_in = read_sign_in(env, base_url)
    bot_token, signing_secret, app_token = read_slack(env)
    smtp_url, smtp_from = read_smtp(env)
    embedded_database = env.text("COLLAB_DATABASE_URL") is None
    return Settings(
        secret_key=_secret_key(env, var_dir, may_invent=sign_in.demo or embedded_database),
        base_url=base_url,
        port=port,
        database_url=database_url,
        broker_url=broker_url,
        embedded_broker=env.text("COLLAB_BROKER_URL") is None,
        embedded_database=embedded_database,
        config_dir=_config_dir(env),
        var_dir=var_dir,
        audit_anchor=_audit_anchor(env),
        heartbeat_url=_heartbeat_url(env),
        sweep_seconds=env.number("COLLAB_SWEEP_SECONDS", 5, least=1, most=300),
        slack_bot_token=bot_token,
        slack_signing_secret=signing_secret,
        slack_app_token=app_token,
        slack_api_url=read_slack_api_url(env),
        slack_messages_per_minute=env.number(
            "COLLAB_SLACK_MESSAGES_PER_MINUTE", MESSAGES_PER_MINUTE, least=1, most=100_000
        ),
        smtp_url=smtp_url,
        smtp_from=smtp_from,
        sign_in=sign_in,
    )


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


def _config_dir(env: Environment) -> Path:
    path = env.path("COLLAB_CONFIG_DIR", ROOT / "config")
    if not path.is_dir():
        raise BadSetting(
            "COLLAB_CONFIG_DIR", f"is not a directory: {path}", "Write the directory with routes/ and calendars/"
        )
    return path


def _base_url(env: Environment, port: int) -> str:
    text = env.text("COLLAB_BASE_URL")
    if text is None:
        return f"http://127.0.0.1:{port}"
    parts = web_address("COLLAB_BASE_URL", text)
    if parts.path.strip("/"):
        raise BadSetting(
            "COLLAB_BASE_URL",
            f"has a path ({parts.path})",
            "Write only scheme, host and port: Collab owns its whole host",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(env: Environment, var_dir: Path) -> str:
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


def _broker_url(env: Environment, var_dir: Path) -> str:
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


def _audit_anchor(env: Environment) -> str | None:
    """A path (absolute from here on) or an address away from the database."""
    text = env.text("COLLAB_AUDIT_ANCHOR")
    if text is None:
        return None
    if "://" in text:
        web_address("COLLAB_AUDIT_ANCHOR", text)
        return text
    return str(env.path("COLLAB_AUDIT_ANCHOR", ROOT))


def _heartbeat_url(env: Environment) -> str | None:
    """Who is told each minute that clocks run; what stands in the address is often the secret, so it is never repeated."""
    text = env.text("COLLAB_HEARTBEAT_URL")
    if text is not None:
        web_address("COLLAB_HEARTBEAT_URL", text.partition("?")[0])
    return text


def _secret_key(env: Environment, var_dir: Path, *, may_invent: bool) -> str:
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
