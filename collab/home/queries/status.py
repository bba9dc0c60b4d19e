"""How the service does, for operators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collab.escalations.queries import health as escalations
from collab.escalations.queries.health import Health
from collab.escalations.queries.health import health as clock_health
from collab.kernel.i18n import Reader
from collab.outbox import messages
from collab.outbox import queries as outbox
from collab.outbox.queries import Barrier
from collab.outbox.rules.patience import QUIET
from collab.slack.client import transport

MOST_BROKEN = 5


def status(now: datetime) -> dict[str, Any]:
    """How the service does, for operators: "degraded" with the reasons in plain words."""
    swept, delivery = outbox.last_sweep(), _delivery(now)
    sweeping = swept is not None and now - swept <= QUIET
    reasons = [] if sweeping else ["no sweep has finished in the last two minutes: is a worker running, and beat?"]
    reasons += _reasons(outbox.list_gates(), delivery["stuck"], outbox.count_faults())
    clocks = clock_health(now)
    reasons += _clock_reasons(clocks)
    return {
        "state": "degraded" if reasons else "ok",
        "reasons": reasons,
        # A sweep is started by the scheduler, carried by the broker and finished by a worker: one sign for all three.
        "broker": "answers" if sweeping else "unknown",
        "scheduler": "runs" if sweeping and not clocks.silent else "silent",
        "slack": transport().name,
        "outbox": delivery,
        "escalations": _escalations(clocks),
        "last_sweep_at": _moment(swept),
        "now": now.isoformat(),
    }


def _delivery(now: datetime) -> dict[str, Any]:
    """What waits, what stops it, and what was given up last. A message that is not due yet is not waiting."""
    oldest, (gates, stuck) = outbox.oldest_open(), outbox.standstill(now)
    waiting = oldest if oldest and oldest <= now else None
    counts = outbox.counts_by_state()
    return {
        "counts": counts, "oldest_open_at": _moment(waiting), "oldest_open_seconds": _seconds(waiting, now),
        "gates": [_gate(gate) for gate in gates], "stuck": stuck,
        "broken": {"count": counts.get("broken", 0), "newest": [_given_up(one) for one in outbox.list_newest_broken(limit=MOST_BROKEN)]},
    }  # fmt: skip


def _escalations(clocks: Health) -> dict[str, Any]:
    """What runs, what is late, and when somebody last looked: at what is due, and over everything."""
    counts = escalations.counts_by_state()
    return {
        "running": sum(counts.values()), **counts, "late": clocks.late, "last_sweep_at": _moment(clocks.swept_at),
        "last_audit_at": _moment(clocks.audited_at), "last_clean_audit_at": _moment(clocks.clean_at),
    }  # fmt: skip


def _clock_reasons(clocks: Health) -> list[str]:
    """One reason for one trouble: while nobody looks, it says nothing that steps are late."""
    if clocks.silent:
        return ["nobody has looked at due escalations for two minutes: is a worker running, and beat?"]
    found = [f"{clocks.late} escalation steps are more than two minutes late"] if clocks.late else []
    if clocks.audited_at is not None and clocks.unproven:
        found.append("nobody has looked over all escalations for five minutes: does escalations.audit run?")
    elif clocks.troubled and not clocks.late:
        found.append("the last look over all escalations found trouble: /escalations and the log say which")
    return found


def _reasons(gates: list[Barrier], stuck: int, broken: int) -> list[str]:
    found = [why_shut(gate) for gate in gates]
    if stuck:
        found.append(f"{stuck} messages are more than ten minutes late although nothing stops them")
    if broken:
        found.append(f"{broken} messages could not be delivered: /admin/delivery says why and what helps")
    return found


def why_shut(gate: Barrier) -> str:
    """Why nothing is sent, in a line for operators."""
    if gate.name == "workspace":
        return f"Slack refuses us ({gate.reason}): {_plain(gate.reason)}"
    by = gate.by or "the server's command line"
    return f"delivery is paused by {by}{f': {gate.reason}' if gate.reason else ''}"


def _gate(gate: Barrier) -> dict[str, Any]:
    return {
        "name": gate.name, "reason": gate.reason, "since": _moment(gate.since), "by": gate.by,
        "asked_next_at": _moment(gate.asked_next_at),
    }  # fmt: skip


def _given_up(one: outbox.Delivery) -> dict[str, Any]:
    return {
        "id": one.id, "kind": one.kind, "about": one.subject, "error": one.problem, "attempts": one.attempts,
        "cause": _plain(one.problem, one.kind) if one.problem else None, "last_try_at": _moment(one.last_try_at),
    }  # fmt: skip


def _plain(problem: str, kind: str = "") -> str:
    return Reader("en").say(messages.explained(problem, kind).cause)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(since: datetime | None, now: datetime) -> int | None:
    return int((now - since).total_seconds()) if since else None
