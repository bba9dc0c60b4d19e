"""How I am told things, in one modal of the Home tab: language, quiet time, daily reminder, weekly digest, news per kind.

Only what was changed in it is chosen: what somebody never chose stays the company's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from collab.digests import service as digests
from collab.digests.queries.choices import get_choice
from collab.digests.rules.due import WEEKDAYS
from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import LOCALES, Reader
from collab.kernel.permits import permit, permits
from collab.nudges import queries as nudges
from collab.nudges import service as habits
from collab.nudges.rules.times import parse_time, parse_window, said_time
from collab.people import queries as people
from collab.people import service as standing
from collab.slack import answers, blocks, identity
from collab.slack.blocks import Block
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects import queries as subjects
from collab.subjects import service as following
from collab.subjects.registry import registry
from collab.subjects.rules import all_of

OPEN, FORM, PAGE = "home.settings", "home.settings", "nudge.page"
OFF, NEEDS, YES = "off", "need", "yes"
LANGUAGE, QUIET, REMINDER, DAILY, DIGEST_ON, DIGEST_AT = (
    "language",
    "quiet",
    "reminder",
    "daily",
    "digest_on",
    "digest_at",
)
NEWS = "news."
"""Fields of the modal; those of news are followed by the prefix of a kind's keys."""
_SHORT, _NO_TIME = 40, "field.not_a_time"
Fields = Mapping[str, Any]


def install() -> None:
    """Make the button and the modal known."""
    edges.add_action(OPEN, show)
    edges.add_modal(FORM, send)


def line(member: Actor, reader: Reader, now: datetime) -> str:
    """How things stand, in one line."""
    own = nudges.get_habits(member)
    quiet = own.quiet or own.news_quiet
    said = [
        reader.say(f"home.settings.in.{member.locale}"),
        member.zone,
        reader.say("home.settings.line.quiet", window=str(quiet)) if quiet else reader.say("home.settings.line.never"),
        reader.say("home.settings.line.daily", at=said_time(own.at)) if own.daily else reader.say("home.settings.line.no_daily"),
        _digest_line(member, reader),
        _away_line(member, reader, now),
    ]  # fmt: skip
    return " · ".join(part for part in said if part)


def _digest_line(member: Actor, reader: Reader) -> str:
    if not permits.allows("digest.own", member.roles):
        return ""
    choice = get_choice(member)
    if not choice.wanted:
        return reader.say("home.settings.line.no_digest")
    day = reader.say(f"home.settings.short.{WEEKDAYS[choice.when.weekday]}")
    return reader.say("home.settings.line.digest", day=day, at=said_time(choice.when.minute))


def _away_line(member: Actor, reader: Reader, now: datetime) -> str:
    if not people.presence([member.id], now)[member.id].away:
        return ""
    until = next((last for _first, last in people.list_absent([member.id], now).get(member.id, [])), None)
    return reader.say("home.settings.line.away", day=until) if until else ""


def held_by(member: Actor) -> dict[str, Any]:
    """What holds for a member now, as the fields of the modal say it."""
    own = nudges.get_habits(member)
    fields: dict[str, Any] = {
        LANGUAGE: member.locale, QUIET: str(own.quiet) if own.quiet else "",
        DAILY: [YES] if own.daily else [], REMINDER: said_time(own.at),
    }  # fmt: skip
    if permits.allows("digest.own", member.roles):
        choice = get_choice(member)
        fields[DIGEST_ON] = WEEKDAYS[choice.when.weekday] if choice.wanted else OFF
        fields[DIGEST_AT] = said_time(choice.when.minute)
    if permits.allows("subject.follow", member.roles):
        for kind in registry.kinds:
            fields[f"{NEWS}{kind.prefix}"] = subjects.wish_of(member.id, all_of(kind.prefix)) or NEEDS
    return fields


def _changed(held: Fields, entered: Fields) -> dict[str, Any]:
    """The fields that say something else than when they were shown; an empty one holds nothing, however that is written."""
    return {name: entered[name] for name in held if name in entered and (entered[name] or None) != (held[name] or None)}


@permit("access.own")
def show(talk: Talk) -> Answer:
    """The modal, filled in as things stand."""
    permits.check("access.own", talk.actor.roles)
    return Open(_modal(talk.actor, held_by(talk.actor), talk.reader))


@permit("access.own")
def send(talk: Talk) -> Answer:
    """Choose what was changed; all of it or nothing. What cannot be read stays in its field."""
    permits.check("access.own", talk.actor.roles)
    wanted = _read(_changed(talk.data.get("held") or held_by(talk.actor), talk.entered))
    with atomic():
        _choose(talk.actor, wanted, talk.now)
    if LANGUAGE in wanted:
        identity.forget(talk.team, talk.user)
    reader = Reader(str(wanted.get(LANGUAGE, talk.reader.locale)), talk.reader.zone)
    return answers.say(reader, "home.settings.saved" if wanted else "home.settings.unchanged")


