"""`/collab digest`: see the next issue, turn it on or off, say when it comes. Each answer says how things stand."""

from __future__ import annotations

from typing import Any

from collab.digests import queries, service
from collab.digests.messages import slack as messages
from collab.digests.messages import stands
from collab.digests.rules.habits import parse_when
from collab.digests.service import reading
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.slack import answers, blocks, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Say, Talk

PAGE = "/me/digest"
OFF = frozenset({"off", "no", "stop", "オフ", "停止", "なし", "不要", "解除", "やめる"})
ON = frozenset({"on", "yes", "start", "オン", "再開", "あり", "必要"})
PREVIEW = frozenset({"preview", "show", "now", "プレビュー", "見る", "確認", "内容"})
WORDS = ("digest", "summary", "週次まとめ", "まとめ", "ダイジェスト")


def install() -> None:
    """Make the commands known."""
    edges.vocabulary.add(Command("digest.choose", digest, WORDS, takes=REST, rank=68))


@permit("digest.own")
def digest(talk: Talk) -> Answer:
    """`digest preview`, `digest on`, `digest off`, `digest at mon 09:00`; alone it says how things stand."""
    permits.check("digest.own", talk.actor.roles)
    wanted = normal(talk.typed.rest)
    if wanted in PREVIEW:
        return _preview(talk)
    change = _change(wanted)
    if change is None:
        return answers.say(talk.reader, "digest.said.which_time")
    service.choose(talk.actor, change, now=talk.now)
    return _stand(talk)


def _change(wanted: str) -> dict[str, Any] | None:
    """What is to change; None: not understood. A time alone keeps the weekday, and the other way round."""
    if not wanted:
        return {}
    if wanted in OFF | ON:
        return {"wanted": wanted not in OFF}
    weekday, minute = parse_when(wanted)
    known = {"weekday": weekday, "minute": minute}
    return {"wanted": True, **{name: value for name, value in known.items() if value is not None}} if any(
        value is not None for value in known.values()
    ) else None  # fmt: skip


def _preview(talk: Talk) -> Answer:
    edition, needs = service.preview(talk.actor, None, now=talk.now)
    issue = reading.own(edition, needs, talk.actor, talk.reader, talk.now, address=identity.address).issue
    if issue.is_empty:
        return answers.say(talk.reader, "digest.said.nothing_yet", title=issue.title)
    rendered = messages.message(issue, talk.reader)
    head = blocks.context(blocks.escape(talk.reader.say("digest.said.preview_note")))
    return Say(rendered.text, [head, *rendered.blocks])


def _stand(talk: Talk) -> Answer:
    choice, coming = queries.get_choice(talk.actor), queries.next_issue(talk.actor, talk.now)
    text = "\n".join(stands.lines(talk.actor, choice, coming, talk.reader))
    page = blocks.button(talk.reader.say("digest.said.change"), "digest.page", "settings", url=identity.address(PAGE))
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(page)])
