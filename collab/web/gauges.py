"""Gauges on `/metrics` that are counted when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import has_app_context
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

Families = tuple[GaugeMetricFamily, ...]
_known: dict[str, Collector] = {}


class Gauges(Collector):
    """Some gauges: `named` makes them, empty; `count` fills them from the database. Without figures while that is away."""

    def __init__(self, named: Callable[[], Families], count: Callable[[Families], None]) -> None:
        self._named, self._count = named, count

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """The names, known without asking the database."""
        return self._named()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The figures as of now."""
        families = self._named()
        if has_app_context():
            try:
                self._count(families)
            except SQLAlchemyError:
                return self._named()
        return families


def add(name: str, named: Callable[[], Families], count: Callable[[Families], None]) -> None:
    """Show them, once per process, however many applications it builds."""
    if name not in _known:
        _known[name] = Gauges(named, count)
        REGISTRY.register(_known[name])
