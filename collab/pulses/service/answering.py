"""Answering: all questions at once, to be changed until it closes. Nothing else is written anywhere: no entry in the trail, no
message, no moment, no version of anything."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, update

from collab.kernel.actor import Actor
from collab.kernel.atomic import atomic
from collab.kernel.db import insert_once, run
from collab.kernel.errors import Invalid, NotNow, Text
from collab.pulses.models import Given, Pulse
from collab.pulses.queries.answers import key_to
from collab.pulses.queries.pulses import questions_of
from collab.pulses.rules.hiding import RATINGS
from collab.pulses.rules.sealing import NONCE
from collab.pulses.service.holding import locked

_given: Table = Given.__table__  # type: ignore[assignment]


def answer(actor: Actor, key: str, ratings: Mapping[str, int], *, now: datetime) -> Pulse:
    """Take one member's answers, 1 to 5 for every question by its code; a second time replaces the first.

    Raises:
        Invalid: a question without an answer, an answer to none, a rating that is not 1 to 5.
        NotNow: it has closed, or its time is over.
        NotFound, NotAllowed: only whoever was asked, in person.
    """
    with atomic():
        pulse = locked(actor, key, "answer")
        sealing = key_to(pulse)
        if sealing is None or now >= pulse.closes_at:
            raise NotNow("pulse_over")
        codes = [one.code for one in questions_of(pulse)]
        _check(ratings, codes)
        token, sealed = sealing.token(actor.id), sealing.seal(ratings, codes, secrets.token_bytes(NONCE))
        changed = run(update(_given).where(_given.c.token == token).values(sealed=sealed))
        if changed.rowcount == 0:
            insert_once(_given, token=token, pulse_id=pulse.id, sealed=sealed)
        return pulse


def _check(ratings: Mapping[str, int], codes: list[str]) -> None:
    problems = {f"answers.{code}": Text("field.required") for code in codes if code not in ratings}
    problems |= {
        f"answers.{code}"[:60]: Text("pulse.problem.no_such_question") for code in ratings if code not in codes
    }
    problems |= {
        f"answers.{code}": Text("field.out_of_range", {"least": RATINGS[0], "most": RATINGS[-1]})
        for code, rating in ratings.items()
        if code in codes and rating not in RATINGS
    }
    if problems:
        raise Invalid(problems)
