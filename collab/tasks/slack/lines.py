"""Every verb of a task as a typed line: `accept T-1 tomorrow`, `T-1 完了`, `task list`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collab.calendars.queries import calendar_or_default
from collab.kernel.actor import Actor
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.slack import identity
from collab.slack.blocks import Block
from collab.slack.grammar import KEY, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Talk
from collab.tasks import queries
from collab.tasks.messages import receipts
from collab.tasks.messages.days import moment_of, read_day, read_wait
from collab.tasks.messages.receipts import Row
from collab.tasks.queries import Filter, TaskView
from collab.tasks.slack.cards import address, turn_of
from collab.tasks.slack.doing import ask_for, do, member_of, more, shown
from collab.tasks.slack.reading import account_in, read_line

NOUN = "task"
WORDS = ("task", "tasks", "依頼", "タスク")
MOST = 5
LATER = {"tomorrow": ("tomorrow", "明日", "あした"), "next_business_day": ("next", "翌営業日", "次の営業日"),
         "after_my_leave": ("leave", "休暇明け")}  # fmt: skip
LONGEST_HOURS = 72


def install() -> None:
    """Make the noun and its commands known."""
    words = edges.vocabulary
    words.add_noun(Noun(NOUN, WORDS, queries.PREFIX, named=("task.kind",)))
    words.add(Command("task.lists", show_list, ("list", "ls", "一覧"), noun=NOUN, rank=17))
    for code, handler, said, rank in _KEYED:
        words.add(Command(f"task.{code}", handler, said, noun=NOUN, takes=KEY, prefix=queries.PREFIX, rank=rank))


@permit("task.list")
def show_list(talk: Talk) -> Answer:
    """What I have to do, and what I have asked for."""
    permits.check("task.list", talk.actor.roles)
    groups = _groups(talk.actor, talk.reader, talk.now, MOST)
    return receipts.listed(groups, identity.address("/tasks"), talk.reader)


def task_rows(viewer: Actor, reader: Reader, now: datetime, *, most: int) -> list[tuple[str, int, list[Block]]]:
    """The same two groups for a Home tab: name, how many in all, some rows of each."""
    groups = _groups(viewer, reader, now, most)
    return [(name, count, [receipts.row(name, one, reader) for one in rows]) for name, count, rows in groups]


def _groups(viewer: Actor, reader: Reader, now: datetime, most: int) -> list[tuple[str, int, list[Row]]]:
    departments = {row.code: row for row in people.list_departments()}
    groups = []
    for name, narrowed in (
        ("mine", Filter(mine=True, state="open")),
        ("asked", Filter(asked_by_me=True, state="open")),
    ):
        found, count = queries.list_tasks(viewer, narrowed, now=now, limit=most)
        groups.append((name, count, [_row(view, viewer, departments, reader) for view in found]))
    return groups


@permit("task.show")
def show(talk: Talk) -> Answer:
    """The card as it stands, with the buttons I may press."""
    return shown(talk, talk.typed.key)


@permit("task.accept")
def accept(talk: Talk) -> Answer:
    """`accept T-1 friday`; without a day, the card with its dates."""
    key, words = talk.typed.key, talk.typed.rest
    if not words:
        return shown(talk, key)
    if wait := read_wait(words):
        return do(talk, "accept", key, None, due=wait)
    return do(talk, "accept", key, None, due=_day(talk, words))


@permit("task.decline")
def decline(talk: Talk) -> Answer:
    """`decline T-1 reason`; without the reason, a form asks for it."""
    return _with_reason(talk, "decline")


@permit("task.done")
def done(talk: Talk) -> Answer:
    """`done T-1 [note]`."""
    return do(talk, "done", talk.typed.key, None, note=talk.typed.rest or None)


@permit("task.confirm")
def confirm(talk: Talk) -> Answer:
    """`confirm T-1`."""
    return do(talk, "confirm", talk.typed.key, None, note=talk.typed.rest or None)


@permit("task.withdraw")
def withdraw(talk: Talk) -> Answer:
    """`withdraw T-1 [reason]`."""
    return do(talk, "withdraw", talk.typed.key, None, reason=talk.typed.rest or None)


@permit("task.snooze")
def snooze(talk: Talk) -> Answer:
    """`snooze T-1 2h | tomorrow | friday`; alone, the choices."""
    key, words = talk.typed.key, talk.typed.rest
    return do(talk, "snooze", key, None, until=_later(talk, words)) if words else more(talk, key)


@permit("task.hand_over")
def hand_over(talk: Talk) -> Answer:
    """`handover T-1 @somebody [note]`, or to a department; alone, a form."""
    key, words = talk.typed.key, talk.typed.rest
    if not words:
        return ask_for(talk, "hand_over", key)
    first, _, note = words.partition(" ")
    if account := account_in(first):
        to = member_of(talk, account, "to")
    else:
        line = read_line(words, people.list_departments(), day_in(talk.now, talk.actor.zone), day_first=None)
        to, note = line.department or "", line.raw
    if not to:
        raise Invalid({"to": Text("task.problem.unknown_member")})
    return do(talk, "hand_over", key, None, to=to, note=note.strip() or None)


_KEYED: tuple[tuple[str, Handler, tuple[str, ...], int], ...] = (
    ("show", show, ("show", "view", "open", "表示"), 18),
    ("accept", accept, ("accept", "take", "引き受け", "引き受ける", "受諾"), 18),
    ("decline", decline, ("decline", "refuse", "辞退", "断る"), 18),
    ("finish", done, ("done", "finish", "finished", "完了", "完了しました"), 18),
    ("approve", confirm, ("confirm", "確認"), 18),
    ("snoozing", snooze, ("snooze", "later", "後で", "あとで", "延期"), 19),
    ("handover", hand_over, ("handover", "hand-over", "hand_over", "引き継ぎ"), 19),
    ("withdrawing", withdraw, ("withdraw", "drop", "取り下げ"), 19),
)


def _with_reason(talk: Talk, verb: str) -> Answer:
    key, reason = talk.typed.key, talk.typed.rest
    return do(talk, verb, key, None, reason=reason) if reason else ask_for(talk, verb, key)


def _day(talk: Talk, words: str) -> datetime:
    """The day that was typed, on the promiser's own calendar. Raises Invalid."""
    words = words.removeprefix("by ").removesuffix("に").removesuffix("まで")
    day_first = False if talk.reader.locale == "ja" else None
    day = read_day(words, day_in(talk.now, talk.actor.zone), day_first=day_first)
    if day is None:
        raise Invalid({"due": Text("task.problem.unknown_day", {"word": words})})
    at = moment_of(day, calendar_or_default(talk.actor.calendar), talk.now)
    if at is None:
        raise Invalid({"due": Text("task.problem.past_day")})
    return at


