"""A contract for `lint-imports`: tables stay inside their feature.

import-linter's own `protected` contract would want one section per feature; this one finds the features itself.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class TablesContract(Contract):
    """`container.FEATURE.models` may be imported only by the named rooms of the same feature."""

    type_name = "tables"

    container = fields.StringField()
    rooms = fields.SetField(subfield=fields.StringField())
    exempt = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every import of a table from outside the rooms that own it."""
        strangers = [
            (importer, tables)
            for feature in sorted(graph.find_children(self._text("container")))
            for tables in self._modules(graph, f"{feature}.models")
            for importer in sorted(graph.find_modules_that_directly_import(tables))
            if not self._at_home(importer, feature)
        ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each stranger."""
        for importer, tables in check.metadata["strangers"]:
            output.print_error(f"{importer} imports {tables}", bold=False)
        output.print("Ask the feature's queries or service instead; foreign keys are declared by name.")

    def _at_home(self, importer: str, feature: str) -> bool:
        rooms: Any = self.rooms
        exempt: Any = self.exempt or set()
        homes = {f"{feature}.{room}" for room in rooms} | exempt
        return any(f"{importer}.".startswith(f"{home}.") for home in homes)

    def _modules(self, graph: ImportGraph, package: str) -> list[str]:
        if package not in graph.modules:
            return []
        return [package, *sorted(graph.find_descendants(package))]

    def _text(self, name: str) -> str:
        value: Any = getattr(self, name)
        return str(value)
