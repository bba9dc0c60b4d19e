"""Gauges of delivery on `/metrics`, counted when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import has_app_context
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from collab.kernel import clock
from collab.outbox import queries


class Gauges(Collector):
    """How much is open and broken, by state; how much is stuck; whether a gate is shut. Nothing while the database is away."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The names, known without asking the database."""
        return _families()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The figures as of now."""
        families = _families()
        if not has_app_context():
            return families
        try:
            counts, (gates, stuck) = queries.count_unfinished(), queries.standstill(clock.now())
        except SQLAlchemyError:
            return families
        messages, late, shut = families
        for state, count in counts.items():
            messages.add_metric([state], count)
        late.add_metric([], stuck)
        for name in ("operator", "workspace"):
            shut.add_metric([name], any(gate.name == name for gate in gates))
        return families


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("collab_outbox_messages", "Messages still to be sent, and those given up.", labels=["state"]),
        GaugeMetricFamily("collab_outbox_stuck", "Messages that are late although nothing stops them.", labels=[]),
        GaugeMetricFamily("collab_outbox_gate_shut", "Whether nothing at all is sent, and why.", labels=["gate"]),
    )


_gauges: list[Gauges] = []


def install() -> None:
    """Register once per process, however many applications it builds."""
    if not _gauges:
        _gauges.append(Gauges())
        REGISTRY.register(_gauges[0])
