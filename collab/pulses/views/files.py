"""What is published of a closed pulse, as a file: every figure shown anywhere can be computed from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from collab.kernel.actor import Actor
from collab.kernel.permits import permits
from collab.kernel.sheets import csv_file
from collab.pulses import queries
from collab.pulses.rules.hiding import RATINGS
from collab.pulses.rules.results import Results

COLUMNS = ("pulse", "department", "side", "question", "rating", "n")
POOL = "(others)"
"""In the place of a department: no department's code."""


def download(viewer: Actor, key: str) -> Response:
    """The file of a pulse that has closed. Raises NotFound, NotAllowed, NotNow."""
    pulse = queries.get_pulse(viewer, key)
    permits.check("pulse.export", queries.relations(viewer, pulse), pulse.state)
    (found,) = queries.results_of([pulse])
    headers = {"Content-Disposition": f"attachment; filename={pulse.key}.csv"}
    return Response(csv_file([COLUMNS, *_rows(found)]), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(found: Results) -> Iterable[Sequence[str]]:
    """One line a group, question and rating; ratings nobody gave included."""
    for group in found.groups:
        for code in found.codes:
            for rating in RATINGS:
                n = group.counts.get(code, {}).get(rating, 0)
                yield found.key, POOL if group.pooled else group.department, group.side, code, str(rating), str(n)
