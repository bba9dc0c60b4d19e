"""The sample company with hostile words in everything anybody ever wrote there.

    with hostile_company(stock, var) as company: ...     # every text: all payloads, beginning with another one in each row

What is written by people is every column of text that is not named here as ours: a column that is added tomorrow is hostile
tomorrow. Texts inside what is kept as JSON (the trail, frozen papers, issues, drafts) are exchanged as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, bindparam, select, text, update

from collab.kernel.db import Base, db
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.faults.hostile_text.rows import fill_gaps
from tests.parts.databases import Stock
from tests.parts.every_page import SampleCompany, sample_company

OUR_TABLES = re.compile(
    r"audit_(anchors|checks)|\w+_versions|outbox_(beacons|gates|lanes)|periods|slack_(acts|events|installations|screens|lookups)"
    r"|spent_sign_ins|web_repeats|subject_(grams|links|follows)|link_codes|channel_wishes|pulse_(answers|counts|askings)"
)
"""Nobody writes there."""
OUR_NAMES = re.compile(
    r"key|code|state|kind|type|side|locale|zone|calendar|currency|role|watch|severity|visibility|source|secret|digest|hash|mark|form"
    r"|seen|way|period|quarter|week|first_week|slot|channel|lane|lease|reply|ts|shown|off|why|wish|status|suggested|health|area|verdict"
    r"|choice|weight|category|billing|route|stage|sha256|address|email|issuer|subject|verb|surface|actor|acting_for|opinion|details_of"
    r"|progress_from|claimed|journey_stage|skipped|resume|barred|favours|files|via|kinds|categories|keys|limited_to|policy|flags|moved_verb"
    r"|cost_currency|cost_per|returns_to|hands_to|lead_of|office|payload|args|token|sealed|needs|department"
    r"|\w+_(by|code|hash|id|key|department|normal|address|from|token)|(from|to|asked|made|linked|imported|closed|waiting|lifter)_\w+"
)
"""Columns with one of these names hold what we chose, wherever they are."""
OURS = {
    "agreements.unit", "channels.details", "channels.purpose", "goal_metrics.about", "outbox_attempts.outcome", "pulses.questions",
    "signature_sheets.paper", "tokens.scope", "approval_revocation_voices.answer", "goals.result", "initiatives.result",
    "members.way", "agreements.end_reason", "escalations.end_reason", "signature_sheets.void_reason",
}  # fmt: skip
"""The others that do."""
MOST = 3900
"""Characters the shortest of the tables that count them take."""
SHORT, ROOM = {"sessions.browser", "control_changes.fields"}, 36
"""Columns of which pages show the beginning, or that are read by rules that count: whose they are, and one payload this long at most."""
WORDS, DAY = re.compile(r"[ \u3000-\u9fff]"), re.compile(r"\d{4}-\d\d-\d\d")
LINKS = re.compile(r"link|answer_link|permalink")


def is_written(column: Column[Any]) -> bool:
    """Whether people write it."""
    name = f"{column.table.name}.{column.name}"
    ours = OUR_TABLES.fullmatch(column.table.name) or OUR_NAMES.fullmatch(column.name) or name in OURS
    return isinstance(column.type, String | JSON) and not ours and not column.primary_key and not column.foreign_keys


def written() -> list[Column[Any]]:
    """Every column people write."""
    return [column for table in Base.metadata.sorted_tables for column in table.columns if is_written(column)]


Words = Callable[[str, int], str]
"""What stands in a row of a column."""


def programs(column: str, number: int) -> str:
    """All payloads in one text, beginning with another one each time; behind the first stands whose they are."""
    every = list(PROGRAMS.values())
    first = number % len(every)
    others, mark = [*every[first + 1 :], *every[:first]], f"«{column}»"
    if column in SHORT:
        return mark + next(one for one in (every[first], *others) if len(one) <= ROOM)
    return " ¦ ".join([every[first], mark, *others])


@contextmanager
def hostile_company(stock: Callable[[str], Stock], var: Path, words: Words = programs) -> Iterator[SampleCompany]:
    """Lent for a while."""
    with sample_company(stock, var) as company:
        with company.indoors():
            free_from_rules()
        fill_gaps(company)
        with company.indoors():
            exchange(words)
        yield company


def free_from_rules() -> None:
    """Triggers keep what is written once; here it is written over."""
    for name in db.session.scalars(text("select name from sqlite_master where type = 'trigger'")).all():
        db.session.execute(text(f"drop trigger {name}"))
    db.session.commit()


def exchange(words: Words) -> None:
    """Put the words wherever people write; where nobody wrote anything yet, as far as the rules of the table allow."""
    free_from_rules()
    number = 0
    for table in Base.metadata.sorted_tables:
        key = list(table.primary_key.columns)
        where = [one == bindparam(f"p_{one.name}") for one in key]
        for column in [one for one in table.columns if is_written(one)]:
            changes = []
            for row in db.session.execute(select(*key, column)).all():
                number += 1
                said = _said(column, row[-1], words(f"{table.name}.{column.name}", number))
                changes.append({**{f"p_{one.name}": value for one, value in zip(key, row, strict=False)}, "said": said})
            _write(column, where, changes)
    db.session.commit()


def _write(column: Column[Any], where: Sequence[ColumnElement[bool]], rows: Sequence[dict[str, Any]]) -> None:
    """In all rows that the rules of the table let have it: cut where they count the characters."""
    change = update(column.table).prefix_with("or ignore").where(*where).values({column.name: bindparam("said")})
    long = [row for row in rows if isinstance(row["said"], str) and len(row["said"]) > MOST]
    for tried in ([{**row, "said": row["said"][:MOST]} for row in long], rows):
        if tried:
            db.session.connection().execute(change, tried)
    if rows and isinstance(column.type, String) and not (column.nullable or column.default):
        kept = db.session.scalars(select(column)).all()
        said = {row["said"] for row in rows} | {row["said"][:MOST] for row in rows}
        assert {*kept} <= said, f"{column} holds a code of ours: name it"


def _said(column: Column[Any], value: Any, said: str) -> Any:
    if isinstance(column.type, JSON):
        return None if value is None else _inside(value, said)
    return f"https://a.example/?{said}" if LINKS.fullmatch(column.name) else said


def _inside(value: Any, said: str) -> Any:
    """What is kept, with every text in it exchanged that reads like words."""
    if isinstance(value, dict):
        return {name: _inside(item, said) for name, item in value.items()}
    if isinstance(value, list):
        return [_inside(item, said) for item in value]
    return said if isinstance(value, str) and WORDS.search(value) and not DAY.match(value) else value
