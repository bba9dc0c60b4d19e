"""Use-cases of the engine. Features above start and end waits inside their own transactions."""

from __future__ import annotations

from collab.escalations.service.waits import Wait, end, end_all, extend, put_off, watch

__all__ = ["Wait", "end", "end_all", "extend", "put_off", "watch"]
