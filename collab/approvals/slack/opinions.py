"""Opinions in Slack: a department that is consulted agrees or says why not; an advocate says what it is for the customer."""

from __future__ import annotations

from collab.approvals import messages, service
from collab.approvals.messages import forms
from collab.approvals.rules.verbs import OF_KIND
from collab.approvals.slack.pressing import Seen, about, asked_on, fresh_card, last_seen, pressed, sent, taken
from collab.kernel.errors import Invalid, Text
from collab.kernel.permits import permit
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Talk
from collab.subjects.queries import get_summary

_SAID = {
    "agree": ("agree", "同意"),
    "opinion": ("opinion", "意見", "意見付き"),
    "disagree": ("disagree", "不同意", "反対"),
    "better": ("better", "良くなる", "よくなる"),
    "unchanged": ("unchanged", "same", "変わらない", "かわらない"),
    "worse": ("worse", "悪くなる", "わるくなる"),
}
"""Opinions as people type them."""
_WORDS = {word: code for code, words in _SAID.items() for word in words}


def install() -> None:
    """Make buttons, modals and words known."""
    edges.add_action(messages.AGREE, press_agree)
    edges.add_action(messages.OPINION, press_opinion)
    edges.add_action(messages.ADVOCATE, press_advocate)
    edges.add_modal(forms.OPINED, give_opinion)
    edges.add_modal(forms.ADVOCATED, give_advocacy)
    words = edges.vocabulary
    words.add(
        Command(
            "approval.consult", type_consult, ("consult", "合議"), takes=KEY, rank=31, named=("approval.kind.consult",)
        )
    )
    words.add(Command("approval.agree", type_agree, _SAID["agree"], takes=KEY, rank=31, listed=False))
    words.add(Command("approval.disagree", type_disagree, _SAID["disagree"], takes=KEY, rank=31, listed=False))
    words.add(Command("approval.opinion", type_opinion, _SAID["opinion"], takes=KEY, rank=31, listed=False))
    words.add(Command("approval.advocate", type_advocate, ("advocate", "お客様視点", "顧客視点"), takes=KEY, rank=32))


@permit("approval.consult")
def press_agree(talk: Talk) -> Answer:
    """One tap."""
    return _say(talk, pressed(talk), "consult", "agree")


@permit("approval.consult")
def press_opinion(talk: Talk) -> Answer:
    """Ask for the opinion and its words."""
    return _form(talk, pressed(talk), "consult")


@permit("approval.advocate")
def press_advocate(talk: Talk) -> Answer:
    """Ask: better or worse, at which stage, why."""
    return _form(talk, pressed(talk), "advocate")


@permit("approval.consult")
def give_opinion(talk: Talk) -> Answer:
    """The opinion was given: now it counts."""
    return _say(talk, sent(talk), "consult", str(talk.entered.get("opinion")), str(talk.entered.get("comment") or ""))


@permit("approval.advocate")
def give_advocacy(talk: Talk) -> Answer:
    """The answer was given: now it counts."""
    entered = {name: str(talk.entered.get(name) or "") for name in ("opinion", "stage", "stage_other", "comment")}
    stage = entered["stage_other"].strip() if entered["stage"] in ("", forms.OTHER) else entered["stage"]
    if not stage:
        raise Invalid({"stage_other": Text("field.required")})
    return _say(talk, sent(talk), "advocate", entered["opinion"], entered["comment"], stage)


@permit("approval.consult")
def type_consult(talk: Talk) -> Answer:
    """`consult PR-1 agree | opinion | disagree [words]`; without words where they are needed, a modal asks for them."""
    word, _, words = talk.typed.rest.partition(" ")
    opinion = _WORDS.get(word, "")
    if opinion in ("agree", "opinion", "disagree"):
        return _typed(talk, "consult", opinion, words.strip())
    return _typed(talk, "consult", "", talk.typed.rest)


@permit("approval.consult")
def type_agree(talk: Talk) -> Answer:
    """`同意 PR-1`."""
    return _typed(talk, "consult", "agree", talk.typed.rest)


@permit("approval.consult")
def type_opinion(talk: Talk) -> Answer:
    """`意見 PR-1 words`."""
    return _typed(talk, "consult", "opinion", talk.typed.rest)


@permit("approval.consult")
def type_disagree(talk: Talk) -> Answer:
    """`不同意 PR-1 words`."""
    return _typed(talk, "consult", "disagree", talk.typed.rest)


@permit("approval.advocate")
def type_advocate(talk: Talk) -> Answer:
    """`advocate PR-1 [better | unchanged | worse] [words]`: the modal asks for the stage, filled in as far as was typed."""
    word, _, words = talk.typed.rest.partition(" ")
    opinion = _WORDS.get(word, "")
    if opinion in ("better", "unchanged", "worse"):
        return _typed(talk, "advocate", opinion, words.strip())
    return _typed(talk, "advocate", "", talk.typed.rest)


def _typed(talk: Talk, verb: str, opinion: str, words: str) -> Answer:
    key = talk.typed.key
    get_summary(talk.actor, key)
    found = asked_on(talk, key)
    if found is None:
        return _say(talk, Seen(key, 0), verb, opinion or _first(verb), words or "-", "-")
    seen = last_seen(talk, key)
    if seen.version != found[0].content_version or seen.seat not in (None, found[1].id):
        return fresh_card(talk, key, "approval.slack.read_first", typed=words)
    kind = found[0].kind(found[1])
    if verb not in OF_KIND[kind]:
        return fresh_card(talk, key, f"approval.slack.other_here.{kind}", typed=words)
    if opinion == "agree" or (opinion and words and verb == "consult"):
        return _say(talk, seen, verb, opinion, words)
    return _form(talk, seen, verb, opinion=opinion, comment=words)


def _first(verb: str) -> str:
    return "agree" if verb == "consult" else "unchanged"


def _form(talk: Talk, seen: Seen, verb: str, **typed: str) -> Answer:
    if asked_on(talk, seen.key) is None:
        return _say(talk, Seen(seen.key, 0), verb, _first(verb), "-", "-")
    made = forms.opinion if verb == "consult" else forms.advocacy
    return Open(made(about(talk, seen, **{name: text for name, text in typed.items() if text}), talk.reader))


def _say(talk: Talk, seen: Seen, verb: str, opinion: str, comment: str = "", stage: str | None = None) -> Answer:
    return taken(
        talk, seen.key,
        lambda: service.decide(
            key=seen.key, actor=talk.actor, verb=verb, opinion=opinion, stage=stage, comment=comment or None, now=talk.now,
            **seen.guards,
        ),
        typed=comment,
    )  # fmt: skip
