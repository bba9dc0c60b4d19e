"""`/collab initiative list | show I-7 | new | health I-7 at_risk text | start I-7 | close I-7 achieved …`."""

from __future__ import annotations

from collab.initiatives import messages, queries, service
from collab.initiatives.messages import Row
from collab.initiatives.queries.lists import Filter, list_initiatives
from collab.initiatives.rules.moves import HEALTHS, SIDES
from collab.initiatives.slack import pressing
from collab.initiatives.slack.cards import apart
from collab.kernel.i18n import LOCALES, catalogue
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.slack import answers, identity
from collab.slack.grammar import KEY, NOTHING, REST, Command, Noun
from collab.slack.registry import edges
from collab.slack.talk import Answer, Handler, Open, Talk

NOUN = "initiative"
WORDS = ("initiative", "initiatives", "共同施策", "施策")
MOST = 7
HEALTH_WORDS = {
    "on_track": ("on_track", "green", "ok", "順調"), "at_risk": ("at_risk", "yellow", "要注意"),
    "off_track": ("off_track", "red", "late", "遅れ"),
}  # fmt: skip
"""What people type for it beside the words of the pages."""


def install() -> None:
    """Make the commands known."""
    edges.vocabulary.add_noun(Noun(NOUN, WORDS, queries.PREFIX, named=("initiative.page.initiative",)))
    for code, handler, words, takes in _TYPED:
        prefix = queries.PREFIX if takes == KEY else ""
        edges.vocabulary.add(
            Command(f"initiative.{code}", handler, words, noun=NOUN, takes=takes, prefix=prefix, rank=27)
        )  # fmt: skip


@permit("initiative.list")
def show_list(talk: Talk) -> Answer:
    """What needs attention first."""
    found, count = list_initiatives(talk.actor, Filter(state="open", sort="attention"), limit=MOST)
    inside = not talk.actor.is_partner
    rows = [
        Row(
            one.key, one.title, identity.address(f"/initiatives/{one.key}"), one.state,
            tuple(held.health for held in one.leads if held.slot in SIDES) if inside else (), inside and apart(one),
        )
        for one in found
    ]  # fmt: skip
    may_create = permits.allows("initiative.create", talk.actor.roles)
    return messages.listed(rows, count, identity.address("/initiatives"), talk.reader, may_create=may_create)


@permit("initiative.show")
def show(talk: Talk) -> Answer:
    """The card as it stands, with the buttons I may press."""
    return pressing.shown(talk, talk.typed.key)


@permit("initiative.health")
def health(talk: Talk) -> Answer:
    """`health I-7 at_risk the feed is late`; without the status, or without the words it needs, a form asks for them."""
    key, (code, text) = talk.typed.key, health_in(talk.typed.rest)
    if code is None or (code != "on_track" and not text):
        return pressing.ask_health(talk, key, health=code or "at_risk", text=text)
    return pressing.say_health(talk, key, code, text or None)


@permit("initiative.start")
def start(talk: Talk) -> Answer:
    """The work begins."""
    service.start(talk.actor, talk.typed.key, now=talk.now)
    return answers.say(talk.reader, "initiative.done.start", key=talk.typed.key)


@permit("initiative.close")
def close(talk: Talk) -> Answer:
    """`close I-7`: a form asks what came of it and what was learnt."""
    found = pressing.permitted(talk, talk.typed.key, "close")
    return Open(messages.close_modal(found.key, found.title, talk.reader, text=talk.typed.rest[: messages.LONG]))


def health_in(rest: str) -> tuple[str | None, str]:
    """The status a line begins with, in either language, and what follows; all of it where it begins with none."""
    words = rest.replace("\u3000", " ").strip()
    for code in HEALTHS:
        named = {normal(str(catalogue(locale)[f"web.status.{code}"])) for locale in LOCALES}
        for word in sorted({*named, *map(normal, HEALTH_WORDS[code])}, key=len, reverse=True):
            after = _after(word, words)
            if after is not None:
                return code, after
    return None, words


def _after(word: str, line: str) -> str | None:
    """What follows a word a line begins with, in whatever width it was typed; None where it does not begin with it."""
    end = next((n for n in range(1, len(word) + 1) if normal(line[:n]) == word), 0)
    runs_on = word.isascii() and line[end : end + 1].isalnum()
    return None if not end or runs_on else line[end:].strip(" :：、,")


_TYPED: tuple[tuple[str, Handler, tuple[str, ...], str], ...] = (
    ("list", show_list, ("list", "ls", "一覧"), NOTHING),
    ("show", show, ("show", "view", "open", "表示"), KEY),
    ("new", pressing.new, ("new", "create", "新規", "起案"), REST),
    ("health", health, ("health", "status", "健全度", "状況"), KEY),
    ("start", start, ("start", "begin", "開始"), KEY),
    ("close", close, ("close", "終了"), KEY),
)
