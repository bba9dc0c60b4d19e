"""Who would decide a request that is not submitted yet: beside the form, and on the page of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collab.approvals.views import sheet as sheets
from collab.kernel.errors import Invalid
from collab.kernel.i18n import Reader
from collab.purchases import service
from collab.purchases.service import Preview
from collab.purchases.views import forms
from collab.purchases.views.looking import View

_BARE: Mapping[str, Any] = {"total": "", "needed": {}, "wrong": {}, "same_vendor": None}
"""What the page of a draft says elsewhere."""


def shape(found: Preview | None, how: Reader, now: datetime) -> dict[str, Any]:
    """The way as far as it can be planned, or why it cannot."""
    plan = found.plan if found else None
    return {
        "sheet": sheets.of_plan(plan, how, now, found.usual) if found and plan else None,
        "refusal": how.say(found.refusal) if found and found.refusal else "",
        "auto": how.say(f"routes.try.auto.{plan.auto}") if plan and plan.auto else "",
        "warnings": [how.say(text) for text in plan.warnings] if plan else [],
    }  # fmt: skip


def of_draft(view: View) -> dict[str, Any] | None:
    """The way a draft would take if it were submitted now, and what it still needs; nothing for any other request."""
    if view.purchase.state != "draft" or not view.open or not view.may("plan"):
        return None
    how = view.how
    try:
        found = service.preview(view.me, {}, now=view.now, old=view.purchase)
    except Invalid as refused:
        wrong = {path: how.say(text) for path, text in refused.fields.items()}
        return {**_BARE, **shape(None, how, view.now), "wrong": wrong}
    gaps = {gap.field: text for gap, text in found.complaints()}
    needed = forms.beside(gaps, forms.written(view.purchase, view.me))
    return {
        **_BARE,
        **shape(found, how, view.now),
        "needed": {path: how.say(text) for path, text in needed.items()},
    }
