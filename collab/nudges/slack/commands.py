"""`/collab nudge` and `/collab quiet`: how one is told things. Each answer says what still comes."""

from __future__ import annotations

from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.nudges import messages, queries, service
from collab.nudges.rules.times import parse_time, parse_window
from collab.nudges.slack.cards import PAGE
from collab.slack import answers, blocks, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

OFF = frozenset({"off", "no", "stop", "オフ", "停止", "なし", "不要", "解除", "やめる"})
ON = frozenset({"on", "yes", "start", "オン", "再開", "あり", "必要"})
_BEFORE, _AFTER = ("at ", "毎日", "毎朝", "朝"), ("に", "から")


def install() -> None:
    """Make the commands known."""
    daily = ("nudge", "reminder", "reminders", "ご確認のお願い", "確認のお願い", "リマインド", "リマインダー")
    silent = ("quiet", "dnd", "静かな時間", "おやすみ", "おやすみ時間", "通知オフ時間")
    edges.vocabulary.add(Command("nudge.daily", choose_reminder, daily, takes=REST, rank=70))
    edges.vocabulary.add(Command("nudge.quiet", choose_quiet, silent, takes=REST, rank=70))


@permit("nudge.own")
def choose_reminder(talk: Talk) -> Answer:
    """`nudge at 08:30`, `nudge off`, `nudge on`; alone it says how things stand."""
    permits.check("nudge.own", talk.actor.roles)
    wanted = normal(talk.typed.rest)
    at = parse_time(_bare(wanted))
    if not wanted:
        return _stand(talk)
    if at is None and wanted not in OFF | ON:
        return answers.say(talk.reader, "nudge.which_time")
    kept = queries.get_habits(talk.actor).own_at
    daily = wanted not in OFF
    service.choose_reminder(talk.actor, daily=daily, at=kept if at is None else at, now=talk.now)
    return _stand(talk)


@permit("nudge.own")
def choose_quiet(talk: Talk) -> Answer:
    """`quiet 20:00-08:00`, `quiet off`; alone it says how things stand."""
    permits.check("nudge.own", talk.actor.roles)
    wanted = normal(talk.typed.rest)
    window = parse_window(wanted)
    if not wanted:
        return _stand(talk)
    if window is None and wanted not in OFF:
        return answers.say(talk.reader, "nudge.which_window")
    service.choose_quiet(talk.actor, window, now=talk.now)
    return _stand(talk)


def _bare(wanted: str) -> str:
    for word in _BEFORE:
        wanted = wanted.removeprefix(word)
    for word in _AFTER:
        wanted = wanted.removesuffix(word)
    return wanted.strip()


def _stand(talk: Talk) -> Answer:
    lines = messages.habit_lines(queries.get_habits(talk.actor), talk.actor.zone, talk.reader)
    text = "\n".join(lines)
    page = blocks.button(talk.reader.say("nudge.change"), "nudge.page", "habits", url=identity.address(PAGE))
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(page)])
