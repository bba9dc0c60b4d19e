"""Every field for words there is, of every door: all payloads are taken as they were written, and what cannot be shown is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields

from collab.kernel.fields import Input, Words
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.words import REFUSED

LEAST = 100
"""So many fields there are at least."""


def words_of(schema: Schema, path: str = "") -> Iterator[tuple[str, Words]]:
    """Every field for words of a schema, those inside others too."""
    for name, one in schema.fields.items():
        inner = one.inner if isinstance(one, fields.List) else one
        if type(inner) is Words:
            yield f"{path}{name}", inner
        elif isinstance(inner, fields.Nested):
            yield from words_of(inner.schema, f"{path}{name}.")


def every_schema(parent: type[Schema] = Input) -> Iterator[type[Schema]]:
    """What comes in, of every feature."""
    for one in parent.__subclasses__():
        yield one
        yield from every_schema(one)


def test_sixty_payloads_in_every_field_for_words(app: Flask) -> None:
    found = {
        f"{one.__module__}.{one.__name__}.{name}": field
        for one in set(every_schema())
        for name, field in words_of(one())
    }
    assert len(PROGRAMS) >= 60
    assert len(found) >= LEAST
    changed = []
    for name, field in found.items():
        for called, said in PROGRAMS.items():
            whole = said[: field.longest].strip()
            if _taken(field, whole) not in (whole, None):
                changed.append((name, called))
    assert changed == []


@pytest.mark.parametrize("called", REFUSED)
def test_what_nobody_can_see_is_refused_by_every_field_for_words(app: Flask, called: str) -> None:
    for one in set(every_schema()):
        for name, field in words_of(one()):
            with pytest.raises(ValidationError):
                field.deserialize(f"a{REFUSED[called]}"[: field.longest] if field.longest > 3 else REFUSED[called])
                pytest.fail(f"{one.__name__}.{name} takes {called}")


def _taken(field: Words, said: str) -> str | None:
    """What is kept of it; nothing where it is refused."""
    try:
        return field.deserialize(said)
    except ValidationError:
        return None
