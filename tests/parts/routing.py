"""Rules of addresses are read and compiled once for every application of a run: hundreds of them, and the same in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Read(NamedTuple):
    """What a rule is once it has been read."""

    parts: list[Any]
    trace: list[Any]
    converters: dict[str, Any]


_read, _compile = Rule.compile, Rule._compile_builder
_known: dict[tuple[Any, ...], Read] = {}
_built: dict[tuple[Any, ...], Builder] = {}


def compile_once() -> None:
    """From now on. What builds an address asks the rule it is bound to for its converters, and these ask nobody, so rules can
    share both."""
    Rule.compile = _read_once  # type: ignore[method-assign]
    Rule._compile_builder = _shared  # type: ignore[method-assign]


def _read_once(rule: Rule) -> None:
    assert rule.map is not None
    kinds = frozenset(rule.map.converters.items())
    key = rule.rule, rule.subdomain, rule.host, rule.merge_slashes, rule.map.host_matching, kinds
    known = _known.get(key)
    if known is None:
        _read(rule)
        _known[key] = Read(rule._parts, rule._trace, rule._converters)
        return
    rule._parts, rule._trace, rule._converters = known
    rule.arguments.update(known.converters)
    rule._build = rule._compile_builder(False).__get__(rule, None)
    rule._build_unknown = rule._compile_builder(True).__get__(rule, None)


def _shared(rule: Rule, append_unknown: bool = True) -> Builder:
    defaults, converters = (rule.defaults or {}).items(), rule._converters.items()
    kinds = tuple((name, type(converter)) for name, converter in converters)
    key = rule.rule, tuple(rule._trace), repr(sorted(defaults)), kinds, append_unknown
    if key not in _built:
        _built[key] = _compile(rule, append_unknown)
    return _built[key]
