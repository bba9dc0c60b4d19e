"""The double as a process of its own, seen from a test: started, driven over HTTP, ended.

with started("--history", "--rates") as slack:
    slack.add_channel("marketing")
    slack.fault("lose", share=0.1)
    ... slack.tally()["duplicates"]
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.slack_double.settings import App

ROOT = Path(__file__).parents[2]


class Remote:
    """What a double in another process is told and asked."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self.app = App()
        self._door = requests.Session()

    @property
    def environ(self) -> dict[str, str]:
        """The product's settings for it."""
        return {
            "SLACK_API_URL": self.api_url,
            "SLACK_BOT_TOKEN": self.app.bot_token,
            "SLACK_SIGNING_SECRET": self.app.signing_secret,
        }

    def add_user(self, email: str, name: str, **more: str) -> str:
        """Somebody joins; the user id."""
        return str(self.ask("POST", "users", email=email, name=name, **more)["id"])

    def add_channel(self, name: str) -> str:
        """A public channel the app is in; the channel id."""
        return str(self.ask("POST", "channels", name=name)["id"])

    def fault(self, kind: str, share: float = 1.0, **more: Any) -> None:
        """A plan of misfortunes: see `faults.Faults` for kinds and arguments; `seed` begins the dice anew."""
        self.ask("POST", "faults", kind=kind, share=share, **more)

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.ask("DELETE", "faults")

    def revoke(self, error: str = "token_revoked") -> None:
        """Every call is refused from now on."""
        self.ask("PUT", "token", error=error)

    def restore(self) -> None:
        """The token is good again."""
        self.ask("PUT", "token", error="")

    def tally(self) -> dict[str, Any]:
        """The record in numbers."""
        return dict(self.ask("GET", "tally"))

    def calls(self, method: str, *outcomes: str) -> int:
        """How many calls of a method there were, with one of these outcomes if any are named."""
        rows = self.tally()["calls"]
        return sum(times for name, outcome, times in rows if name == method and (not outcomes or outcome in outcomes))

    def deliveries(self) -> dict[str, int]:
        """How often each delivery was accepted."""
        return dict(self.ask("GET", "deliveries"))

    def messages(self) -> list[dict[str, Any]]:
        """Every message of the app in few words."""
        return list(self.ask("GET", "messages"))

    def ask(self, verb: str, what: str, **wish: Any) -> Any:
        """One use of a control endpoint."""
        answer = self._door.request(verb, self.api_url.removesuffix("api/") + f"_double/{what}", json=wish, timeout=30)
        assert answer.ok, f"{verb} {what}: {answer.status_code} {answer.text}"
        return answer.json()

    def close(self) -> None:
        """Hangs up."""
        self._door.close()


@contextmanager
def started(*options: str, port: int = 0) -> Iterator[Remote]:
    """A double in a process of its own, which ends with the block."""
    command = [sys.executable, "-m", "tests.slack_double", "--port", str(port), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        remote = Remote(line.strip().removeprefix("SLACK_API_URL="))
        try:
            assert line.startswith("SLACK_API_URL="), "the double did not start"
            yield remote
        finally:
            remote.close()
            process.terminate()
