"""Which papers there are to sign, told by the features they belong to, at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader

Content = Mapping[str, Any]


def _rows(content: Content, _reader: Reader) -> Sequence[tuple[str, str]]:
    return [(name, _flat(value)) for name, value in content.items()]


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_flat(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(map(_flat, value))
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Paper:
    """One kind of paper. `code` is the paper of its sheets, or with `prefix` what it begins with ("definition-").

    `name` is a key of words ("the charter"); `path(sheet)` where the paper is read and written; `rows(content, reader)` what
    stands on it as (label, text), in the reader's words, for the sheet, the card and the comparison of two versions.
    `shown(viewer, content)` takes out what a viewer may not read (goals hidden from them): nobody signs what they cannot read
    whole. `current(sheet)` is the content as it stands in the feature now: a sheet that says something else cannot be signed
    (None: not known).
    """

    code: str
    name: str
    path: Callable[[Any], str]
    prefix: bool = False
    rows: Callable[[Content, Reader], Sequence[tuple[str, str]]] = field(default=_rows)
    shown: Callable[[Actor, Content], Content] = field(default=lambda _viewer, content: content)
    current: Callable[[Any], Content | None] = field(default=lambda _sheet: None)

    def fits(self, paper: str) -> bool:
        """Whether sheets of this name are of this kind."""
        return paper.startswith(self.code) if self.prefix else paper == self.code


_papers: dict[str, Paper] = {}


def add_paper(paper: Paper) -> None:
    """Make a kind of paper known; the last one under a code wins."""
    _papers[paper.code] = paper


def paper_of(name: str) -> Paper:
    """The kind of a sheet's paper; one that nobody made known is shown as it is."""
    found = next((paper for paper in _papers.values() if paper.fits(name)), None)
    return found or Paper(name, "signature.paper", lambda sheet: f"/signatures/{sheet.id}")
