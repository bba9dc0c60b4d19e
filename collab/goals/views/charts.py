"""Drawing how a goal went: lines in time, as `collab.web.charts` draws them."""

from __future__ import annotations

from collab.web.charts import LOOKS, NARROW, WIDE, Line, Panel, drawn, named_days, number, placed, ticks, wide

__all__ = ["LOOKS", "NARROW", "WIDE", "Line", "Panel", "drawn", "named_days", "number", "placed", "ticks", "wide"]
