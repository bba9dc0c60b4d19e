"""The button of the card and the form behind it."""

from __future__ import annotations

from typing import Any

from collab.kernel.errors import Invalid, NotFound
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.pulses import messages, queries, service
from collab.pulses.schemas import AnswersIn
from collab.pulses.slack.cards import card_for, results_for
from collab.slack import answers
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk


def install() -> None:
    """Make buttons and the form known."""
    edges.add_action(messages.ANSWER, press_answer)
    edges.add_action(messages.LOOK, look)
    edges.add_modal(messages.FORM, send_answers)


@permit("pulse.answer")
def press_answer(talk: Talk) -> Answer:
    """The form, with what its presser answered before."""
    return form_of(talk, queries.get_pulse(talk.actor, talk.pressed))


@permit("pulse.answer")
def send_answers(talk: Talk) -> Answer:
    """All answers at once."""
    key = str(talk.data.get("key") or "")
    pulse = queries.get_pulse(talk.actor, key)
    codes = [one.code for one in queries.questions_of(pulse)]
    given = {code: talk.entered[code] for code in codes if talk.entered.get(code)}
    try:
        service.answer(talk.actor, key, load(AnswersIn(), {"answers": given})["answers"], now=talk.now)
    except Invalid as refused:
        raise Invalid({path.removeprefix("answers."): text for path, text in refused.fields.items()}) from refused
    return answers.say(talk.reader, "pulse.done.answered", at=pulse.closes_at)


@permit("pulse.show")
def look(talk: Talk) -> Answer:
    """The card of a line in a bundle, or the results."""
    return shown(talk, talk.pressed)


def form_of(talk: Talk, pulse: Any) -> Open:
    """The form for somebody who may answer. Raises NotAllowed, NotNow."""
    permits.check("pulse.answer", queries.relations(talk.actor, pulse), pulse.state)
    title, given = queries.title_of(pulse, talk.reader.locale), queries.find_own(talk.actor, pulse)
    questions = queries.questions_of(pulse)
    return Open(messages.form(pulse.key, title, questions, talk.reader, minimum=pulse.minimum, given=given))


def shown(talk: Talk, key: str) -> Say:
    """The results of a pulse that has closed, else its card. Raises NotFound."""
    queries.get_pulse(talk.actor, key)
    found = results_for(key, talk.actor, talk.reader)
    if found is None:
        card = card_for(key, talk.actor, talk.reader)
        if card is None:
            raise NotFound
        found = messages.asking(card, talk.reader)
    return Say(found.text, found.blocks)
