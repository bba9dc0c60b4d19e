"""`/collab initiative dialogue I-7`, the button that answers a question, the button that makes a task of a difference."""

from __future__ import annotations

from collab.blueprints.messages import dialogue as messages
from collab.blueprints.queries.blueprints import get_initiative
from collab.blueprints.queries.dialogue import Question, find_newest, get_questions
from collab.blueprints.rules.questions import QUESTIONS
from collab.blueprints.schemas.dialogue import DialogueAnswerIn
from collab.blueprints.service import answering, differing
from collab.blueprints.slack import dialogue_cards as cards
from collab.initiatives.queries import PREFIX, relations_of
from collab.kernel.errors import NotFound, NotNow, Text
from collab.kernel.fields import load
from collab.kernel.permits import permit, permits
from collab.slack import answers
from collab.slack.grammar import KEY, Command
from collab.slack.registry import edges
from collab.slack.talk import Answer, Open, Say, Talk

WORDS = ("dialogue", "questions", "answers", "対話", "質問", "四つの質問")


def install() -> None:
    """Make the command, the buttons and the modal known."""
    edges.vocabulary.add(
        Command("blueprint.dialogue", show, WORDS, noun="initiative", takes=KEY, prefix=PREFIX, rank=60)
    )
    edges.add_action(messages.ANSWER, press_answer)
    edges.add_action(messages.DIFFER, press_differ)
    edges.add_action(messages.LOOK, look)
    edges.add_modal(messages.ANSWER, send_answer)


@permit("blueprint.show")
def show(talk: Talk) -> Answer:
    """Where the four questions stand, and what waits for me."""
    return _listed(talk, talk.typed.key)


@permit("blueprint.show")
def look(talk: Talk) -> Answer:
    """The same, from a line of a bundle."""
    return _listed(talk, messages.value_from(talk.pressed)[0])


@permit("blueprint.answer")
def press_answer(talk: Talk) -> Answer:
    """Ask for the rating and the words; what the same person said before stands there."""
    key, number, _quarter = messages.value_from(talk.pressed)
    initiative = get_initiative(talk.actor, key)
    permits.check("blueprint.answer", relations_of(talk.actor, initiative), initiative.state)
    if number not in QUESTIONS:
        raise NotFound
    newest = find_newest(initiative.id, number, talk.actor.id)
    if newest and newest.revealed_at:
        raise NotNow("dialogue_revealed", question=number, at=newest.revealed_at)
    mine = newest.given_by(talk.actor.id) if newest else None
    now = cards.asking(talk.actor, initiative, talk.now)
    said = {"chosen": str(mine.rating), "text": mine.text} if mine else {}
    return Open(messages.answer_modal(now, number, talk.reader, **said))


@permit("blueprint.answer")
def send_answer(talk: Talk) -> Answer:
    """Keep it; the reply says that it was kept, and no word of it."""
    key, number = str(talk.data["key"]), talk.data["question"]
    given = {"rating": talk.entered.get("rating") or "", "text": talk.entered.get("text") or ""}
    fields = load(DialogueAnswerIn(), {"question": number, **given})
    done = answering.answer(talk.actor, key, fields, now=talk.now)
    return answers.say(talk.reader, f"blueprint.dialogue.did.{'revealed' if done.revealed else 'answered'}", key=key)


@permit("blueprint.differ")
def press_differ(talk: Talk) -> Answer:
    """One tap: the difference is a task."""
    key, number, quarter = messages.value_from(talk.pressed)
    get_initiative(talk.actor, key)
    task = differing.differ(talk.actor, key, number, quarter=quarter, now=talk.now)
    return answers.say(talk.reader, "blueprint.dialogue.did.differ", task=task)


def _listed(talk: Talk, key: str) -> Say:
    initiative = get_initiative(talk.actor, key)
    rows = [(one.number, _state(one)) for one in get_questions(talk.actor, key, talk.now)]
    return messages.listed(cards.asking(talk.actor, initiative, talk.now), rows, talk.reader)


def _state(one: Question) -> Text:
    if one.state != "revealed" or one.newest is None:
        count = len(one.newest.answered) if one.newest and one.state == "open" else 0
        return Text(f"blueprint.dialogue.state.{one.state}", {"n": count})
    first, second = (given.rating for given in one.newest.answers)
    return Text("blueprint.dialogue.state.revealed", {"first": first, "second": second})
