"""Statements and templates are compiled once for every application of a run: thousands of tests have an application of their own,
and what these ask of a database and draw is the same in each."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine

from collab.kernel.db import db

STATEMENTS = 4_000
"""As many as are kept; the product as a whole has more than the five hundred of one web process."""


class _Drawn(BytecodeCache):
    """Templates as Python, by what stands in them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._known[bucket.key, bucket.checksum] = bucket.code


_drawn = _Drawn()
_firsts: dict[str, Engine] = {}


def share(app: Flask) -> None:
    """This application knows what others before it compiled. Its database has to be there."""
    app.jinja_env.bytecode_cache = _drawn
    with app.app_context():
        for engine in db.engines.values():
            first = _firsts.get(engine.dialect.name) or _first(engine)
            # What is compiled is kept by dialect: in the engine, in the mappers and in the types of columns.
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def _first(engine: Engine) -> Engine:
    engine.connect().close()  # a dialect learns from its first connection whom it speaks to
    engine._compiled_cache.capacity = STATEMENTS
    return _firsts.setdefault(engine.dialect.name, engine)
