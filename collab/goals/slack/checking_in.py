"""Checking in from Slack: in a typed line, in one form for all goals, or by one tap that nothing changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from collab.goals.messages import checkins as faces
from collab.goals.messages.checkins import ALL, FOLLOW
from collab.goals.queries import PREFIX, get_goal, relations_of
from collab.goals.queries.checkin_form import Turn, list_turns
from collab.goals.queries.divergence import open_gaps
from collab.goals.queries.habits import habits
from collab.goals.rules.checkin_line import read_figure, read_line
from collab.goals.service import acknowledging, checking_in, discussing
from collab.goals.service.checking_in import CheckedIn
from collab.goals.slack.checkin_cards import apart, page, rows
from collab.kernel.errors import Invalid, NotFound, NotNow, Text
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import answers
from collab.slack.grammar import KEY, REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk

NOUN = "goal"
WORDS = ("checkin", "check-in", "進捗確認", "進捗", "チェックイン")


def install() -> None:
    """Make commands, buttons and forms known. With a key the line is a check-in, without one it opens the form."""
    words = edges.vocabulary
    words.add(Command("goal.checkin.command", line, WORDS, noun=NOUN, takes=REST, rank=34))
    words.add(Command("goal.checkin.keyed", keyed, WORDS, noun=NOUN, takes=KEY, prefix=PREFIX, listed=False))
    words.add(Command("goal.checkin.alone", line, WORDS, takes=REST, listed=False))
    edges.add_action(faces.CHECK_IN, press_check_in)
    edges.add_action(faces.NO_CHANGE, press_no_change)
    edges.add_action(faces.ACKNOWLEDGE, press_acknowledge)
    edges.add_action(faces.DISCUSS, press_discuss)
    edges.add_modal(faces.FORM, send)
    edges.add_modal(faces.TALK, send_discussion)


@permit("goal.check_in")
def line(talk: Talk) -> Answer:
    """`goal checkin G-1 4.2 80% note`; without a key, the form for all of mine."""
    word, *rest = talk.typed.rest.split(maxsplit=1) or [""]
    key = as_typed(word)
    return _typed(talk, key, rest[0] if rest else "") if key else _form(talk, ())


@permit("goal.check_in")
def keyed(talk: Talk) -> Answer:
    """`G-1 checkin 4.2 80% note`."""
    return _typed(talk, talk.typed.key, talk.typed.rest)


@permit("goal.check_in")
def press_check_in(talk: Talk) -> Answer:
    """The form, of the goals the button is about."""
    return _form(talk, () if talk.pressed == ALL else talk.pressed.split(","))


@permit("goal.check_in")
def press_no_change(talk: Talk) -> Answer:
    """One tap: whatever is asked of me stands as I said last. In the form it may also be what is not asked yet."""
    mine = list_turns(talk.actor, talk.now)
    if talk.pressed != ALL:
        mine = [turn for turn in mine if turn.key in talk.pressed.split(",")]
    asked = [turn.key for turn in mine if turn.asked]
    wanted = asked or ([turn.key for turn in mine] if talk.view else [])
    if not wanted:
        return answers.say(talk.reader, "goal.checkin.done.nothing_asked")
    done = checking_in.check_in_all(talk.actor, {key: {"no_change": True} for key in wanted}, now=talk.now)
    return _thanks(talk, done)


@permit("goal.acknowledge")
def press_acknowledge(talk: Talk) -> Answer:
    """I have read what the other side said."""
    acknowledging.acknowledge(talk.actor, talk.pressed, now=talk.now)
    return answers.say(talk.reader, "goal.checkin.done.acknowledged")


@permit("goal.discuss")
def press_discuss(talk: Talk) -> Answer:
    """Ask what both made of it."""
    goal = get_goal(talk.actor, talk.pressed)
    gap = open_gaps([goal.id]).get(goal.id)
    if gap is None or talk.actor.id not in gap.said:
        raise NotNow("goal_not_diverged")
    return Open(faces.talk_modal(apart(goal, gap, talk.actor, talk.reader), talk.reader))


@permit("goal.discuss")
def send_discussion(talk: Talk) -> Answer:
    """It was written down."""
    discussing.discuss(talk.actor, str(talk.data["key"]), str(talk.entered.get("note") or ""), now=talk.now)
    return answers.say(talk.reader, "goal.checkin.done.discussed")


@permit("goal.check_in")
def send(talk: Talk) -> Answer:
    """The form was sent: what was asked, and whatever was changed beside it; all of it or nothing."""
    was: Mapping[str, Sequence[Any]] = talk.data["goals"]
    said = {key: _entered(talk, key, before) for key, before in was.items()}
    wanted = [key for key, (_fields, touched) in said.items() if touched or was[key][2]] or list(was)
    figures = {turn.key: turn for turn in list_turns(talk.actor, talk.now)}
    problems: dict[str, Text] = {}
    goals = {key: _with_figure(key, said[key][0], figures.get(key), problems) for key in wanted}
    if problems:
        raise Invalid(problems)
    try:
        done = checking_in.check_in_all(talk.actor, goals, now=talk.now)
    except Invalid as error:
        raise Invalid({_block(path): text for path, text in error.fields.items()}) from error
    return _thanks(talk, done)


def _entered(talk: Talk, key: str, was: Sequence[Any]) -> tuple[dict[str, Any], bool]:
    """What the form holds of one goal, and whether it is anything but what was filled in."""
    names = ("value", "confidence", "note", "status", "reason")
    held = {name: talk.entered.get(f"{key}.{name}") for name in names}
    said = {name: str(one).strip() for name, one in held.items() if one not in (None, "", FOLLOW)}
    if said.get("value") == was[0]:
        said.pop("value", None)
    touched = any(name in said for name in ("value", "note", "status"))
    if "confidence" in said:
        touched = touched or said["confidence"] != str(was[1])
    return {**said, **({"confidence": int(said["confidence"])} if "confidence" in said else {})}, touched


def _with_figure(key: str, said: dict[str, Any], turn: Turn | None, problems: dict[str, Text]) -> dict[str, Any]:
    """The same with its value as the service reads it."""
    written, metric = said.pop("value", None), turn.metric if turn else None
    if written is None or metric is None:
        return said
    figure = read_figure(written, ratio=metric.is_ratio, unit=metric.unit)
    if figure is None:
        problems[f"{key}.value"] = Text(f"goal.checkin.problem.{'ratio' if metric.is_ratio else 'value'}")
    return {**said, **(figure or {})}


def _block(path: str) -> str:
    """The field of the form a complaint is about."""
    key, _, name = path.removeprefix("goals.").partition(".")
    return f"{key}.{'value' if name in ('numerator', 'denominator', 'on') else name or 'note'}"


def _form(talk: Talk, keys: Iterable[str]) -> Answer:
    wanted = set(keys)
    turns = [turn for turn in list_turns(talk.actor, talk.now) if not wanted or turn.key in wanted]
    if not turns:
        return answers.say(talk.reader, "goal.checkin.problem.nothing")
    return Open(faces.form(rows(turns), page(), talk.reader, move=habits().move))


def _typed(talk: Talk, key: str, rest: str) -> Answer:
    """One goal in a line; whatever is left out stays as it was, and is said back."""
    turn = _turn(talk, key)
    if not rest:
        return Open(faces.form(rows([turn]), page(), talk.reader, move=habits().move))
    metric = turn.metric
    unit, ratio = (metric.unit, metric.is_ratio) if metric else ("", False)
    read = read_line(rest, ratio=ratio, unit=unit, measured=metric is not None)
    if read.unread:
        raise Invalid({"value": Text(f"goal.checkin.problem.{'ratio' if ratio else 'value'}")})
    fields: dict[str, Any] = {"no_change": True}
    if not read.no_change:
        kept = turn.confidence if turn.mine else None
        confidence = kept if read.confidence is None else read.confidence
        fields = {"confidence": confidence, "note": read.note or None, **read.figure}
    done = checking_in.check_in(talk.actor, key, fields, now=talk.now)
    still = turn.mine is not None and not read.no_change and read.confidence is None
    return _said(talk, done, still=still)


def _turn(talk: Talk, key: str) -> Turn:
    """What is to be checked in on. Raises NotFound, NotAllowed or NotNow with the reason."""
    turn = next((one for one in list_turns(talk.actor, talk.now) if one.key == key), None)
    if turn is None:
        goal = get_goal(talk.actor, key)
        permits.check("goal.check_in", relations_of(talk.actor, goal), goal.state)
        raise NotFound
    return turn


def _thanks(talk: Talk, done: Sequence[CheckedIn]) -> Answer:
    if len(done) == 1:
        return _said(talk, done[0])
    said = [talk.reader.say("goal.checkin.done.all", n=len(done))]
    return answers.plainly("\n".join([*said, *(_gap(talk, one) for one in done if one.points)]))


def _said(talk: Talk, done: CheckedIn, *, still: bool = False) -> Answer:
    """What was written down, and what it came to."""
    how = "saved_helper" if done.status is None else "no_change" if done.no_change else "saved"
    status = Text(f"web.status.{done.status}") if done.status else ""
    said = [talk.reader.say(f"goal.checkin.done.{how}", key=done.key, n=done.confidence, status=status)]
    said += [talk.reader.say("goal.checkin.done.still")] if still else []
    said += [_gap(talk, done)] if done.points else []
    return answers.plainly("\n".join(said))


def _gap(talk: Talk, done: CheckedIn) -> str:
    goal = get_goal(talk.actor, done.key)
    other = next(held.member for held in goal.owners if held.member != talk.actor.id)
    return talk.reader.say("goal.checkin.done.diverged", n=done.points, who=people.names_of([other])[other])
