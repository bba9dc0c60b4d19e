"""Joint initiatives: what is a risk in them, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from collab.digests.queries.sections.batch import Batch, Part, Said, at, text
from collab.digests.rules.content import Item
from collab.initiatives.queries import PREFIX
from collab.initiatives.queries.week import list_decided, list_risks
from collab.kernel.company import company
from collab.kernel.keys import key_of


def _risks(batch: Batch) -> Sequence[Any]:
    today = batch.now.astimezone(ZoneInfo(company().zone)).date()
    return list_risks(batch.readers(PREFIX), today, batch.until)


def _leads(row: Any) -> tuple[int | None, ...]:
    return row.one, row.other


def _risk(row: Any, said: Said) -> Item:
    key = key_of(PREFIX, row.id)
    return Item(key, row.title, f"/initiatives/{key}", "risk", {"why": _why(row, said)})


def _why(row: Any, said: Said) -> list[Any]:
    found = []
    if row.ends_at is not None:
        found.append(text("digest.what.risk_pilot", at=at(row.ends_at)))
    if row.one_said and row.other_said and row.one_said != row.other_said:
        a, b = (text(f"digest.what.status.{word}") for word in (row.one_said, row.other_said))
        found.append(text("digest.what.risk_differs", one=said.name(row.one), a=a, other=said.name(row.other), b=b))
    return [*found, text("digest.what.risk_late", n=row.late)] if row.late else found


def _decided(batch: Batch) -> Sequence[Any]:
    return list_decided(batch.readers(PREFIX), batch.span.starts_at, batch.span.ends_at)


def _nobody(_row: Any) -> tuple[int | None, ...]:
    return ()


def _decision(row: Any, _said: Said) -> Item:
    key = key_of(PREFIX, row.id)
    what = f"initiative_{row.what}"
    return Item(key, row.title, f"/initiatives/{key}", f"{what}_{row.result}" if row.what == "closed" else what)


RISKS = Part("risks", _risks, _leads, _risk)
DECISIONS = Part("decisions", _decided, _nobody, _decision)
