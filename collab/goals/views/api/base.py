"""What every module of the API shares."""

from __future__ import annotations

from collab.web.api import blueprint

bp = blueprint("goals", "Shared customer-experience goals (目標)")
