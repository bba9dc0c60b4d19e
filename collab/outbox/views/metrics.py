"""Gauges of delivery on `/metrics`: how much is open and broken, by state; how much is stuck; whether a gate is shut."""

from __future__ import annotations

from prometheus_client.core import GaugeMetricFamily

from collab.kernel import clock
from collab.outbox import queries
from collab.web import gauges


def install() -> None:
    """Show them."""
    gauges.add("outbox", _named, _count)


def _named() -> gauges.Families:
    return (
        GaugeMetricFamily("collab_outbox_messages", "Messages still to be sent, and those given up.", labels=["state"]),
        GaugeMetricFamily("collab_outbox_stuck", "Messages that are late although nothing stops them.", labels=[]),
        GaugeMetricFamily("collab_outbox_gate_shut", "Whether nothing at all is sent, and why.", labels=["gate"]),
    )


def _count(families: gauges.Families) -> None:
    messages, late, shut = families
    counts, (gates, stuck) = queries.count_unfinished(), queries.standstill(clock.now())
    for state, count in counts.items():
        messages.add_metric([state], count)
    late.add_metric([], stuck)
    for name in ("operator", "workspace"):
        shut.add_metric([name], any(gate.name == name for gate in gates))
