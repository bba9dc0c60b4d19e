"""Files a company imports."""

from typing import Any

from collab.imports import service
from collab.kernel import clock
from workers.context import job


@job(name="imports.run")
def run(*, import_id: str, **_newer: Any) -> None:
    """Check one file, then take over all of its rows or none."""
    service.run(import_id=import_id, now=clock.shared())
