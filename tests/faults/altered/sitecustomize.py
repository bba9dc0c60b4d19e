"""Changes lines of the product's own source as it is loaded, in the processes of one test.

Python runs this file at its start when its folder is on PYTHONPATH. So a test can shorten a lease, or take a guard away to
see the test that watches it fail, and the product has no switch for either. A line that is not there any more is an error.
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

QUICK = (
    ("collab.outbox.rules.patience", "LEASE = timedelta(seconds=30)", "LEASE = timedelta(seconds=6)"),
    ("collab.outbox.rules.patience", "(timedelta(seconds=5), timedelta(seconds=5))", "(timedelta(seconds=1),) * 2"),
    ("collab.outbox.rules.patience", "PROBES = (timedelta(seconds=15), ", "PROBES = (timedelta(seconds=3),) * 3 + ("),
    ("collab.outbox.rules.pace", "_TIER_3 = 50", "_TIER_3 = 600"),
)
_MINE = "(_messages.c.id == self.row.id) & (_messages.c.lease == self.row.lease) & (_messages.c.state == self.state)"
NO_LEASE = (
    ("collab.outbox.service.holding", "until < now, until > now + 2 * patience.LEASE", "until.is_not(None)"),
    ("collab.outbox.service.holding", _MINE, "_messages.c.id == self.row.id"),
)
IMPATIENT = (("collab.escalations.service.silences", "LONG = timedelta(hours=1)", "LONG = timedelta(seconds=5)"),)
NO_METADATA = (("collab.slack.client", "metadata=metadata, ", ""),)
ALTERATIONS = {"quick": QUICK, "no lease": NO_LEASE, "no metadata": NO_METADATA, "impatient": IMPATIENT}


class Altered(SourceFileLoader):
    """Loads a module with other lines in it, and leaves no compiled file behind."""

    def __init__(self, name: str, path: str, lines: list[tuple[str, str]]) -> None:
        super().__init__(name, path)
        self._lines = lines

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_source(fullname) or ""
        for old, new in self._lines:
            if old not in source:
                raise ImportError(f"{fullname} has no line with {old!r} any more")
            source = source.replace(old, new)
        code: CodeType = compile(source, self.path, "exec", dont_inherit=True)
        return code


class Finder(MetaPathFinder):
    """Finds the modules that are to be altered, before anybody else does."""

    def __init__(self, names: list[str]) -> None:
        self.lines: dict[str, list[tuple[str, str]]] = {}
        for name in names:
            for module, old, new in ALTERATIONS[name]:
                self.lines.setdefault(module, []).append((old, new))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        lines = self.lines.get(fullname)
        if not lines:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec and spec.origin:
            spec.loader = Altered(fullname, spec.origin, lines)
        return spec


if os.environ.get("ALTERED"):
    sys.meta_path.insert(0, Finder(os.environ["ALTERED"].split(",")))
