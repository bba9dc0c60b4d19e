"""Installations furnished once a run: the others begin with a copy of what the first one's commands made, rows and files."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from tests.parts.installation import Installation, bare
from tests.parts.locks import exclusively
from tests.parts.postgres import Postgres

Furnish = Callable[[Installation], object]


def furnished(
    shared: Path, name: str, furnish: Furnish, more: Mapping[str, str], server: Postgres | None = None
) -> tuple[str | None, Furnish]:
    """The address of a database with all that in it (None is the embedded default), and what brings an installation its files."""
    template = f"furnished_{name}"
    kept = shared / f"{template}-{'postgresql' if server else 'embedded'}"
    with exclusively(kept.with_suffix(".lock")):
        if not kept.exists() or (server and not server.exists(template)):
            _make(kept, template, furnish, more, server)
    url = None
    if server:
        own = f"{name}_{uuid.uuid4().hex}"
        server.create(own, template)
        url = server.url(own)
    return url, lambda place: shutil.copytree(kept, place.environ["COLLAB_VAR_DIR"], dirs_exist_ok=True)


def _make(kept: Path, template: str, furnish: Furnish, more: Mapping[str, str], server: Postgres | None) -> None:
    draft = kept.with_suffix(".draft")
    for old in (draft, kept):
        shutil.rmtree(old, ignore_errors=True)
    draft.mkdir()
    url = None
    if server:
        unfinished = f"{template}_draft"
        server.drop(unfinished)
        server.create(unfinished)
        url = server.url(unfinished)
    furnish(bare(str(draft), url, more))
    if server:
        server.rename(unfinished, template)
    else:
        with closing(sqlite3.connect(draft / "collab.db")) as database:  # everything into the one file
            database.execute("pragma wal_checkpoint(truncate)")
    draft.rename(kept)
