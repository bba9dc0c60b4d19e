"""`/collab away until DATE [deputy @who] [for @boss]` and `/collab back [for @boss]`: one line before one leaves. A secretary
says so for a principal. What cannot be read is asked back; nothing is half done."""

from __future__ import annotations

import re
from datetime import date

from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit, permits
from collab.kernel.text import normal
from collab.people import queries as people
from collab.people import service
from collab.slack import answers, identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Talk
from collab.tasks.messages.days import full_width, read_day
from collab.threads.rules import mentions

_ACCOUNT = re.compile(r"<@([^|<>\s]+)(?:\|[^<>]*)?>")
_WHO = r"[@＠]([^\s\u3000、,@＠]+?)(?:さん)?(?=[\s\u3000、,はがの]|$)"
_DEPUTY = re.compile(rf"(?:\bdeputy|代理)\s*[:：は]?\s*{_WHO}(?:が|は)?", re.IGNORECASE)
_FOR = re.compile(rf"\bfor\s+{_WHO}|{_WHO}\s*(?:の|は|が)", re.IGNORECASE)
_UNTIL = re.compile(r"^(?:until|till|to|by)\s+|\s*まで$", re.IGNORECASE)


def install() -> None:
    """Make the two commands known."""
    words = edges.vocabulary
    words.add(Command("people.away", away, ("away", "leave", "不在", "休暇"), takes=REST, rank=70))
    words.add(Command("people.back", back, ("back", "復帰"), takes=REST, rank=71))


@permit("absence.own")
def away(talk: Talk) -> Answer:
    """From today until a day, who stands in, and for whom it is said."""
    rest, deputy = _taken(_DEPUTY, _named(talk), "deputy")
    rest, principal = _taken(_FOR, rest, "of")
    until = _day(_UNTIL.sub("", rest.strip(" \u3000、,")), talk)
    if until is None:
        permits.check("absence.own", talk.actor.roles)
        return answers.say(talk.reader, "people.away.how")
    today = people.today(talk.now)
    if principal:
        service.set_absence(talk.actor, of=principal, from_on=today, until_on=until, deputy=deputy, now=talk.now)
    else:
        service.be_away(talk.actor, from_on=today, until_on=until, deputy=deputy, now=talk.now)
    names = people.names_by_email([one for one in (principal, deputy) if one])
    line = talk.reader.say(
        "people.away.for" if principal else "people.away.set", day=until, who=names.get(principal or "")
    )
    return answers.plainly(f"{line} {_stands_in(talk, names.get(deputy or ''))}".strip())


@permit("absence.own")
def back(talk: Talk) -> Answer:
    """Here again, oneself or a principal."""
    _rest, principal = _taken(_FOR, _named(talk), "of")
    if principal:
        service.end_absence(talk.actor, of=principal, now=talk.now)
        return answers.say(talk.reader, "people.back.for", who=people.names_by_email([principal])[principal])
    service.be_back(talk.actor, now=talk.now)
    return answers.say(talk.reader, "people.back.set")


def _stands_in(talk: Talk, deputy: people.Named | None) -> str:
    return talk.reader.say("people.away.deputy", who=deputy) if deputy else talk.reader.say("people.away.nobody")


def _named(talk: Talk) -> str:
    """The line with everybody Slack mentions under their address. Raises Invalid for an account of nobody."""

    def named(found: re.Match[str]) -> str:
        member = identity.member_of(talk.team, found[1])
        if member is None:
            raise Invalid({"deputy": Text("people.problem.bad_deputy")})
        return f"@{member.email}"

    return _ACCOUNT.sub(named, talk.typed.rest)


def _taken(pattern: re.Pattern[str], text: str, field: str) -> tuple[str, str | None]:
    """What is left of the line without a person, and their address. Raises Invalid for somebody we do not know, or several."""
    found = pattern.search(text)
    if found is None:
        return text, None
    word = normal(next(group for group in found.groups() if group))
    present = {one.id: one for one in people.list_present()}
    meant = mentions.handles(present.values(), []).get(word, frozenset())
    if len(meant) != 1:
        raise Invalid({field: Text("people.problem.bad_deputy")})
    member = present[next(iter(meant)).member or 0]
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), member.email


def _day(said: str, talk: Talk) -> date | None:
    """A day as people write it: 2026-12-28, 28 Dec, friday, 12月28日, 金曜."""
    today = day_in(talk.now, talk.actor.zone)
    return read_day(full_width(said), today, day_first=False if talk.reader.locale == "ja" else None) if said else None
