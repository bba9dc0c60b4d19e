"""What a company asks and how, as `config/pulses.toml` says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collab.kernel.business_time import BadSpan, Span, parse_span

MOST_QUESTIONS, LEAST_GROUP, LONGEST = 6, 4, 200
METRICS = "metrics"
"""The code of the question whether goals and metrics match: the dated reference figure stands beside its answers."""
OPENS = ("office:CMO", "office:CIO", "office:CEO", "admin")
"""Who opens a pulse; the offices among them read its results first."""
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_KNOWN = {"open_for", "minimum", "monthly", "question"}


@dataclass(frozen=True)
class Question:
    """One question in both languages; `code` names it for good."""

    code: str
    en: str
    ja: str

    def said(self, locale: str) -> str:
        """The words for a reader."""
        return self.ja if locale == "ja" else self.en


DEFAULT = (
    Question("metrics", "Our goals and metrics match those of the other departments.", "自部門の目標と指標は、他部門のものとかみ合っている。"),
    Question("priorities", "I know the priorities of the departments we depend on.", "連携先の部門が何を優先しているかを知っている。"),
    Question("requests", "Our requests to other departments are answered in time.", "他部門への依頼には、期限までに回答がもらえている。"),
    Question("customer", "We all work from one shared picture and the same data of the customer.", "どの部門も、共通の顧客像と同じ顧客データをもとに仕事をしている。"),
    Question("decisions", "Decisions we must take together are taken quickly.", "部門をまたぐ意思決定は速い。"),
    Question("benefit", "The customer benefits from how our departments work together.", "部門間の連携は、お客様の役に立っている。"),
)  # fmt: skip


DAYS = Span(5, "bd")


@dataclass(frozen=True)
class Habits:
    """All of `config/pulses.toml`. Nothing smaller than `minimum` is shown."""

    questions: Sequence[Question] = DEFAULT
    open_for: Span = DAYS
    minimum: int = LEAST_GROUP
    monthly: bool = False


def parse_habits(data: Mapping[str, Any]) -> Habits:
    """Read the file. Raises ValueError naming every problem."""
    problems = [f"{name}: not known" for name in sorted(data.keys() - _KNOWN)]
    minimum, monthly = data.get("minimum", LEAST_GROUP), data.get("monthly", False)
    if isinstance(minimum, bool) or not isinstance(minimum, int) or minimum < LEAST_GROUP:
        problems.append(f"minimum: a whole number, {LEAST_GROUP} or more")
    if not isinstance(monthly, bool):
        problems.append("monthly: true or false")
    span = _span(data.get("open_for", str(Habits.open_for)), problems)
    questions = _questions(data["question"], problems) if "question" in data else DEFAULT
    if problems or span is None:
        raise ValueError(f"pulses.toml: {'; '.join(problems)}")
    return Habits(questions, span, minimum, monthly)


def _span(text: Any, problems: list[str]) -> Span | None:
    try:
        found = parse_span(str(text))
    except BadSpan as error:
        problems.append(f"open_for: {error}")
        return None
    if found.amount < 1:
        problems.append("open_for: at least 1")
    return found


def _questions(given: Any, problems: list[str]) -> Sequence[Question]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_QUESTIONS:
        problems.append(f"question: 1 to {MOST_QUESTIONS} of them")
        return ()
    found = [_question(one) for one in given]
    if None in found:
        problems.append(f"question: each a code (a-z, 0-9, _), en and ja of at most {LONGEST} characters, nothing else")
    known = [one for one in found if one is not None]
    if len({one.code for one in known}) < len(known):
        problems.append("question: two of one code")
    return known


def _question(given: Any) -> Question | None:
    if not isinstance(given, dict) or set(given) != {"code", "en", "ja"}:
        return None
    words = [given[name] for name in ("en", "ja")]
    good = all(isinstance(word, str) and 0 < len(word.strip()) <= LONGEST for word in words)
    return Question(**given) if good and isinstance(given["code"], str) and _CODE.fullmatch(given["code"]) else None
