"""Finding things of every kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.home.rules.snippets import Piece, snippet
from collab.kernel.actor import Actor
from collab.kernel.errors import NotFound
from collab.kernel.keys import as_typed
from collab.kernel.permits import permit, permits
from collab.kernel.text import storable
from collab.subjects import queries as subjects
from collab.subjects.queries import Hit, Hunt
from collab.subjects.queries.searching import state_of
from collab.subjects.registry import registry
from collab.web.identity import current_member

bp = Blueprint("finding", __name__)
LONGEST = 200
EACH = 10
"""Hits of each kind on the page of all; a kind by itself shows MOST."""
MOST = 50


@bp.get("/search")
@permit("search.use")
def search() -> str | Response:
    """Things of every kind by their words; a key that was typed leads straight there."""
    me = current_member()
    permits.check("search.use", me.roles)
    words = _given("q")
    key = as_typed(words)
    if key:
        try:
            return redirect(subjects.get_summary(me, key).path, 303)
        except NotFound:
            pass
    return render_template("home/search.html", words=words, **(_found(me, words) if words else {}))


def _given(name: str) -> str:
    written = request.args.get(name, "")[:LONGEST].strip()
    return written if storable(written) else ""


def _found(me: Actor, words: str) -> dict[str, Any]:
    kinds = [kind.code for kind in registry.kinds]
    kind = _given("kind") if _given("kind") in kinds else None
    state = _given("state") or None if kind else None
    found = subjects.search_for(me, Hunt(words, kind, state), limit=MOST if kind else EACH)
    pieces = snippets(me, found.hits, words)
    states = sorted({state_of(hit.summary): hit.summary.state for hit in found.hits.get(kind or "", ())}.items())
    return {
        "groups": [
            {"kind": code, "hits": hits, "cut": code in found.cut, "more": f"/search?{urlencode({'q': words, 'kind': code})}"}
            for code, hits in found.hits.items()
        ],
        "pieces": pieces, "kind": kind, "state": state, "states": states, "kinds": kinds, "shown": bool(found.hits),
        "cut": found.cut - found.hits.keys(),
    }  # fmt: skip


def snippets(me: Actor, hits: Mapping[str, Sequence[Hit]], words: str) -> dict[str, Sequence[Piece]]:
    """By key, where the words stand. A guest reads the title alone."""
    if me.is_partner:
        return {}
    told: dict[str, Sequence[Piece]] = {}
    wanted = Hunt(words).wanted
    for kind in registry.kinds:
        some = {hit.summary.key: hit for hit in hits.get(kind.code, ())}
        if some:
            keys = list(some)
            texts, inner = kind.words(keys), registry.inner_words(kind.prefix, [key for key in keys if some[key].inner])
            told.update({key: snippet(f"{texts.get(key, '')} {inner.get(key, '')}", wanted) for key in keys})
    return told
