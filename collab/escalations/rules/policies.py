"""Policies as a company writes them in `config/escalations/*.toml`: rungs, waits, who hears.

Reading is strict: everything wrong is said at once, with its place, and nothing is taken. A wait keeps the policy it
started under, frozen as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collab.kernel.business_time import Span, parse_span

SEVERITIES = ("normal", "urgent", "brand")
HOURS = ("business", "always")
LATE = "late"
MOST_LOOPS, MOST_RUNGS = 10, 10
_WHO = re.compile(
    r"late|deputy|lead|other|other_lead|(?:other_)?line:[1-9]|office:[A-Za-z]\w*|member:[^\s@:]+@[^\s@:]+|group:[a-z][\w-]*"
)
_OWNER = re.compile(r"office:[A-Za-z]\w*|member:[^\s@:]+@[^\s@:]+|group:[a-z][\w-]*")
_CODE = re.compile(r"[a-z][a-z0-9-]*")
_POLICY_KEYS = {"code", "priority", "when", "hours", "ack", "loops", "owner", "rung"}
_RUNG_KEYS = {"wait", "to", "shared"}
_WHEN_KEYS = {"watch", "severity"}


class BadPolicies(ValueError):
    """Policy files that cannot be taken; `problems` lists everything wrong with them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Rung:
    """How long after the notices before it could be read, and who hears; `shared`: all of them in one card."""

    wait: str
    to: tuple[str, ...]
    shared: bool = False

    @property
    def span(self) -> Span:
        """The wait."""
        return span(self.wait)


@dataclass(frozen=True)
class Policy:
    """One way to climb. `ack` is how long an acknowledgement is trusted, `owner` whose it is when all loops are used up."""

    code: str
    rungs: tuple[Rung, ...]
    hours: str = "business"
    ack: str = "1bd"
    loops: int = 2
    owner: str = "office:CEO"
    priority: int = 1000
    watches: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()

    @property
    def always(self) -> bool:
        """Whether people are told at any hour."""
        return self.hours == "always"

    def fits(self, watch: str, severity: str) -> bool:
        """Whether this policy is for such a wait."""
        wanted = not self.watches or any(watch == code or watch.startswith(f"{code}.") for code in self.watches)
        return wanted and (not self.severities or severity in self.severities)

    def frozen(self) -> dict[str, Any]:
        """As kept with a wait: nothing in it changes when the files do."""
        return {
            "code": self.code, "hours": self.hours, "ack": self.ack, "loops": self.loops, "owner": self.owner,
            "rungs": [{"wait": rung.wait, "to": list(rung.to), "shared": rung.shared} for rung in self.rungs],
        }  # fmt: skip


FALLBACK = Policy("fallback", (Rung("0m", (LATE,)), Rung("4bh", ("deputy", "lead")), Rung("1bd", ("line:1", "line:2"))))
"""For waits no policy was written for: a clock never fails for want of a file."""


@dataclass(frozen=True)
class Policies:
    """All policies of one version, the smallest priority first."""

    policies: tuple[Policy, ...] = ()

    def choose(self, watch: str, severity: str) -> Policy:
        """The first that fits."""
        return next((policy for policy in self.policies if policy.fits(watch, severity)), FALLBACK)


@lru_cache(maxsize=512)
def span(written: str) -> Span:
    """A wait as written."""
    return parse_span(written)


def thaw(kept: Mapping[str, Any]) -> Policy:
    """A frozen policy as an object again."""
    rungs = tuple(_rung_of(raw["wait"], tuple(raw["to"]), bool(raw["shared"])) for raw in kept["rungs"])
    return _policy_of(kept["code"], rungs, kept["hours"], kept["ack"], kept["loops"], kept["owner"])


@lru_cache(maxsize=1024)
def _rung_of(wait: str, to: tuple[str, ...], shared: bool) -> Rung:  # noqa: FBT001 - a field of the rung
    return Rung(wait, to, shared)


@lru_cache(maxsize=1024)
def _policy_of(code: str, rungs: tuple[Rung, ...], hours: str, ack: str, loops: int, owner: str) -> Policy:
    """Waits under the same policy share one object: a sweep reads many."""
    return Policy(code, rungs, hours, ack, loops, owner)


def parse(files: Sequence[Mapping[str, Any]]) -> Policies:
    """Read the parsed TOML of one or more files as one version. Raises BadPolicies with every problem."""
    found = [f"{key}: unknown; write [[policy]]" for data in files for key in data if key != "policy"]
    raw = _tables([part for data in files for part in _listed(data.get("policy", []))], "policy", found)
    policies = [_policy(part, at, found) for at, part in raw]
    codes = [policy.code for policy in policies]
    found += [f"code {code!r}: used twice" for code in sorted({code for code in codes if codes.count(code) > 1})]
    if not policies:
        found.append("policy: at least one")
    elif not any(not policy.watches and not policy.severities for policy in policies):
        found.append("policy: one without `when` must be there for whatever no other one is for")
    if found:
        raise BadPolicies(found)
    return Policies(tuple(sorted(policies, key=lambda policy: policy.priority)))


