"""Going away in a form: from, until, who stands in, and for whom a secretary says so. Filled in as far as anything is known;
what is wrong is said under its field and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, Text
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.people import queries as people
from collab.people import service
from collab.slack import blocks, identity
from collab.slack.blocks import Block
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk

FORM, BACK = "people.away_form", "people.back_now"
"""The form's callback id, which is also the button that opens it; and the button that ends an absence."""
STANDING_IN = "/me/standing-in"
MYSELF = "myself"


@dataclass(frozen=True)
class Wish:
    """What is known before the form is opened; addresses, and why it is opened where something was not understood."""

    from_on: date | None = None
    until_on: date | None = None
    deputy: str | None = None
    principal: str | None = None
    notice: str = ""


def install() -> None:
    """Make the form and its buttons known."""
    edges.add_action(FORM, press)
    edges.add_modal(FORM, send)
    edges.add_action(BACK, press_back)


@permit("absence.own")
def press(talk: Talk) -> Answer:
    """Open it empty."""
    return opened(talk, Wish())


@permit("absence.own")
def send(talk: Talk) -> Answer:
    """It was filled in: say it for oneself, or for a principal."""
    account, of = talk.entered.get("deputy"), str(talk.entered.get("of") or MYSELF)
    deputy = _address(talk, str(account)) if account else None
    days = _days(talk)
    if of == MYSELF:
        service.be_away(talk.actor, from_on=days[0], until_on=days[1], deputy=deputy, now=talk.now)
    else:
        service.set_absence(talk.actor, of=of, from_on=days[0], until_on=days[1], deputy=deputy, now=talk.now)
    return told(talk, days[0], days[1], deputy, None if of == MYSELF else of)


@permit("absence.own")
def press_back(talk: Talk) -> Answer:
    """Here again after all."""
    return end(talk, None if talk.pressed == MYSELF else talk.pressed)


def opened(talk: Talk, wish: Wish) -> Answer:
    """The form. Raises NotAllowed for whoever is never away here."""
    permits.check("absence.own", talk.actor.roles)
    return Open(
        modal(wish, _principals(talk), _account(talk, wish.deputy), day_in(talk.now, talk.actor.zone), talk.reader)
    )


def end(talk: Talk, principal: str | None) -> Answer:
    """End an absence, one's own or a principal's, and say so."""
    if principal is None:
        service.be_back(talk.actor, now=talk.now)
        line = talk.reader.say("people.back.set")
    else:
        service.end_absence(talk.actor, of=principal, now=talk.now)
        line = talk.reader.say("people.back.for", who=people.names_by_email([principal])[principal])
    return Say(line, [blocks.section(blocks.escape(line))])


def told(talk: Talk, from_on: date, until_on: date, deputy: str | None, principal: str | None) -> Say:
    """What was written down, who stands in, and the way back."""
    reader, names = talk.reader, people.names_by_email([one for one in (principal, deputy) if one])
    later = "_from" if from_on > people.today(talk.now) else ""
    word = f"people.away.for{later}" if principal else f"people.away.set{later}"
    line = reader.say(word, day=until_on, first=from_on, who=names.get(principal or ""))
    standing = reader.say("people.away.deputy", who=names[deputy]) if deputy else reader.say("people.away.nobody")
    text = f"{line} {standing}"
    back = blocks.button(reader.say("people.away.back"), BACK, principal or MYSELF)
    return Say(text, [blocks.section(blocks.escape(text)), blocks.actions(back)])


def modal(wish: Wish, principals: list[tuple[str, str]], account: str, today: date, reader: Reader) -> Block:
    """The form in one state; `principals` are those a secretary may say it for (address, name)."""
    first = wish.from_on or today
    until = blocks.day_picker(f"{FORM}.field:until_on", value=wish.until_on.isoformat() if wish.until_on else "")
    whom = [(MYSELF, reader.say("people.away.form.myself")), *principals]
    top = [blocks.section("※ " + blocks.escape(wish.notice))] if wish.notice else []
    of = blocks.menu(f"{FORM}.field:of", whom, chosen=wish.principal or MYSELF)
    shown = [
        *top,
        *([_entry("of", of, reader)] if principals else []),
        _entry("from_on", blocks.day_picker(f"{FORM}.field:from_on", value=first.isoformat()), reader),
        _entry("until_on", until, reader),
        _entry("deputy", blocks.person(f"{FORM}.field:deputy", chosen=account), reader, optional=True),
        blocks.context(_may(reader)),
    ]
    return blocks.modal(
        FORM, reader.say("people.away.form.title"), shown, close=reader.say("slack.cancel"),
        submit=reader.say("people.away.form.submit"),
    )  # fmt: skip


def _may(reader: Reader) -> str:
    """What a deputy may do, and where more is arranged."""
    more = blocks.link(identity.address(STANDING_IN), reader.say("people.away.form.delegate"))
    return f"{blocks.escape(reader.say('people.away.form.may'))} {more}"


def _entry(name: str, element: Block, reader: Reader, *, optional: bool = False) -> Block:
    return blocks.entry(name, reader.say(f"people.away.form.{name}"), element, optional=optional)


def _days(talk: Talk) -> tuple[date, date]:
    """Both days as picked. Raises Invalid under their fields."""
    found: dict[str, date] = {}
    problems: dict[str, Text] = {}
    for name in ("from_on", "until_on"):
        try:
            found[name] = date.fromisoformat(str(talk.entered.get(name) or ""))
        except ValueError:
            problems[name] = Text("field.not_a_day")
    if problems:
        raise Invalid(problems)
    return found["from_on"], found["until_on"]


def _address(talk: Talk, account: str) -> str:
    member = identity.member_of(talk.team, account)
    if member is None:
        raise Invalid({"deputy": Text("people.problem.bad_deputy")})
    return member.email


def _account(talk: Talk, email: str | None) -> str:
    """The account of somebody named before, as far as it is known."""
    member = people.find_actor_by_email(email, talk.now) if email else None
    return (people.find_slack_account(member.id, talk.team) or "") if member else ""


def _principals(talk: Talk) -> list[tuple[str, str]]:
    """Whom this member is a secretary of."""
    mine = [row.principal_id for row in people.list_secretaries(talk.actor.id) if row.secretary_id == talk.actor.id]
    bosses = [people.get_actor(one, talk.now) for one in mine]
    return [(boss.email, boss.name(talk.reader.locale)) for boss in bosses if boss.active]
