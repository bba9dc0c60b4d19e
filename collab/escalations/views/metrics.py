"""Gauges of escalations on `/metrics`, counted when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import has_app_context
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from collab.escalations.queries.health import counts_by_state, health
from collab.kernel import clock


class Gauges(Collector):
    """Open waits by state, late steps, seconds since somebody looked. Nothing while the database is away."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The names, known without asking the database."""
        return _families()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The figures as of now."""
        families = _families()
        if not has_app_context():
            return families
        try:
            counts, found = counts_by_state(), health(clock.shared())
        except SQLAlchemyError:
            return families
        waits, late, since = families
        for state, count in counts.items():
            waits.add_metric([state], count)
        late.add_metric([], found.late)
        for name, at in (("sweep", found.swept_at), ("audit", found.audited_at), ("clean_audit", found.clean_at)):
            if at is not None:
                since.add_metric([name], (found.now - at).total_seconds())
        return families


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("collab_escalations", "Open waits by state.", labels=["state"]),
        GaugeMetricFamily("collab_escalations_late", "Steps that are more than two minutes late.", labels=[]),
        GaugeMetricFamily(
            "collab_escalations_since_seconds", "Seconds since clocks were last looked at.", labels=["what"]
        ),
    )


_gauges: list[Gauges] = []


def install() -> None:
    """Register once per process, however many applications it builds."""
    if not _gauges:
        _gauges.append(Gauges())
        REGISTRY.register(_gauges[0])
