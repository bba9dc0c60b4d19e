"""Rules of addresses are compiled once for every application of a run: hundreds of them, and the same in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
_compile = Rule._compile_builder
_built: dict[tuple[Any, ...], Builder] = {}


def compile_once() -> None:
    """From now on. What builds an address asks the rule it is bound to for its converters, so rules can share it."""
    Rule._compile_builder = _shared  # type: ignore[method-assign]


def _shared(rule: Rule, append_unknown: bool = True) -> Builder:
    defaults, converters = (rule.defaults or {}).items(), rule._converters.items()
    kinds = tuple((name, type(converter)) for name, converter in converters)
    key = rule.rule, tuple(rule._trace), repr(sorted(defaults)), kinds, append_unknown
    if key not in _built:
        _built[key] = _compile(rule, append_unknown)
    return _built[key]
