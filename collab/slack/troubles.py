"""What is said when something goes wrong, so that nothing anybody typed is lost and nothing happens twice.

A form that is open stays open with the words under a field; a form that could not be opened in time is offered again with
what was typed; a card somebody pressed a button of stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from collab.kernel.errors import Busy, DomainError
from collab.slack import answers, blocks, service
from collab.slack.problems import SlackProblem
from collab.slack.talk import Answer, Open, Quiet, Say, Talk

log = structlog.get_logger(__name__)
AGAIN = "slack.again"
OLDER = frozenset({"hash_conflict"})
"""Refusals of a screen because a newer one is shown already: that one is right."""
Give = Callable[[Talk, Answer], dict[str, Any]]


def tell(talk: Talk, error: Exception, give: Give, line: str) -> dict[str, Any]:
    """Say it, if there is still somewhere to say it: the screen may have been closed or changed meanwhile. `line` is what was
    typed, where something was."""
    try:
        return give(
            replace(talk, whispered=talk.whispered and not isinstance(error, SlackProblem)),
            _said(talk, error, give, line),
        )
    except SlackProblem as problem:
        log.info("slack.not_told", error=problem.error)
        return {}


def _said(talk: Talk, error: Exception, give: Give, line: str) -> Answer:
    """What to say about what went wrong."""
    match error:
        case service.Repeated():
            return answers.say(talk.reader, error.text)
        case DomainError():
            return _refused(talk, error, give)
        case DBAPIError() | PoolTimeout():
            log.warning("slack.database_away", error=str(error))
            return _refused(talk, Busy(), give)
        case SlackProblem() if error.error in OLDER:
            return Quiet()
        case SlackProblem():
            log.warning("slack.not_shown", error=error.error)
            return _kept(talk, not_shown(talk, line), give)
    log.error("slack.failed", action=talk.action, exc_info=error)
    return _kept(talk, answers.say(talk.reader, "slack.failed"), give)


def not_shown(talk: Talk, line: str) -> Say:
    """The form did not open in time: what was typed, and a button that opens it, filled in with that."""
    said = talk.reader.say("slack.not_shown")
    if not line:
        return answers.plainly(said)
    text = f"{said}\n{talk.reader.say('slack.you_typed', line=line)}"
    again = blocks.button(talk.reader.say("slack.again"), AGAIN, line[: blocks.VALUE], style="primary")
    typed = blocks.quotation(f"/collab {line}", blocks.SECTION)
    return Say(text, [blocks.section(blocks.escape(said)), typed, blocks.actions(again)])


def _refused(talk: Talk, error: DomainError, give: Give) -> Answer:
    if give is answers.to_submission:
        return answers.refused_fields(error, talk.view, talk.reader)
    return _kept(talk, answers.refusal(error, talk.reader), give)


def _kept(talk: Talk, said: Say, give: Give) -> Answer:
    """The words, where they take nothing away: under a field of the form that was sent, above the form a button was in."""
    fields = [block["block_id"] for block in talk.view.get("blocks", []) if block.get("type") == "input"]
    if not fields:
        return said
    if give is answers.to_submission:
        return answers.under(fields[0], said.text)
    return Open(answers.note_view(talk.reader, said))
