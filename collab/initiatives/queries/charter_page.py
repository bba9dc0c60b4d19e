"""The charter of one initiative with everything that belongs to it, for a reader."""

from __future__ import annotations

from dataclasses import dataclass

from collab.initiatives.queries.charters import PAPER, CharterView, list_versions
from collab.initiatives.queries.initiatives import InitiativeView, get_initiative, relations_of
from collab.initiatives.queries.standing import lacks_of
from collab.initiatives.rules.chartering import DRAFT, NONE, TEXTS, lacking
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.signatures import queries as signatures
from collab.signatures.queries import SheetView


@dataclass(frozen=True)
class CharterPaper:
    """`state` as `charter_state` says it; `sheet` was laid out last, whatever became of it; `lacks` names fields of the text
    and codes of the initiative that are missing before it can be laid out; `can` are the verbs of the reader."""

    initiative: InitiativeView
    state: str
    charter: CharterView | None
    sheet: SheetView | None
    versions: tuple[CharterView, ...]
    sheets: tuple[SheetView, ...]
    lacks: tuple[str, ...]
    can: frozenset[str]

    @property
    def in_force(self) -> SheetView | None:
        """The sheet that is waited for, or valid."""
        return self.sheet if self.sheet and self.sheet.state != "void" else None


def get_paper(viewer: Actor, key: str) -> CharterPaper:
    """The charter of an initiative. Raises NotFound, also for guests: it is between both sides."""
    initiative = get_initiative(viewer, key)
    here = relations_of(viewer, initiative)
    if not permits.allows("initiative.charter_show", here):
        raise NotFound
    versions = list_versions(initiative.id)
    sheets = signatures.list_sheets(key, PAPER)
    sheet = sheets[0] if sheets else None
    charter = versions[0] if versions else None
    can = {verb for verb in ("write", "lay") if permits.allows(f"initiative.charter_{verb}", here, initiative.state)}
    if sheet and signatures.may_sign(viewer, sheet):
        can.add("sign")
    return CharterPaper(
        initiative, _state(charter, sheet), charter, sheet, tuple(versions), tuple(sheets), missing(initiative, charter),
        frozenset(can),
    )  # fmt: skip


def missing(initiative: InitiativeView, charter: CharterView | None) -> tuple[str, ...]:
    """What must be there before it can be laid out: fields of the text, then what the initiative itself lacks."""
    texts = charter.texts if charter else dict.fromkeys(TEXTS, "")
    found = lacking(texts)
    if initiative.lead(3) is not None and not texts["brings_3"].strip():
        found.append("brings_3")
    return (*found, *lacks_of(initiative))


def _state(charter: CharterView | None, sheet: SheetView | None) -> str:
    if sheet is not None and sheet.state != "void":
        return sheet.state
    return DRAFT if charter else NONE
