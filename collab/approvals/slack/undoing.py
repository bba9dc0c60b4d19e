"""Taking back in Slack: one's own approval while nobody acted after it, and the decision itself."""

from __future__ import annotations

from collab.approvals import messages, service
from collab.approvals.messages import forms
from collab.approvals.slack.pressing import Seen, about, pressed, sent, thanks
from collab.kernel.errors import Invalid
from collab.kernel.permits import permit
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk


def install() -> None:
    """Make buttons, the modal and words known."""
    edges.add_action(messages.UNDO, press_undo)
    edges.add_action(messages.REVOKE, press_revoke)
    edges.add_modal(forms.REVOKED, give_revocation)
    words = edges.vocabulary
    words.add(Command("approval.undo", type_undo, ("undo", "取消", "承認取消", "取り消し"), takes=KEY, rank=36))
    words.add(Command("approval.revoke", type_revoke, ("revoke", "決裁取消"), takes=KEY, rank=37))


@permit("approval.undo")
def press_undo(talk: Talk) -> Answer:
    """Take it back."""
    return _undo(talk, pressed(talk).key)


@permit("approval.undo")
def type_undo(talk: Talk) -> Answer:
    """`undo PR-1`."""
    return _undo(talk, talk.typed.key)


@permit("approval.revoke")
def press_revoke(talk: Talk) -> Answer:
    """Ask for the reason first."""
    return Open(forms.reason("revoke", about(talk, pressed(talk)), talk.reader))


@permit("approval.revoke")
def give_revocation(talk: Talk) -> Answer:
    """The reason was given: now it counts."""
    try:
        return _revoke(talk, sent(talk).key, str(talk.entered.get("comment") or ""))
    except Invalid as error:
        raise Invalid(dict.fromkeys(["comment"], next(iter(error.fields.values()))), error.said_code) from error


@permit("approval.revoke")
def type_revoke(talk: Talk) -> Answer:
    """`revoke PR-1 reason`; without the reason, a modal asks for it."""
    if talk.typed.rest:
        return _revoke(talk, talk.typed.key, talk.typed.rest)
    return Open(forms.reason("revoke", about(talk, Seen(talk.typed.key)), talk.reader))


def _undo(talk: Talk, key: str) -> Answer:
    return thanks(talk, service.undo(key=key, actor=talk.actor, now=talk.now))


def _revoke(talk: Talk, key: str, reason: str) -> Answer:
    return thanks(talk, service.revoke(key=key, actor=talk.actor, reason=reason, now=talk.now))
