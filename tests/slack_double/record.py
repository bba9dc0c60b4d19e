"""What happened: every call, every message with its edits, every view, every ephemeral message.

Tests read it; the double writes it.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from tests.slack_double.reading import mentions_key, text_of
from tests.slack_double.tally import Tally, delivery_id
from tests.slack_double.things import Call, Ephemeral, Message, View

T = TypeVar("T")


class Record:
    """Everything the double saw, oldest first. `changed` guards it and wakes whoever waits for something to appear."""

    def __init__(self, user_id_of: Callable[[str], str]) -> None:
        self.changed = threading.Condition()
        self._user_id_of = user_id_of
        self._calls: list[Call] = []
        self._messages: dict[tuple[str, str], list[Message]] = {}
        self._ephemerals: dict[str, Ephemeral] = {}
        self._shown: list[Ephemeral | View] = []
        self._tally = Tally()
        self._count = 0

    def keep(self, thing: Call | Message | Ephemeral | View) -> None:
        """Adds something, or the next state of a message or view already known."""
        with self.changed:
            if isinstance(thing, Call):
                self._calls.append(thing)
                self._tally.count(thing)
            elif isinstance(thing, Message):
                self._messages.setdefault((thing.channel, thing.ts), []).append(thing)
            else:
                self._shown.append(thing)
                if isinstance(thing, Ephemeral):
                    self._ephemerals[thing.ts] = thing
            self._announce()

    def forget(self, ts: str | None) -> None:
        """Removes a deleted message."""
        with self.changed:
            self._ephemerals.pop(ts or "", None)
            self._messages = {place: states for place, states in self._messages.items() if place[1] != ts}
            self._announce()

    def _announce(self) -> None:
        self._count += 1
        self.changed.notify_all()

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls, refused ones included."""
        with self.changed:
            return [call for call in self._calls if method in (None, call.method)]

    def calls_during_pause(self, *, grace: float = 0.0) -> list[Call]:
        """Calls that came although the app had been told, at least `grace` seconds before, to leave the place alone."""
        with self.changed:
            return [call for call in self._tally.into_pauses if (call.into_pause or 0.0) >= grace]

    def deliveries(self) -> Counter[str]:
        """How often Slack accepted each message, by the `delivery_id` in its metadata."""
        with self.changed:
            return self._tally.deliveries.copy()

    def duplicates(self) -> dict[str, int]:
        """Deliveries that Slack accepted more than once, and how often."""
        with self.changed:
            return self._tally.duplicates()

    def ambiguous(self) -> Counter[str]:
        """How many attempts at each delivery ended so that the app could not know."""
        with self.changed:
            return self._tally.ambiguous.copy()

    def tally(self) -> dict[str, Any]:
        """The record in numbers."""
        with self.changed:
            return self._tally.as_json()

    def messages(self, channel: str | None = None) -> list[Message]:
        """The messages as they stand now, in the order they were first posted."""
        with self.changed:
            return [states[-1] for states in self._messages.values() if channel in (None, states[-1].channel)]

    def messages_to(self, email: str) -> list[Message]:
        """The app's direct messages to one person as they stand now."""
        user_id = self._user_id_of(email)
        return [message for message in self._cards() if message.to == user_id]

    def last_to(self, email: str) -> Message:
        """The newest direct message to somebody; an assertion when there is none."""
        messages = self.messages_to(email)
        assert messages, f"no message to {email}; {self._summary()}"
        return messages[-1]

    def cards_about(self, key: str) -> list[Message]:
        """Every message of the app whose words name a subject, as it stands now, wherever it was posted."""
        return [message for message in self._cards() if mentions_key(message, key)]

    def _cards(self) -> list[Message]:
        return [message for message in self.messages() if message.author == "bot"]

    def find_message(self, channel: str, ts: str) -> Message | None:
        """The present state of one message."""
        with self.changed:
            states = self._messages.get((channel, ts))
            return states[-1] if states else None

    def history_of(self, message: Message) -> list[Message]:
        """Every state a message has had, first to last."""
        with self.changed:
            return list(self._messages[message.channel, message.ts])

    def now(self, message: Message) -> Message:
        """The present state of a message a test looked at earlier."""
        return self.history_of(message)[-1]

    def ephemerals_to(self, email: str) -> list[Ephemeral]:
        """What only this person saw."""
        user_id = self._user_id_of(email)
        with self.changed:
            return [one for one in self._ephemerals.values() if one.user == user_id]

    def mark(self) -> int:
        """A moment in the stream of what single people were shown, for `shown_since`."""
        with self.changed:
            return len(self._shown)

    def shown_since(self, mark: int) -> list[Ephemeral | View]:
        """Every view and ephemeral message after a moment, each state of them."""
        with self.changed:
            return self._shown[mark:]

    def find_ephemeral(self, ts: str) -> Ephemeral | None:
        """One ephemeral message, while it stands."""
        with self.changed:
            return self._ephemerals.get(ts)

    def views(self, email: str | None = None) -> list[View]:
        """Every state of every view, oldest first."""
        user_id = email and self._user_id_of(email)
        with self.changed:
            views = [one for one in self._shown if isinstance(one, View)]
        return [view for view in views if user_id in (None, view.user)]

    def view(self, view_id: str) -> View | None:
        """The present state of a view."""
        return next((view for view in reversed(self.views()) if view.id == view_id), None)

    def home_of(self, email: str) -> View | None:
        """The Home tab somebody sees."""
        return next((view for view in reversed(self.views(email)) if view.body["type"] == "home"), None)

    def wait_for(self, predicate: Callable[["Record"], T | None], timeout: float = 5.0) -> T:
        """The predicate's first truthy answer; it is asked again whenever something happens, and now and then besides.

        It is asked without the lock: a predicate may well call the product, which then calls the double.
        """
        until = time.monotonic() + timeout
        while True:
            seen = self._count
            if found := predicate(self):
                return found
            if time.monotonic() > until:
                raise AssertionError(f"nothing of the kind within {timeout} s; {self._summary()}")
            with self.changed:
                if self._count == seen:
                    self.changed.wait(0.05)

    def as_json(self) -> dict[str, Any]:
        """The whole record, for a double that runs as its own process."""
        with self.changed:
            return {
                "calls": [asdict(call) for call in self._calls],
                "messages": [[asdict(state) for state in states] for states in self._messages.values()],
                "ephemerals": [asdict(one) for one in self._ephemerals.values()],
                "views": [asdict(view) for view in self.views()],
            }

    def listed(self) -> list[dict[str, Any]]:
        """Each message in few words, as it stands now."""
        return [
            {
                "channel": one.channel,
                "to": one.to,
                "ts": one.ts,
                "delivery_id": delivery_id({"metadata": one.metadata}),
                "text": one.text,
                "shown": text_of(one),
            }
            for one in self._cards()
        ]

    def _summary(self) -> str:
        """The last few calls, to make a failure readable."""
        recent = [
            f"{call.method} {call.outcome} {json.dumps(call.arguments, ensure_ascii=False)[:160]}"
            for call in self._calls[-5:]
        ]
        return "last calls:\n  " + "\n  ".join(recent or ["none"])