def _read(changed: Fields) -> dict[str, Any]:
    """What the changed fields mean. Raises Invalid, field by field."""
    read = {
        QUIET: (parse_window, "nudge.which_window"),
        REMINDER: (parse_time, _NO_TIME),
        DIGEST_AT: (parse_time, _NO_TIME),
    }
    wanted, wrong = dict(changed), {}
    for name, (parse, problem) in read.items():
        if changed.get(name):
            wanted[name] = parse(str(changed[name]))
            if wanted[name] is None:
                wrong[name] = Text(problem)
    if wrong:
        raise Invalid(wrong)
    return wanted


def _choose(member: Actor, wanted: Fields, now: datetime) -> None:
    """Each feature takes what is its own. An empty time gives the matter back to the company."""
    if LANGUAGE in wanted:
        standing.set_locale(member, str(wanted[LANGUAGE]), now=now)
    if QUIET in wanted:
        habits.choose_quiet(member, wanted[QUIET] or None, now=now)
    if wanted.keys() & {DAILY, REMINDER}:
        own = nudges.get_habits(member)
        daily = bool(wanted[DAILY]) if DAILY in wanted else own.daily
        at = _minute(wanted.get(REMINDER, own.own_at))
        habits.choose_reminder(member, daily=daily, at=at, now=now)
    if change := _digest(wanted):
        digests.choose(member, change, now=now)
    for name in wanted:
        if name.startswith(NEWS):
            wish = wanted[name] if wanted[name] in following.WISHES else None
            following.wish(member, all_of(name.removeprefix(NEWS)), wish, now=now)


def _minute(at: Any) -> int | None:
    return at if isinstance(at, int) else None


def _digest(wanted: Fields) -> dict[str, Any]:
    """What changes about the digest, as its own service takes it."""
    change: dict[str, Any] = {}
    if DIGEST_ON in wanted:
        day = wanted[DIGEST_ON]
        change = {"wanted": True, "weekday": WEEKDAYS.index(day)} if day in WEEKDAYS else {"wanted": False}
    return {**change, "minute": _minute(wanted[DIGEST_AT])} if DIGEST_AT in wanted else change


def _modal(member: Actor, held: Fields, reader: Reader) -> Block:
    note = blocks.context(blocks.escape(reader.say("home.settings.zone", zone=member.zone)))
    all_ = blocks.actions(
        blocks.button(reader.say("home.settings.page"), PAGE, "habits", url=identity.address("/me/notifications"))
    )
    fields = [_entry(name, element, reader) for name, element in _elements(held, reader)]
    news = list(_news(held, reader))
    return blocks.modal(
        FORM, reader.say("home.settings.title"), [*fields[:1], note, *fields[1:], *news, all_],
        close=reader.say("slack.cancel"), submit=reader.say("home.settings.save"), data={"held": held},
    )  # fmt: skip


def _elements(held: Fields, reader: Reader) -> Iterable[tuple[str, Block]]:
    languages = [(code, reader.say(f"home.settings.in.{code}")) for code in LOCALES]
    yield LANGUAGE, blocks.menu(LANGUAGE, languages, chosen=held[LANGUAGE])
    yield QUIET, blocks.text_input(QUIET, value=held[QUIET], longest=_SHORT, hint="20:00-08:00")
    yield DAILY, blocks.tick(DAILY, YES, reader.say("home.settings.daily_on"), on=bool(held[DAILY]))
    yield REMINDER, blocks.text_input(REMINDER, value=held[REMINDER], longest=_SHORT, hint="08:30")
    if DIGEST_ON in held:
        days = [(day, reader.say(f"goal.rhythm.weekday.{day}")) for day in WEEKDAYS]
        choices = [*days, (OFF, reader.say("home.settings.digest_off"))]
        yield DIGEST_ON, blocks.menu(DIGEST_ON, choices, chosen=held[DIGEST_ON])
        yield DIGEST_AT, blocks.text_input(DIGEST_AT, value=held[DIGEST_AT], longest=_SHORT, hint="09:00")


def _news(held: Fields, reader: Reader) -> Iterable[Block]:
    """A menu for each kind of thing; together under one heading."""
    names = [name for name in held if name.startswith(NEWS)]
    if names:
        yield blocks.section(
            f"{blocks.bold(reader.say('home.settings.news'))}\n{blocks.escape(reader.say('home.settings.news_hint'))}"
        )
    choices = [(wish, reader.say(f"home.settings.wish.{wish}")) for wish in (NEEDS, *following.WISHES)]
    for name in names:
        kind = registry.kind_of(f"{name.removeprefix(NEWS)}-1")
        menu = blocks.menu(name, choices, chosen=held[name])
        yield blocks.entry(name, reader.say(f"home.settings.kind.{kind.code}"), menu)


def _entry(name: str, element: Block, reader: Reader) -> Block:
    hint = f"home.settings.{name}_hint"
    return blocks.entry(
        name, reader.say(f"home.settings.{name}"), element, optional=element["type"] in ("plain_text_input", "checkboxes"),
        hint=reader.say(hint) if reader.knows(hint) else "",
    )  # fmt: skip
