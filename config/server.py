"""`make run`: an installation on this machine, started with one word and ended with Ctrl-C.

The embedded default gets its database and the sample company first. Then the broker, and under honcho the web, a
worker and beat. What is killed comes back; what cannot stay up ends everything with its last words on the screen.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import FrameType
from typing import Any

from config.household import Household
from config.settings import ROOT, Settings, is_this_machine, load, surroundings
from config.tether import end_with_parent
from workers import embedded

HOST = "127.0.0.1"
THREADS = 8  # a web process: more of them wait for each other's GIL, fewer leave the database idle
CONNECTIONS = 512  # a web process: granian counts open connections here, also idle ones, not running requests
PATIENCE = 90.0  # seconds until the web must be ready
CELERY = "celery --quiet -A"


def main() -> int:
    """Start, serve until a signal comes, stop."""
    if "MAKELEVEL" in os.environ:
        end_with_parent()  # whoever ends `make run`, however, means this
    environ = _environment(surroundings())
    settings = load(environ)
    _refuse_a_taken_port(settings.port)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # and not `nohup`
        signal.signal(signal.SIGHUP, _as_if_terminated)  # the terminal was closed
    broker = BrokerKeeper(settings)
    try:
        broker.keep()
        _prepare_database(settings, environ)
        return _serve(settings, environ, broker)
    except KeyboardInterrupt:
        return 0
    finally:
        broker.stop()  # last: jobs that end now still want to say so


def commands(settings: Settings) -> dict[str, str]:
    """The processes, as anybody could type them."""
    workers = 1 if settings.database_url.startswith("sqlite") else 2  # SQLite has one writer anyway
    socket_mode = {"socket": "flask --app wsgi slack listen"} if settings.slack_app_token else {}
    return {
        "web": f"granian --interface wsgi --host {HOST} --port {settings.port} --workers {workers}"
        f" --blocking-threads {THREADS} --backpressure {CONNECTIONS} --respawn-failed-workers"
        f" --workers-kill-timeout 3 --log-level error wsgi:app",
        "worker": f"{CELERY} workers.app worker --without-gossip --without-mingle --without-heartbeat",
        "beat": f"{CELERY} workers.base beat",
        **socket_mode,
    }


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """What every process is given: one environment, so that all of them read the same settings."""
    environ = dict(given)
    if not environ.get("COLLAB_DEMO"):
        safe = not environ.get("OIDC_ISSUER") and is_this_machine(environ.get("COLLAB_BASE_URL") or f"http://{HOST}")
        environ["COLLAB_DEMO"] = "1" if safe else "0"
    environ["PYTHONUNBUFFERED"] = "1"
    environ["FLASK_SKIP_DOTENV"] = "1"  # read above
    environ["REMAP_SIGTERM"] = "SIGQUIT"  # Celery: give running jobs a moment instead of all the time they want
    environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), environ.get("PATH", os.defpath)])  # noqa: PTH120 - unresolved: the venv, not what it links to
    return environ


def _refuse_a_taken_port(port: int) -> None:
    """Two servers would share a port without a word (SO_REUSEPORT), and each would get half of the requests."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(
                f"PORT {port} cannot be used: {error.strerror}. Stop what uses it, or choose another: PORT=8001 make run."
            ) from None


def _prepare_database(settings: Settings, environ: dict[str, str]) -> None:
    """Migrate our own database, and fill a new one with the sample company; only look at one that was named."""
    if settings.embedded_database:
        _prepare_embedded_database(settings, environ)
    elif "(head)" not in _flask(["db", "current"], environ, stdout=subprocess.PIPE):
        raise SystemExit("The database of COLLAB_DATABASE_URL is not migrated. Run: .venv/bin/flask --app wsgi init")


def _prepare_embedded_database(settings: Settings, environ: dict[str, str]) -> None:
    database, unfinished = settings.var_dir / "collab.db", settings.var_dir / "sample-company.unfinished"
    if unfinished.exists():  # interrupted half-way: nobody has used it yet
        for part in settings.var_dir.glob("collab.db*"):
            part.unlink()
    new = not database.exists()
    if new:
        unfinished.touch()
    _flask(["init"], environ)
    if new:
        _flask(["demo"], environ)
        unfinished.unlink()


def _flask(words: list[str], environ: dict[str, str], stdout: int | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=environ,
        check=False,
        text=True,
        stdout=stdout,
        preexec_fn=end_with_parent,
    )
    if done.returncode:
        raise SystemExit(f"`flask --app wsgi {' '.join(words)}` failed, see above.")
    return done.stdout or ""


def _serve(settings: Settings, environ: dict[str, str], broker: "BrokerKeeper") -> int:
    household = Household(watch=broker.keep, welcome=lambda: _welcome(settings))
    for name, command in commands(settings).items():
        household.add_process(name, command, env=environ, cwd=str(ROOT))
    household.loop()
    return 1 if household.failed else 0  # being told to stop is no failure


class BrokerKeeper:
    """Keeps the embedded broker alive; does nothing when the settings name another."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._broker: embedded.Broker | None = None

    def keep(self) -> None:
        """Start the broker, or again after it was killed."""
        if self._broker is None or not self._broker.runs():
            self._broker = embedded.ensure(self._settings)

    def stop(self) -> None:
        """Stop it, if it is ours."""
        if self._broker is not None:
            self._broker.stop()


def _as_if_terminated(_signal: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _welcome(settings: Settings) -> str:
    """Wait until the web is ready (telling meanwhile why it is not); what to say then."""
    address, told, deadline = f"http://{HOST}:{settings.port}", "", time.monotonic() + PATIENCE
    while (reason := _unready(f"{address}/readyz")) is not None:
        if reason and reason != told:
            print(f"\n  Collab cannot serve yet: {reason}\n", flush=True)
            told = reason
        if time.monotonic() > deadline:
            return f"\n  Collab does not answer on {address}; see the lines above.\n"
        time.sleep(0.2)
    return banner(settings)


def _unready(url: str) -> str | None:
    """None when ready, the reason when the web knows one, "" when it does not answer."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return None
    except urllib.error.HTTPError as error:
        body: dict[str, Any] = json.load(error)
        return str(body.get("reason") or error)
    except (OSError, ValueError):
        return ""


def banner(settings: Settings) -> str:
    """What a person needs who sees this for the first time, in both languages."""
    if settings.demo:
        enter = (
            "open it and pick a name: no password, this machine only",
            "開いて名前を選ぶだけで入れます(パスワード不要・このパソコン専用)",
        )
    elif settings.sign_in.company:
        enter = "open it and sign in with your company account", "開いて会社のアカウントでサインインします"
    else:
        enter = (
            "set OIDC_ISSUER, or COLLAB_DEMO=1 to look around",
            "OIDC_ISSUER を設定するか、COLLAB_DEMO=1 で試してください",
        )
    if settings.slack_bot_token:
        slack = "connected", "接続済み"
    else:
        preview = f"{settings.base_url}/slack/preview"
        slack = f"not connected; every message is shown on {preview}", f"未接続。送信内容は {preview} で見られます"
    return f"""
  Collab is ready:  {settings.base_url}

    Enter   {enter[0]}
    Slack   {slack[0]}
    Stop    Ctrl-C; the data stays in {settings.var_dir}

    入り方  {enter[1]}
    Slack   {slack[1]}
    終了    Ctrl-C(データは残ります)
"""


if __name__ == "__main__":
    sys.exit(main())
