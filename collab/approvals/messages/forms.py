"""Where a verb that needs words gets them: one modal each, filled in as far as we know, with the question in its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from collab.approvals.messages.seats import COMMENT
from collab.kernel.i18n import Reader
from collab.slack import blocks
from collab.slack.blocks import Block
from collab.slack.wording import cut

REASON, WITH_CONDITIONS, OPINED, ADVOCATED, HELD, LIFTED, ADDED, REVOKED = (
    "approval.reason", "approval.with_conditions", "approval.opined", "approval.advocated", "approval.held",
    "approval.lifted", "approval.added", "approval.revoked",
)  # fmt: skip
LONGEST = 2000
MOST_CONDITIONS, MOST_PEOPLE = 3, 3
STAGES = ("aware", "consider", "buy", "use", "support", "renew")
"""Stages of the customer's way we have words for; any other may be written."""
OTHER = "other"


@dataclass(frozen=True)
class About:
    """What a form is about: the subject, what its sender looks at, and what is typed so far by field."""

    key: str
    title: str
    seen: int | None
    seat: int | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    def head(self, reader: Reader, *words: str) -> list[Block]:
        """The request, and what should be known before it counts."""
        shown = [blocks.section(f"{blocks.bold(self.key)} {blocks.escape(cut(self.title, 200))}")]
        return shown + [blocks.section(blocks.escape(reader.say(word))) for word in words]

    def data(self, **more: Any) -> dict[str, Any]:
        """What comes back with the form."""
        return {"key": self.key, "seen": self.seen, "seat": self.seat, **more}


def reason(verb: str, about: About, reader: Reader, *, steps: Sequence[tuple[int, str]] = ()) -> Block:
    """The compulsory words of a return, a rejection, a revocation, or of a yes in spite of an advocate's warning; a return
    also asks where to, as far as there is a choice (`steps`: number and name)."""
    fields = [_words("comment", f"approval.reason.label.{verb}", about, reader, hint="approval.reason.seen")]
    if verb == "return" and steps:
        fields += _whither(about, steps, reader)
    warned = ("approval.override.lead",) if verb == "approve" else ()
    callback = REVOKED if verb == "revoke" else REASON
    return _form(
        callback,
        f"approval.reason.title.{verb}",
        [*about.head(reader, *warned), *fields],
        about.data(verb=verb),
        reader,
    )


def _whither(about: About, steps: Sequence[tuple[int, str]], reader: Reader) -> list[Block]:
    places = [("requester", reader.say("approval.to.requester"))]
    places += [(str(number), reader.say("approval.to.step", n=number, name=name)) for number, name in steps]
    ways = [(way, reader.say(f"approval.resume.{way}")) for way in ("here", "again")]
    chosen = about.typed
    return [
        _menu("return_to", "approval.to.label", places, chosen.get("return_to", "requester"), reader),
        _menu("resume", "approval.resume.label", ways, chosen.get("resume", "here"), reader),
    ]


def with_conditions(about: About, reader: Reader, *, first_due: date) -> Block:
    """A yes with up to three conditions: what, who sees to it, until when, before anything is ordered or not."""
    shown = about.head(reader, "approval.conditions.lead")
    for number in range(MOST_CONDITIONS):
        shown += _condition(number, reader, first_due)
    shown.append(_words("comment", "approval.conditions.comment", about, reader, optional=True))
    return _form(WITH_CONDITIONS, "approval.conditions.title", shown, about.data(), reader)


def _condition(number: int, reader: Reader, due: date) -> list[Block]:
    optional, at = number > 0, f"conditions.{number}"
    day = blocks.day_picker(f"{at}.due_on", value="" if optional else due.isoformat())
    tick = blocks.tick(f"{at}.before_order", "yes", reader.say("approval.conditions.before_order"), on=not optional)
    return [
        blocks.entry(
            f"{at}.text", reader.say("approval.conditions.text", n=number + 1),
            blocks.text_input(f"{at}.text", longest=500, lines=True), optional=optional,
        ),
        blocks.entry(
            f"{at}.owner", reader.say("approval.conditions.owner"), blocks.person(f"{at}.owner"), optional=optional
        ),
        blocks.entry(f"{at}.due_on", reader.say("approval.conditions.due_on"), day, optional=optional),
        blocks.entry(f"{at}.before_order", reader.say("approval.conditions.kind"), tick, optional=True),
    ]  # fmt: skip


def opinion(about: About, reader: Reader) -> Block:
    """A department's view (合議) with its words."""
    choices = [(code, reader.say(f"approval.opinion.{code}")) for code in ("opinion", "disagree", "agree")]
    shown = [
        *about.head(reader, "approval.opined.lead"),
        _menu("opinion", "approval.opined.label", choices, about.typed.get("opinion", "opinion"), reader),
        _words("comment", "approval.opined.words", about, reader, optional=True, hint="approval.opined.hint"),
    ]
    return _form(OPINED, "approval.opined.title", shown, about.data(), reader)


