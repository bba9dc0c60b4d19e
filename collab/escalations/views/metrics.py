"""Gauges of escalations on `/metrics`: open waits by state, late steps, seconds since somebody looked."""

from __future__ import annotations

from prometheus_client.core import GaugeMetricFamily

from collab.escalations.queries.health import counts_by_state, health
from collab.kernel import clock
from collab.web import gauges


def install() -> None:
    """Show them."""
    gauges.add("escalations", _named, _count)


def _named() -> gauges.Families:
    return (
        GaugeMetricFamily("collab_escalations", "Open waits by state.", labels=["state"]),
        GaugeMetricFamily("collab_escalations_late", "Steps that are more than two minutes late.", labels=[]),
        GaugeMetricFamily(
            "collab_escalations_since_seconds", "Seconds since clocks were last looked at.", labels=["what"]
        ),
    )


def _count(families: gauges.Families) -> None:
    waits, late, since = families
    counts, found = counts_by_state(), health(clock.shared())
    for state, count in counts.items():
        waits.add_metric([state], count)
    late.add_metric([], found.late)
    for name, at in (("sweep", found.swept_at), ("audit", found.audited_at), ("clean_audit", found.clean_at)):
        if at is not None:
            since.add_metric([name], (found.now - at).total_seconds())
