"""Use-cases on imports: handing a file in, and taking it over: checked row by row, written whole or not at all."""

from collab.imports.service.asking import confirm, hand_in
from collab.imports.service.running import run, sweep
from collab.imports.service.taking import Progress, Report, take

__all__ = ["Progress", "Report", "confirm", "hand_in", "run", "sweep", "take"]
