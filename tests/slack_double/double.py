"""The Slack double: a pretended workspace, its HTTP face and its people, in one object."""

from collections.abc import Callable, Collection
from typing import Any, Self

from tests.slack_double.faults import Misfortune
from tests.slack_double.play import Player
from tests.slack_double.record import Record
from tests.slack_double.server import Server
from tests.slack_double.settings import DEFAULT_SCOPES, App, wall_clock
from tests.slack_double.things import Message
from tests.slack_double.workspace import Workspace


class SlackDouble:
    """Stands in for Slack. Use it as a context manager; the product gets `api_url` as its SLACK_API_URL.

    `scopes` are what the installation was granted. `clock` is Slack's clock: signatures, message timestamps, and
    what expires go by it.
    """

    def __init__(
        self,
        product_url: str = "",
        *,
        app: App | None = None,
        scopes: Collection[str] = DEFAULT_SCOPES,
        port: int = 0,
        clock: Callable[[], float] = wall_clock,
    ) -> None:
        self.app = app or App()
        self._slack = Workspace(self.app, frozenset(scopes), clock)
        self._server = Server(port, self._slack)
        self.record: Record = self._slack.record
        self.play = Player(self._slack, self._server.origin)
        self.play.product_url = product_url

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

    def __enter__(self) -> Self:
        self._server.run_in_background()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serves in the calling thread, for a process of its own."""
        with self._server:
            self._server.serve_forever()

    def add_user(self, email: str, name: str, locale: str = "ja-JP", tz: str = "Asia/Tokyo") -> str:
        """Somebody joins; the user id."""
        with self._slack.lock:
            return self._slack.people.add(email, name, locale, tz).id

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
        self._server.misfortunes.add(method, Misfortune(answer, headers or {}, done_first))
