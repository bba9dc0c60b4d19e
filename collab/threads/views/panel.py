"""The conversation as other features' pages include it: `{{ thread_panel(key) }}`."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.permits import permits
from collab.threads import queries
from collab.threads.queries import CommentView
from collab.threads.rules import comments as rules
from collab.threads.rules import limits
from collab.threads.rules.files import ACCEPT
from collab.web.identity import member_or_none

SHOWN = 30
"""How many comments a page shows, the newest; the others are one press away."""


@dataclass(frozen=True)
class Typed:
    """What a form holds: fresh, or as it was refused and why; `comment` is the one that was to be corrected."""

    body: str = ""
    about_body: Sequence[str] = ()
    about_files: Sequence[str] = ()
    comment: int | None = None
    reply_to: int | None = None
    form: str = field(default_factory=lambda: secrets.token_urlsafe(12))


def thread_panel(key: str) -> Markup:
    """Comments and the form to write one, for whoever is signed in; nothing for somebody who may not see the subject."""
    me = member_or_none()
    if me is None:
        return Markup()
    try:
        return panel(me, key, whole=request.args.get("comments") == "all")
    except NotFound:
        return Markup()


def panel(me: Actor, key: str, typed: Typed | None = None, *, whole: bool = False) -> Markup:
    """The conversation of a subject as a card. Raises NotFound."""
    now, total = clock.now(), queries.count_comments(key)
    found = queries.list_comments(me, key, offset=0 if whole else max(0, total - SHOWN), total=total)
    may = permits.allows("thread.comment", queries.relations(me))
    shown = [_shown(me, comment, now) for comment in found]
    return Markup(  # noqa: S704 - a template's own output, which escaped what it was given
        render_template(
            "threads/panel.html", key=key, total=total, hidden=total - len(found), may_comment=may,
            comments=shown, typed=_placed(typed or Typed(), shown),
            accept=ACCEPT, longest=rules.LONGEST, most_files=limits.MOST_FILES, most_bytes=limits.MOST_BYTES // limits.MEGABYTE,
            minutes=int(rules.CORRECTED_FOR.total_seconds() // 60),
        )
    )  # fmt: skip


def _shown(me: Actor, comment: CommentView, now: datetime) -> dict[str, Any]:
    return {"said": comment, "can": queries.verbs(me, comment, now)}


def _placed(typed: Typed, shown: Sequence[dict[str, Any]]) -> Typed:
    """A correction that came too late has no form of its own any more: its words stand where a new comment is written."""
    open_forms = {one["said"].id for one in shown if "correct" in one["can"]}
    return typed if typed.comment in {None, *open_forms} else replace(typed, comment=None)
