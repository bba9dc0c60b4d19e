"""Pressing a button of a requirement on the page of a blueprint."""

from __future__ import annotations

from collab.blueprints import service
from collab.blueprints.schemas import drawing as schemas
from collab.blueprints.views.pages import HERE, Answer, bp, press
from collab.kernel import clock
from collab.kernel.permits import permit

__all__ = ["bp"]
ONE = f"{HERE}/requirements/<int:number>"


@bp.post(f"{HERE}/requirements")
@permit("blueprint.ask")
def ask(key: str) -> Answer:
    """What one side needs."""
    return press(
        key, "ask", "requirement", lambda me, sent: service.ask(me, key, sent, now=clock.now()),
        schemas.BlueprintRequirementIn(),
    )  # fmt: skip


@bp.post(f"{ONE}/commit")
@permit("blueprint.commit")
def commit(key: str, number: int) -> Answer:
    """Promised for a day."""
    return press(
        key, "commit", f"requirement-{number}",
        lambda me, sent: service.commit_to(me, key, number, on=sent["on"], text=sent.get("text"), now=clock.now()),
        schemas.BlueprintCommitIn(),
    )  # fmt: skip


@bp.post(f"{ONE}/decline")
@permit("blueprint.decline")
def decline(key: str, number: int) -> Answer:
    """No, and why."""
    return press(
        key, "decline", f"requirement-{number}",
        lambda me, sent: service.decline(me, key, number, reason=sent["reason"], now=clock.now()),
        schemas.BlueprintDeclineIn(),
    )  # fmt: skip


@bp.post(f"{ONE}/counter")
@permit("blueprint.counter")
def counter(key: str, number: int) -> Answer:
    """Something else, or another day."""
    return press(
        key, "counter", f"requirement-{number}",
        lambda me, sent: service.counter(me, key, number, text=sent["text"], on=sent["on"], now=clock.now()),
        schemas.BlueprintCounterIn(),
    )  # fmt: skip


@bp.post(f"{ONE}/agree")
@permit("blueprint.agree")
def agree(key: str, number: int) -> Answer:
    """Take what was offered."""
    return press(
        key, "agree", f"requirement-{number}", lambda me, _sent: service.agree(me, key, number, now=clock.now())
    )  # fmt: skip


@bp.post(f"{ONE}/met")
@permit("blueprint.met")
def met(key: str, number: int) -> Answer:
    """It is there."""
    return press(key, "met", f"requirement-{number}", lambda me, _sent: service.met(me, key, number, now=clock.now()))


@bp.post(f"{ONE}/withdraw")
@permit("blueprint.withdraw")
def withdraw(key: str, number: int) -> Answer:
    """Needed no more."""
    return press(
        key, "withdraw", f"requirement-{number}",
        lambda me, sent: service.withdraw(me, key, number, reason=sent.get("reason"), now=clock.now()),
        schemas.BlueprintWithdrawIn(),
    )  # fmt: skip


@bp.post(f"{ONE}/answerer")
@permit("blueprint.name_answerer")
def name_answerer(key: str, number: int) -> Answer:
    """Who answers for their side."""
    return press(
        key, "name_answerer", f"requirement-{number}",
        lambda me, sent: service.name_answerer(me, key, number, member=sent["member"], now=clock.now()),
        schemas.BlueprintAnswererIn(),
    )  # fmt: skip
