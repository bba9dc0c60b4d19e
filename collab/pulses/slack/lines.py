"""`/collab pulse | pulse show AP-3 | pulse answer`."""

from __future__ import annotations

from collab.kernel.errors import NotNow
from collab.kernel.permits import permit
from collab.pulses import queries
from collab.pulses.slack.pressing import form_of, shown
from collab.slack import answers
from collab.slack.grammar import KEY, NOTHING, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Talk

NOUN = "pulse"
WORDS = ("pulse", "pulses", "ap", "連携度アンケート", "アンケート", "連携度")


def install() -> None:
    """Make the commands known."""
    edges.vocabulary.add_noun(Noun(NOUN, WORDS, queries.PREFIX, named=("pulse.name",)))
    for code, handler, words, takes in _TYPED:
        prefix = queries.PREFIX if takes == KEY else ""
        edges.vocabulary.add(Command(f"pulse.{code}", handler, words, noun=NOUN, takes=takes, prefix=prefix, rank=45))


@permit("pulse.show")
def now(talk: Talk) -> Answer:
    """The one that is open, else the latest results."""
    latest = queries.find_open() or next(iter(queries.list_closed(1)), None)
    if latest is None:
        return answers.say(talk.reader, "pulse.done.none")
    return shown(talk, latest.key)


@permit("pulse.show")
def show(talk: Talk) -> Answer:
    """The card, or the results once it has closed."""
    return shown(talk, talk.typed.key)


@permit("pulse.answer")
def answer(talk: Talk) -> Answer:
    """The form of the one that is open."""
    pulse = queries.find_open()
    if pulse is None:
        raise NotNow("no_pulse_open")
    return form_of(talk, queries.get_pulse(talk.actor, pulse.key))


_TYPED: tuple[tuple[str, Handler, tuple[str, ...], str], ...] = (
    ("now", now, ("now", "latest", "最新"), NOTHING),
    ("show", show, ("show", "view", "open", "表示", "結果"), KEY),
    ("answer", answer, ("answer", "回答"), NOTHING),
)
