"""A goal's life in Slack: the buttons and forms of the ask, and every verb as a typed line.

`goal accept G-1 what it means for us`, `G-1 承諾 …`, `goal close G-1 achieved what we learnt`.
"""

from __future__ import annotations

from collections.abc import Callable

from collab.goals import service
from collab.goals.messages import life
from collab.goals.queries import PREFIX, GoalView, get_goal, relations_of
from collab.goals.queries.accepting import mark_of
from collab.goals.rules import RESULTS
from collab.goals.slack.life_cards import card_for
from collab.kernel.errors import NotFound
from collab.kernel.i18n import LOCALES, catalogue
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.slack import answers
from collab.slack.grammar import KEY, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Open, Say, Talk

NOUN = "goal"
WORDS = ("goal", "goals", "目標", "ゴール")


def install() -> None:
    """Make commands, buttons and forms known."""
    words = edges.vocabulary
    words.add_noun(Noun(NOUN, WORDS, PREFIX, named=("goal.page.name",)))
    for code, handler, said, rank in _TYPED:
        words.add(Command(f"goal.{code}", handler, said, noun=NOUN, takes=KEY, prefix=PREFIX, rank=rank))
    edges.add_action(life.ACCEPT, press_accept)
    edges.add_action(life.DECLINE, press_decline)
    edges.add_action(life.LOOK, look)
    for verb, handler in _FORMS.items():
        edges.add_modal(f"goal.{verb}", handler)


@permit("goal.accept")
def press_accept(talk: Talk) -> Answer:
    """Ask what it means for their side first."""
    key, _, mark = talk.pressed.partition(":")
    return _ask_for(talk, "accept", key, mark)


@permit("goal.decline")
def press_decline(talk: Talk) -> Answer:
    """Ask why not first."""
    key, _, mark = talk.pressed.partition(":")
    return _ask_for(talk, "decline", key, mark)


@permit("goal.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, with its buttons."""
    card = card_for(talk.pressed.partition(":")[0], talk.actor, talk.reader)
    if card is None:
        raise NotFound
    shown = life.asked(card, talk.reader)
    return Say(shown.text, shown.blocks)


@permit("goal.accept")
def accept(talk: Talk) -> Answer:
    """`goal accept G-1 what it means for us`; without the words, a form asks for them."""
    return _in_words(talk, "accept", service.accept)


@permit("goal.decline")
def decline(talk: Talk) -> Answer:
    """`goal decline G-1 reason`; without the reason, a form asks for it."""
    return _in_words(talk, "decline", service.decline)


@permit("goal.pause")
def pause(talk: Talk) -> Answer:
    """`goal pause G-1 reason`; without the reason, a form asks for it."""
    return _in_words(talk, "pause", service.pause)


@permit("goal.resume")
def resume(talk: Talk) -> Answer:
    """`goal resume G-1`."""
    return _thanks(talk, "resume", service.resume(talk.actor, talk.typed.key, now=talk.now))


@permit("goal.activate")
def activate(talk: Talk) -> Answer:
    """`goal activate G-1`."""
    return _thanks(talk, "activate", service.activate(talk.actor, talk.typed.key, now=talk.now))


@permit("goal.close")
def close(talk: Talk) -> Answer:
    """`goal close G-1 achieved lesson`; without both, a form asks for them."""
    key = talk.typed.key
    word, _, lesson = talk.typed.rest.replace("\u3000", " ").partition(" ")
    result = _result(word)
    if result is None or not lesson.strip():
        return _ask_for(talk, "close", key, text=lesson if result else talk.typed.rest)
    return _thanks(talk, "close", service.close(talk.actor, key, result=result, lesson=lesson, now=talk.now))


@permit("goal.accept")
def send_accept(talk: Talk) -> Answer:
    """What it means was written: yes, unless what was asked has changed meanwhile."""
    key, mark = str(talk.data["key"]), talk.data.get("mark")
    goal = service.accept(talk.actor, key, _entered(talk, "means"), now=talk.now, seen=str(mark) if mark else None)
    return _thanks(talk, "accept", goal)


@permit("goal.decline")
def send_decline(talk: Talk) -> Answer:
    """Why not was written."""
    goal = service.decline(talk.actor, str(talk.data["key"]), _entered(talk, "reason"), now=talk.now)
    return _thanks(talk, "decline", goal)


@permit("goal.pause")
def send_pause(talk: Talk) -> Answer:
    """Why it stands still was written."""
    goal = service.pause(talk.actor, str(talk.data["key"]), _entered(talk, "reason"), now=talk.now)
    return _thanks(talk, "pause", goal)


@permit("goal.close")
def send_close(talk: Talk) -> Answer:
    """How it ended and what was learnt were written."""
    goal = service.close(
        talk.actor,
        str(talk.data["key"]),
        result=_entered(talk, "result"),
        lesson=_entered(talk, "lesson"),
        now=talk.now,
    )
    return _thanks(talk, "close", goal)


def _in_words(talk: Talk, verb: str, do: Callable[..., GoalView]) -> Answer:
    """A verb that has to say something: done with the words of the line, else a form asks for them."""
    key, words = talk.typed.key, talk.typed.rest
    if not words:
        return _ask_for(talk, verb, key)
    return _thanks(talk, verb, do(talk.actor, key, words, now=talk.now))


def _ask_for(talk: Talk, verb: str, key: str, mark: str = "", *, text: str = "") -> Open:
    """The form of a verb, once it is permitted: nobody fills one in vain. `mark` is what the presser looked at."""
    goal = get_goal(talk.actor, key)
    permits.check(f"goal.{verb}", relations_of(talk.actor, goal), goal.state)
    seen = mark or (mark_of(goal) if verb == "accept" else "")
    return Open(life.form(verb, goal.key, goal.title, talk.reader, mark=seen, text=text))


def _thanks(talk: Talk, verb: str, goal: GoalView) -> Say:
    """What it did, and who is awaited."""
    word = verb
    if verb == "accept":
        waits = any(not held.accepted for held in goal.owners)
        word = "accept_waits" if waits else "accept_active" if goal.state == "active" else "accept"
    result = talk.reader.say(f"goal.result.{goal.result}") if goal.result else ""
    card = card_for(goal.key, talk.actor, talk.reader)
    names = list(card.waits) if card else []
    return answers.say(talk.reader, f"goal.life.done.{word}", key=goal.key, names=names, result=result)


def _entered(talk: Talk, field: str) -> str | None:
    value = talk.entered.get(field)
    return str(value) if value else None


def _result(word: str) -> str | None:
    """A result by its code or its word in either language."""
    said = normal(word)
    for code in RESULTS:
        if said in {normal(str(catalogue(locale)[f"goal.result.{code}"])) for locale in LOCALES} | {code}:
            return code
    return None


_TYPED: tuple[tuple[str, Handler, tuple[str, ...], int], ...] = (
    ("accept", accept, ("accept", "承諾", "受諾", "引き受ける"), 23),
    ("decline", decline, ("decline", "refuse", "辞退", "断る"), 23),
    ("activate", activate, ("activate", "start", "begin", "開始"), 24),
    ("pause", pause, ("pause", "休止", "一時停止"), 24),
    ("resume", resume, ("resume", "再開"), 24),
    ("close", close, ("close", "終了"), 24),
)
_FORMS: dict[str, Handler] = {"accept": send_accept, "decline": send_decline, "pause": send_pause, "close": send_close}