def _later(talk: Talk, words: str) -> str | datetime:
    """Until when: a preset, so many hours, or the morning of a day. Raises Invalid."""
    tidy = words.strip().casefold()
    preset = next((code for code, forms in LATER.items() if tidy in forms), None)
    if preset:
        return preset
    hours = read_wait(tidy.replace("時間後", "h").replace("時間", "h").replace("hours", "h").replace("hour", "h"))
    if hours.endswith("h") and hours[:-1].isdigit() and 0 < int(hours[:-1]) <= LONGEST_HOURS:
        return "2h" if hours == "2h" else talk.now + timedelta(hours=int(hours[:-1]))
    zone = ZoneInfo(talk.actor.zone)
    day = read_day(tidy, day_in(talk.now, talk.actor.zone), day_first=None)
    if day is None:
        raise Invalid({"until": Text("task.problem.unknown_day", {"word": words})})
    return calendar_or_default(talk.actor.calendar).next_opening(datetime.combine(day, time(), zone))


def _row(view: TaskView, viewer: Actor, departments: Mapping[str, Any], reader: Reader) -> Row:
    mine = view.waiting_on and view.waiting_on.member and view.waiting_on.member.id == viewer.id
    turn = turn_of(view, departments, reader)
    return Row(view.key, view.title, address(view.key), view.state, turn, bool(mine), view.due_at, view.late)
