"""Putting one's own seat on hold in Slack, taking it up again, and approving over those below who have not decided."""

from __future__ import annotations

from datetime import date, timedelta

from collab.approvals import messages, service
from collab.approvals.messages import forms
from collab.approvals.slack import ways
from collab.approvals.slack.pressing import (
    Seen,
    about,
    asked_on,
    day_of,
    fresh_card,
    get_chain,
    last_seen,
    names_in,
    pressed,
    sent,
    taken,
)
from collab.kernel.errors import Invalid
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.slack import answers
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk

WEEK = timedelta(days=7)


def install() -> None:
    """Make buttons, modals and words known."""
    edges.add_action(messages.HOLD, press_hold)
    edges.add_action(messages.RELEASE, press_release)
    edges.add_action(messages.LIFT, press_lift)
    edges.add_modal(forms.HELD, give_hold)
    edges.add_modal(forms.LIFTED, give_lift)
    words = edges.vocabulary
    words.add(Command("approval.hold", type_hold, ("hold", "保留"), takes=KEY, rank=33))
    words.add(Command("approval.release", type_release, ("release", "resume", "保留解除", "再開"), takes=KEY, rank=33))
    words.add(Command("approval.lift", type_lift, ("lift", "引き上げ", "引上げ承認"), takes=KEY, rank=34))


@permit("approval.hold")
def press_hold(talk: Talk) -> Answer:
    """Ask why and until when."""
    return _hold_form(talk, pressed(talk), None, "")


@permit("approval.hold")
def give_hold(talk: Talk) -> Answer:
    """It was said why and until when: now it counts."""
    key, until = sent(talk).key, day_of(talk.entered.get("until_on"), "until_on")
    return _hold(talk, key, until, str(talk.entered.get("reason") or ""))


@permit("approval.hold")
def type_hold(talk: Talk) -> Answer:
    """`hold PR-1 2026-12-05 reason`; whatever is missing, a modal asks for."""
    word, _, rest = talk.typed.rest.partition(" ")
    try:
        until, reason = day_of(word, "until_on"), rest.strip()
    except Invalid:
        until, reason = None, talk.typed.rest
    if until and reason:
        return _hold(talk, talk.typed.key, until, reason)
    return _hold_form(talk, Seen(talk.typed.key), until, reason)


@permit("approval.release")
def press_release(talk: Talk) -> Answer:
    """Take it up again."""
    return _release(talk, pressed(talk).key)


@permit("approval.release")
def type_release(talk: Talk) -> Answer:
    """`release PR-1`."""
    return _release(talk, talk.typed.key)


@permit("approval.lift")
def press_lift(talk: Talk) -> Answer:
    """Show over whom, and ask once more."""
    return _lift_form(talk, pressed(talk), "")


@permit("approval.lift")
def give_lift(talk: Talk) -> Answer:
    """It was confirmed: now it counts."""
    return _lift(talk, sent(talk), str(talk.entered.get("comment") or ""))


@permit("approval.lift")
def type_lift(talk: Talk) -> Answer:
    """`lift PR-1 [words]`: shown over whom first."""
    seen = last_seen(talk, talk.typed.key)
    return _lift_form(talk, Seen(talk.typed.key, seen.version), talk.typed.rest)


def _hold(talk: Talk, key: str, until: date, reason: str) -> Answer:
    held = service.hold(key=key, actor=talk.actor, reason=reason, until_on=until, now=talk.now)
    return answers.say(talk.reader, "approval.slack.held", key=key, until=held)


def _hold_form(talk: Talk, seen: Seen, until: date | None, reason: str) -> Answer:
    if asked_on(talk, seen.key) is None:  # the service says why not
        return _hold(talk, seen.key, people.today(talk.now) + WEEK, reason or "-")
    day = until or people.today(talk.now) + WEEK
    return Open(forms.hold(about(talk, seen, **({"reason": reason} if reason else {})), talk.reader, until=day))


def _release(talk: Talk, key: str) -> Answer:
    due_at = service.release(key=key, actor=talk.actor, now=talk.now)
    return answers.say(talk.reader, "approval.slack.released", key=key, due=due_at)


def _lift_form(talk: Talk, seen: Seen, words: str) -> Answer:
    chain = get_chain(talk, seen.key)
    over = ways.skipped(chain, talk.actor.id)
    if not over:  # the service says why not
        return _lift(talk, Seen(seen.key, 0), words)
    looked = Seen(seen.key, seen.version or chain.content_version)
    names = names_in(talk, [seat.member for seat in over])
    return Open(forms.lift(about(talk, looked, comment=words), names, talk.reader))


def _lift(talk: Talk, seen: Seen, words: str) -> Answer:
    if asked_on(talk, seen.key) and not ways.skipped(get_chain(talk, seen.key), talk.actor.id):
        return fresh_card(talk, seen.key, "approval.slack.your_turn", typed=words)
    return taken(
        talk, seen.key,
        lambda: service.lift(
            key=seen.key, actor=talk.actor, comment=words or None, seen_version=seen.version, now=talk.now
        ),
        typed=words,
    )  # fmt: skip
