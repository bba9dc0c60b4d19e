"""From rounds to figures: medians, the ratio to the floor of the same minute, and how far the rounds lie apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True)
class Round:
    """What one contender did in one round, per operation where it says ms."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    client_ms: float = 0.0

    @classmethod
    def of(
        cls, latencies: Sequence[float], seconds: float, *, cpu_seconds: float, client_seconds: float = 0.0
    ) -> Round:
        """A round from the time each operation took and what all of them took together."""
        count = len(latencies)
        hundredths = quantiles(latencies, n=100, method="inclusive")
        return cls(
            count / seconds, hundredths[49] * 1e3, hundredths[98] * 1e3, cpu_seconds / count * 1e3, client_seconds / count * 1e3
        )  # fmt: skip


Contender = Callable[[int], Round]
"""Does one round; it is told which one, so that no operation is done twice."""


@dataclass(frozen=True)
class Ratio:
    """How two contenders compare, round by round."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, mine: Sequence[float], floor: Sequence[float]) -> Ratio:
        """Compare neighbours in time only."""
        each = [a / b for a, b in zip(mine, floor, strict=True)]
        return cls(median(each), min(each), max(each))

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.least:.2f}-{self.most:.2f})"


class Contest:
    """Contenders take turns; the first is the floor, the last the product."""

    def __init__(self, contenders: Mapping[str, Contender], rounds: int) -> None:
        self.rounds: dict[str, list[Round]] = {name: [] for name in contenders}
        for contender in contenders.values():
            contender(0)  # warm: connections, prepared statements, remembered calendars
        for number in range(1, rounds + 1):
            for name, contender in contenders.items():
                self.rounds[name].append(contender(number))
        self.floor, *_, self.product = self.rounds

    def median(self, name: str, value: str) -> float:
        """The median of a value over a contender's rounds."""
        return median(self._values(name, value))

    def ratio(self, value: str, of: str | None = None, to: str | None = None) -> Ratio:
        """A value of one (the product) against that of another (the floor)."""
        return Ratio.of(self._values(of or self.product, value), self._values(to or self.floor, value))

    def print(self, what: str) -> None:
        """The table a person reads."""
        head = (what, "1/s", "of floor (spread)", "p50 ms", "p99 ms", "CPU ms", "x floor", "client ms")
        body = [head, *(self._line(name) for name in self.rounds)]
        table(body)

    def figures(self) -> dict[str, Any]:
        """What is kept: both ends, the ratios between them, the spread."""
        rate, cpu = self.ratio("rate"), self.ratio("cpu_ms")
        return {
            "rate": rounded(self.median(self.product, "rate")), "floor_rate": rounded(self.median(self.floor, "rate")),
            "ratio": rounded(rate.middle), "spread": [rounded(rate.least), rounded(rate.most)],
            "cpu_ms": rounded(self.median(self.product, "cpu_ms")), "floor_cpu_ms": rounded(self.median(self.floor, "cpu_ms")),
            "cpu_ratio": rounded(cpu.middle), "p50_ms": rounded(self.median(self.product, "p50_ms")),
            "p99_ms": rounded(self.median(self.product, "p99_ms")), "p99_ratio": rounded(self.ratio("p99_ms").middle),
        }  # fmt: skip

    def _line(self, name: str) -> tuple[str, ...]:
        middle = [self.median(name, value) for value in ("rate", "p50_ms", "p99_ms", "cpu_ms", "client_ms")]
        rate, p50, p99, cpu, client = middle
        more = self.ratio("cpu_ms", of=name).middle
        return (
            name, f"{rate:.0f}", str(self.ratio("rate", of=name)), f"{p50:.2f}", f"{p99:.2f}", f"{cpu:.2f}", f"{more:.2f}",
            f"{client:.2f}",
        )  # fmt: skip

    def _values(self, name: str, value: str) -> list[float]:
        return [float(getattr(one, value)) for one in self.rounds[name]]


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their head, the first column to the left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(widths[0]) if place == 0 else cell.rjust(widths[place]) for place, cell in enumerate(row)]
        print("  " + "  ".join(cells).rstrip())


def rounded(value: float) -> float:
    """Three digits that mean something."""
    return float(f"{value:.3g}")