def problems(files: Sequence[Mapping[str, Any]], watches: Sequence[str]) -> list[str]:
    """Everything wrong with files that are to be taken together; empty means all is well. `watches` are those there are."""
    try:
        read = parse(files)
    except BadPolicies as error:
        return error.problems
    return [
        f"policy {policy.code}: nothing is called {code!r}; one of {', '.join(sorted(watches))}"
        for policy in read.policies
        for code in policy.watches
        if not any(watch == code or watch.startswith(f"{code}.") for watch in watches)
    ]


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _tables(parts: Sequence[Any], name: str, found: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, part in enumerate(parts):
        if isinstance(part, Mapping):
            yield f"{name}[{number}]", part
        else:
            found.append(f"{name}: write it as a table, [[{name}]]")


def _policy(raw: Mapping[str, Any], at: str, found: list[str]) -> Policy:
    found += [f"{at}.{key}: unknown" for key in raw if key not in _POLICY_KEYS]
    when = raw.get("when", {})
    if not isinstance(when, Mapping):
        found.append(f'{at}.when: write when = {{ watch = ["task"], severity = ["urgent"] }}')
        when = {}
    found += [f"{at}.when.{key}: unknown" for key in when if key not in _WHEN_KEYS]
    return Policy(
        code=_text(raw, "code", "", at, found, _CODE.fullmatch, "small letters, digits and dashes"),
        rungs=_rungs(raw, at, found),
        hours=_text(raw, "hours", "business", at, found, HOURS.__contains__, f"one of {', '.join(HOURS)}"),
        ack=_wait(raw.get("ack", "1bd"), f"{at}.ack", found, least=1),
        loops=_number(raw, "loops", 2, at, found, 1, MOST_LOOPS),
        owner=_text(raw, "owner", "office:CEO", at, found, _OWNER.fullmatch, "office:X, member:EMAIL or group:CODE"),
        priority=_number(raw, "priority", 1000, at, found, 0, 1_000_000),
        watches=_texts(when, "watch", f"{at}.when", found),
        severities=_severities(when, f"{at}.when", found),
    )  # fmt: skip


def _rungs(raw: Mapping[str, Any], at: str, found: list[str]) -> tuple[Rung, ...]:
    rungs = [_rung(part, where, found) for where, part in _tables(_listed(raw.get("rung", [])), f"{at}.rung", found)]
    if not rungs or rungs[0].to != (LATE,) or rungs[0].shared:
        found.append(
            f'{at}.rung[0]: the first rung is the last chance of whoever is late: to = ["late"], and nobody else'
        )
    if rungs and span(rungs[0].wait).amount:
        found.append(f'{at}.rung[0].wait: the last chance comes when the time is up: wait = "0m"')
    if len(rungs) < 2:
        found.append(f"{at}.rung: at least one rung above the last chance")
    if len(rungs) > MOST_RUNGS:
        found.append(f"{at}.rung: at most {MOST_RUNGS}")
    found += [
        f"{at}.rung[{n}].to: late hears at the first rung only" for n, rung in enumerate(rungs) if n and LATE in rung.to
    ]
    return tuple(rungs)


def _rung(raw: Mapping[str, Any], at: str, found: list[str]) -> Rung:
    found += [f"{at}.{key}: unknown" for key in raw if key not in _RUNG_KEYS]
    to = _texts(raw, "to", at, found)
    found += [
        f"{at}.to: {who!r} is not late, deputy, lead, other, other_lead, line:N, other_line:N, office:X, member:EMAIL or group:CODE"
        for who in to
        if not _WHO.fullmatch(who)
    ]
    if not to:
        found.append(f"{at}.to: at least one")
    shared = raw.get("shared", False)
    if not isinstance(shared, bool):
        found.append(f"{at}.shared: true or false")
    return Rung(_wait(raw.get("wait", "0m"), f"{at}.wait", found), to, shared is True)


def _severities(when: Mapping[str, Any], at: str, found: list[str]) -> tuple[str, ...]:
    named = _texts(when, "severity", at, found)
    if not set(named) <= set(SEVERITIES):
        found.append(f"{at}.severity: one of {', '.join(SEVERITIES)}")
    return named


def _texts(raw: Mapping[str, Any], name: str, at: str, found: list[str]) -> tuple[str, ...]:
    values = _listed(raw.get(name, []))
    if not all(isinstance(value, str) and value for value in values):
        found.append(f'{at}.{name}: texts, such as ["..."]')
        return ()
    return tuple(values)


def _text(
    raw: Mapping[str, Any], name: str, default: str, at: str, found: list[str],
    good: Callable[[str], object], wanted: str,
) -> str:  # fmt: skip
    value = raw.get(name, default)
    if isinstance(value, str) and good(value):
        return value
    found.append(f"{at}.{name}: {wanted}")
    return default


def _number(raw: Mapping[str, Any], name: str, default: int, at: str, found: list[str], least: int, most: int) -> int:
    value = raw.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    found.append(f"{at}.{name}: a whole number from {least} to {most}")
    return default


def _wait(written: Any, at: str, found: list[str], *, least: int = 0) -> str:
    try:
        read = span(str(written))
    except ValueError as error:
        found.append(f"{at}: {error}")
        return "0m"
    if read.amount < least:
        found.append(f"{at}: longer than nothing")
    return str(read)