def advocacy(about: About, reader: Reader) -> Block:
    """Better or worse for the customer, at which stage of their way, and why."""
    choices = [(code, reader.say(f"approval.opinion.{code}")) for code in ("better", "unchanged", "worse")]
    stages = [(code, reader.say(f"approval.stage.{code}")) for code in STAGES]
    stages.append((OTHER, reader.say("approval.advocated.elsewhere")))
    written = blocks.text_input("stage_other", value=about.typed.get("stage_other", ""), longest=80)
    shown = [
        *about.head(reader),
        _menu("opinion", "approval.ask.advocate", choices, about.typed.get("opinion", ""), reader),
        _menu("stage", "approval.advocated.stage", stages, about.typed.get("stage", ""), reader),
        blocks.entry("stage_other", reader.say("approval.advocated.other"), written, optional=True),
        _words("comment", "approval.advocated.words", about, reader, optional=True, hint="approval.advocated.hint"),
    ]
    return _form(ADVOCATED, "approval.advocated.title", shown, about.data(), reader)


def hold(about: About, reader: Reader, *, until: date) -> Block:
    """Not now: why, and until when."""
    day = blocks.day_picker("until_on", value=about.typed.get("until_on") or until.isoformat())
    shown = [
        *about.head(reader, "approval.hold.lead"),
        _words("reason", "approval.hold.reason", about, reader, hint="approval.reason.seen"),
        blocks.entry("until_on", reader.say("approval.hold.until"), day),
    ]
    return _form(HELD, "approval.hold.title", shown, about.data(), reader)


def lift(about: About, skipped: Sequence[str], reader: Reader) -> Block:
    """Approving over those who have not decided: whom, and that they will read it after."""
    names = blocks.section(blocks.escape(reader.say("approval.lift.over", names=list(skipped))))
    shown = [*about.head(reader), names, _words("comment", "approval.lift.words", about, reader, optional=True)]
    return _form(LIFTED, "approval.lift.title", shown, about.data(), reader)


def add_step(about: About, reader: Reader) -> Block:
    """More people: who, what they are asked, before or after one's own step, and why."""
    kinds = [(code, reader.say(f"approval.extra.kind.{code}")) for code in ("approve", "consult", "review")]
    places = [(code, reader.say(f"approval.extra.place.{code}")) for code in ("before", "after")]
    rules = [(code, reader.say(f"approval.extra.rule.{code}")) for code in ("all", "any")]
    typed = about.typed
    people = [
        blocks.entry(
            f"members.{number}", reader.say("approval.extra.person", n=number + 1),
            blocks.person(f"members.{number}", chosen=typed.get(f"members.{number}", "")), optional=number > 0,
        )
        for number in range(MOST_PEOPLE)
    ]  # fmt: skip
    shown = [
        *about.head(reader, "approval.extra.lead"), *people,
        _menu("kind", "approval.extra.kind_label", kinds, typed.get("kind", "approve"), reader),
        _menu("before", "approval.extra.place_label", places, typed.get("before", "before"), reader),
        _menu("rule", "approval.extra.rule_label", rules, typed.get("rule", "all"), reader),
        _words("reason", "approval.extra.reason", about, reader, hint="approval.reason.seen"),
    ]  # fmt: skip
    return _form(ADDED, "approval.extra.title", shown, about.data(), reader)


def _words(name: str, label: str, about: About, reader: Reader, *, optional: bool = False, hint: str = "") -> Block:
    placeholder = "" if optional else reader.say("approval.reason.hint")
    written = blocks.text_input(name, value=about.typed.get(name, ""), longest=LONGEST, lines=True, hint=placeholder)
    return blocks.entry(name, reader.say(label), written, optional=optional, hint=reader.say(hint) if hint else "")


def _menu(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str, reader: Reader) -> Block:
    return blocks.entry(name, reader.say(label), blocks.menu(name, choices, chosen=chosen))


def _form(callback: str, title: str, shown: Sequence[Block], data: Mapping[str, Any], reader: Reader) -> Block:
    return blocks.modal(
        callback,
        reader.say(title),
        shown,
        close=reader.say("slack.cancel"),
        submit=reader.say("approval.button.send"),
        data=data,
    )


def kept_words(words: str, reader: Reader) -> list[Block]:
    """What somebody wrote in a form that could not count any more: theirs to use again."""
    return [blocks.context(blocks.escape(reader.say("approval.slack.you_wrote"))), blocks.quotation(words, COMMENT)]
