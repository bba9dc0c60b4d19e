"""`/collab away until DATE [deputy @who] [for @boss]` and `/collab back [for @boss]`: one line before one leaves. A secretary
says so for a principal. What cannot be read is asked back; nothing is half done."""

from __future__ import annotations

import re
from datetime import date

from collab.home import away_form
from collab.home.away_form import Wish, end, opened, told
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit
from collab.kernel.text import normal
from collab.people import queries as people
from collab.people import service
from collab.slack import identity
from collab.slack.grammar import REST, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Talk
from collab.slack.wording import cut
from collab.tasks.messages.days import full_width, read_day
from collab.threads.rules import mentions

_ACCOUNT = re.compile(r"<@([^|<>\s]+)(?:\|[^<>]*)?>")
WHO = r"[@＠]([^\s\u3000、,@＠]+?(?:@[A-Za-z0-9.-]+)?)(?:さん)?(?=[\s\u3000、,はがの]|$)"
_DEPUTY = re.compile(rf"(?:\bdeputy|代理)\s*[:：は]?\s*{WHO}(?:が|は)?", re.IGNORECASE)
_FOR = re.compile(rf"\bfor\s+{WHO}|{WHO}\s*(?:の|は|が)", re.IGNORECASE)
_FROM = re.compile(r"^(?:from\s+)?(\S.*?)\s*(?:から|[〜～~–—]|\s-\s|\s(?:until|till|to)\s)\s*(\S.*)$", re.IGNORECASE)
_UNTIL = re.compile(r"^(?:until|till|to|by)\s+|\s*まで$", re.IGNORECASE)


def install() -> None:
    """Make the two commands known."""
    words = edges.vocabulary
    words.add(Command("people.away", away, ("away", "leave", "不在", "休暇"), takes=REST, rank=70))
    away_form.install()
    words.add(Command("people.back", back, ("back", "復帰", "復帰しました", "戻り", "戻りました"), takes=REST, rank=71))


@permit("absence.own")
def away(talk: Talk) -> Answer:
    """Until a day (from today, or from another one), who stands in, and for whom it is said; what the line leaves open is asked
    in a form."""
    rest, deputy = taken(_DEPUTY, with_addresses(talk), "deputy")
    rest, principal = taken(_FOR, rest, "of")
    said = rest.strip(" \u3000、,")
    days = _span(said, talk)
    if days is None:
        notice = talk.reader.say("people.away.which_day", word=cut(said, 200)) if said else ""
        return opened(talk, Wish(deputy=deputy, principal=principal, notice=notice))
    first, until = days
    if principal:
        service.set_absence(talk.actor, of=principal, from_on=first, until_on=until, deputy=deputy, now=talk.now)
    else:
        service.be_away(talk.actor, from_on=first, until_on=until, deputy=deputy, now=talk.now)
    return told(talk, first, until, deputy, principal)


@permit("absence.own")
def back(talk: Talk) -> Answer:
    """Here again, oneself or a principal."""
    _rest, principal = taken(_FOR, with_addresses(talk), "of")
    return end(talk, principal)


def with_addresses(talk: Talk) -> str:
    """The line with everybody Slack mentions under their address. Raises Invalid for an account of nobody."""

    def named(found: re.Match[str]) -> str:
        member = identity.member_of(talk.team, found[1])
        if member is None:
            raise Invalid({"deputy": Text("people.problem.bad_deputy")})
        return f"@{member.email}"

    return _ACCOUNT.sub(named, talk.typed.rest)


def taken(pattern: re.Pattern[str], text: str, field: str) -> tuple[str, str | None]:
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


def _span(said: str, talk: Talk) -> tuple[date, date] | None:
    """First and last day: `until friday`, `24 Dec - 28 Dec`, 12月24日から28日まで; None where a day is missing or unknown."""
    both = _FROM.match(said)
    if both:
        first, until = _day(both[1], talk), _day(_UNTIL.sub("", both[2]), talk)
        if first and until:
            return first, until
    until = _day(_UNTIL.sub("", said), talk)
    return (people.today(talk.now), until) if until else None


def _day(said: str, talk: Talk) -> date | None:
    """A day as people write it: 2026-12-28, 28 Dec, friday, 12月28日, 金曜."""
    today = day_in(talk.now, talk.actor.zone)
    return read_day(full_width(said), today, day_first=False if talk.reader.locale == "ja" else None) if said else None
