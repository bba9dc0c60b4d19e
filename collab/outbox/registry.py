"""The kinds of message features know how to say, filled at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from collab.kernel.actor import Actor
from collab.kernel.db import AnyRow
from collab.kernel.i18n import Reader
from collab.slack import fitting
from collab.slack.blocks import fallback

log = structlog.get_logger(__name__)
REPAINT, PAINT, BUNDLE, TROUBLE = "cards.repaint", "cards.paint", "outbox.bundle", "outbox.trouble"
"""The outbox's own kinds: repaint every card of a subject, paint one, carry several messages, tell administrators."""


@dataclass(frozen=True)
class Envelope:
    """What a renderer gets: about which subject, with which arguments, for whom, in whose words; `message` is its own id.

    A message to a group has no one recipient: `members` are those who read it.
    """

    subject_key: str
    args: Mapping[str, Any]
    recipient: Actor | None
    reader: Reader
    now: datetime
    message: int | None = None
    members: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """A Slack message: what notifications say (plain words), and blocks."""

    text: str
    blocks: list[dict[str, Any]]

    def as_payload(self) -> dict[str, Any]:
        """As sent, and kept with the attempt, within Slack's limits."""
        return {"text": fallback(self.text), "blocks": fitting.message(self.blocks)}

    def as_plain_payload(self) -> dict[str, Any]:
        """Its words alone."""
        return {"text": fallback(self.text)}


@dataclass(frozen=True)
class Line:
    """A message in one line of a bundle: about which subject, what is asked or told (Slack's markup), whether it still matters.

    `look` is the action of the button that shows the whole thing there and then, with the subject as its value.
    """

    key: str
    text: str
    open: bool
    look: str = ""


Render = Callable[[Envelope], Rendered | None]
RenderLine = Callable[[Envelope], Line | None]
Arrived = Callable[[AnyRow, datetime], None]
Unreached = Callable[[AnyRow, datetime], bool]


@dataclass(frozen=True)
class MessageKind:
    """How to say one kind. `render` returns None when there is nothing left to say (no longer open, not theirs).

    A `card` stays in Slack as its subject's face: it is repainted by `repaint` whenever the subject moves on. A kind with
    a `line` may come in a bundle. What `must_arrive` is said again, marked, when its answer was lost and nobody can look.
    Of a kind that is `newest_only`, an unsent message is superseded by a later one about the same subject.
    `name` is the key of the words operators read for it. `asks` is whether its reader must act; unless said, what
    `must_arrive` does.
    `arrived` and `unreached` are told, in the transaction that settles a message (its row), that it is in Slack, or that Slack
    reaches nobody there: True means that it goes another way, so that no operator need hear of it.
    """

    code: str
    render: Render
    repaint: Render | None = None
    line: RenderLine | None = None
    must_arrive: bool = False
    newest_only: bool = False
    name: str = ""
    asks: bool | None = None
    arrived: Arrived | None = None
    unreached: Unreached | None = None

    @property
    def is_card(self) -> bool:
        """Whether messages of this kind are repainted."""
        return self.repaint is not None

    @property
    def is_must_act(self) -> bool:
        """Whether a message of this kind asks its reader to act; a bundle only carries others."""
        return self.code != BUNDLE and (self.must_arrive if self.asks is None else self.asks)


@dataclass(frozen=True)
class Silence:
    """Somebody is not disturbed `until` then; `asks_pass` means that only what asks nobody to act waits."""

    until: datetime
    asks_pass: bool = False


Silences = Callable[[Sequence[int], datetime], Mapping[int, Silence]]
"""Of these members, those who are not disturbed at this moment: one statement for all of them."""


def _nobody(_members: Sequence[int], _now: datetime) -> Mapping[int, Silence]:
    return {}


@dataclass
class Hush:
    """Who is not disturbed now: a feature above knows."""

    silences: Silences = _nobody


hush = Hush()


def _nobody_chose(_member: int) -> bool:
    return False


@dataclass
class Doors:
    """Who wants to be asked by mail rather than in Slack: a feature above knows what members chose."""

    by_mail: Callable[[int], bool] = _nobody_chose


doors = Doors()
Lost = Callable[[str, str, datetime], bool]
"""A channel that Slack refuses, its word for why, when: whether somebody is told who can mend it."""


def _nobody_told(_channel: str, _problem: str, _now: datetime) -> bool:
    return False


def _none() -> Sequence[tuple[str, str]]:
    return ()


@dataclass
class Owners:
    """A feature above knows whose channels are: who is told when one cannot be written to, and which there are (Slack's id and
    name)."""

    lost: Lost = _nobody_told
    names: Callable[[], Sequence[tuple[str, str]]] = _none


owners = Owners()
kinds: dict[str, MessageKind] = {}


def add_kind(kind: MessageKind) -> None:
    """Make a kind known."""
    kinds[kind.code] = kind


@contextmanager
def logged(row: AnyRow) -> Iterator[None]:
    """One message that cannot be put into words must not silence the others it stands with."""
    try:
        yield
    except Exception:
        log.exception("outbox.no_line", message=row.id, kind=row.kind)


def line_of(row: AnyRow, recipient: Actor | None, reader: Reader, now: datetime) -> Line | None:
    """A written message as one line of a bundle."""
    render = kinds[row.kind].line
    return render(Envelope(row.subject_key, row.args, recipient, reader, now)) if render else None
