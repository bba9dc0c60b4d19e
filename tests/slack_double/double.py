"""The Slack double: a pretended workspace, its HTTP face and its people, in one object."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any, Self

from tests.slack_double import control
from tests.slack_double.events import Events
from tests.slack_double.faults import Faults, Misfortune
from tests.slack_double.play import Player
from tests.slack_double.rates import Rates
from tests.slack_double.record import Record
from tests.slack_double.server import Server
from tests.slack_double.settings import DEFAULT_SCOPES, App, wall_clock
from tests.slack_double.sockets import Sockets
from tests.slack_double.things import Message
from tests.slack_double.workspace import Workspace


class SlackDouble:
    """Stands in for Slack. Use it as a context manager; the product gets `api_url` as its SLACK_API_URL.

    `scopes` are what the installation was granted. `clock` is Slack's clock: signatures, message timestamps, rates, and
    what expires go by it. `rates` are enforced when given (True: as Slack documents them).
    """

    def __init__(
        self,
        product_url: str = "",
        *,
        app: App | None = None,
        scopes: Collection[str] = DEFAULT_SCOPES,
        port: int = 0,
        clock: Callable[[], float] = wall_clock,
        rates: Rates | bool = False,
    ) -> None:
        self.app = app or App()
        self._slack = Workspace(self.app, frozenset(scopes), clock)
        self._server = Server(port, self._slack, partial(control.serve, self))
        self.record: Record = self._slack.record
        self.faults: Faults = self._slack.faults
        self.sockets: Sockets = self._slack.sockets
        self.rates = Rates() if rates is True else (rates or None)
        self.play = Player(self._slack, self._server.origin)
        self.play.product_url = product_url
        self.events = Events(self._slack, self.play.raw)

    @property
    def api_url(self) -> str:
        """The address for SLACK_API_URL, with the slash at its end that slack_sdk wants."""
        return f"{self._server.origin}/api/"

    @property
    def product_url(self) -> str:
        """Where the product listens; often known only after the double has started."""
        return self.play.product_url

    @product_url.setter
    def product_url(self, url: str) -> None:
        self.play.product_url = url

    @property
    def rates(self) -> Rates | None:
        """What is enforced; None lets everything pass."""
        return self._slack.limits.rates

    @rates.setter
    def rates(self, rates: Rates | None) -> None:
        with self._slack.lock:
            self._slack.limits.rates = rates

    @property
    def scopes(self) -> frozenset[str]:
        """What the installation is granted; it may change while it runs, as after a new installation."""
        return self._slack.scopes

    @scopes.setter
    def scopes(self, scopes: Collection[str]) -> None:
        with self._slack.lock:
            self._slack.scopes = frozenset(scopes)

    def revoke(self, error: str = "token_revoked") -> None:
        """From now on every call is refused with this error; `account_inactive`, `invalid_auth` and others do as well."""
        with self._slack.lock:
            self._slack.token_trouble = error

    def restore(self) -> None:
        """The token is good again."""
        with self._slack.lock:
            self._slack.token_trouble = ""

    def reinstall(self, bot_token: str) -> None:
        """The app is put back: a new token, the same workspace; the old token is good for nothing any more."""
        with self._slack.lock:
            self.app = self._slack.app = replace(self.app, bot_token=bot_token)
            self._slack.token_trouble = ""

    def __enter__(self) -> Self:
        self._server.run_in_background()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.sockets.cut()

    def serve_forever(self) -> None:
        """Serves in the calling thread, for a process of its own."""
        with self._server:
            self._server.serve_forever()

    def add_user(self, email: str, name: str, locale: str = "ja-JP", tz: str = "Asia/Tokyo") -> str:
        """Somebody joins; the user id."""
        with self._slack.lock:
            return self._slack.people.add(email, name, locale, tz).id

    def describe(self, email: str, **more: Any) -> None:
        """What else Slack says of somebody from now on: `is_restricted=True` makes a guest, see `Person.more`."""
        with self._slack.lock:
            self._slack.people.put(replace(self._slack.people.with_email(email), more=more))

    def deactivate(self, email: str) -> None:
        """Somebody leaves: not found by address any more, listed as `deleted`."""
        with self._slack.lock:
            self._slack.people.deactivate(email)

    def add_channel(self, name: str, *, has_bot: bool = True) -> str:
        """A public channel; the channel id."""
        with self._slack.lock:
            return self._slack.channels.add(name, has_bot=has_bot).id

    def archive(self, channel: str) -> None:
        """A channel by id or name takes no messages from now on."""
        with self._slack.lock:
            self._slack.channels.find(channel).archived = True

    def say(self, email: str, text: str, channel: str | None = None) -> Message:
        """A person writes a message, in the direct message with the app unless a channel is named; no event is sent."""
        with self._slack.lock:
            person = self._slack.people.with_email(email)
            place = self._slack.channels.find(channel) if channel else self._slack.channels.direct_with(person)
            return self._slack.post(place, {"text": text}, author=person.id)

    def mention(self, email: str) -> str:
        """A person as Slack writes them into commands, `<@U…|name>`."""
        person = self._slack.people.with_email(email)
        return f"<@{person.id}|{person.handle}>"

    def answer_next(
        self,
        method: str,
        answer: dict[str, Any] | str | int | Exception,
        *,
        headers: dict[str, str] | None = None,
        done_first: bool = False,
    ) -> None:
        """Orders how the next call of a method ends: see `Misfortune`."""
        self.faults.order(method, Misfortune(answer, headers or {}, done_first))
