"""The whole flow in hand-written SQL: filed, approved, decided; 19 statements in 3 transactions."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

ROUTE = {"steps": [{"name": "CMO", "due": "2bd"}, {"name": "CIO", "due": "2bd"}]}
REQUESTER, CMO, CIO = 1, 2, 3


def flow(connection: psycopg.Connection[Any]) -> None:
    """One request from filing to its end."""
    cursor = connection.cursor()
    paper = file(cursor)
    connection.commit()
    decide(cursor, paper, CMO, "approve")
    connection.commit()
    decide(cursor, paper, CIO, "decide")
    connection.commit()


def file(cursor: psycopg.Cursor[Any], title: str = "Mail campaign tool", amount: int = 500000) -> int:
    """Five statements: request, round, seats, entry, message. The request's number."""
    (paper,) = _one(
        cursor, "insert into papers (title, amount, requester, state) values (%s, %s, %s, 'pending') returning id",
        [title, amount, REQUESTER],
    )  # fmt: skip
    (round_id,) = _one(
        cursor, "insert into rounds (paper_id, route) values (%s, %s) returning id", [paper, Jsonb(ROUTE)]
    )
    cursor.execute(
        "insert into seats (round_id, step, member, state, opened_at)"
        " values (%s, 0, %s, 'waiting', now()), (%s, 1, %s, 'planned', null)",
        [round_id, CMO, round_id, CIO],
    )
    _write(cursor, paper, REQUESTER, "submit", CMO)
    return int(paper)


def decide(cursor: psycopg.Cursor[Any], paper: int, member: int, verb: str, comment: str | None = None) -> None:
    """Seven statements: lock, seats, decision, seat, the next seat or the request's end, entry, message."""
    step, version = _one(cursor, "select step, version from papers where id = %s for update", [paper])
    seats = cursor.execute(
        "select s.id, s.step, s.member, s.state from seats s join rounds r on r.id = s.round_id"
        " where r.paper_id = %s order by s.step",
        [paper],
    ).fetchall()
    mine = next(seat for seat in seats if seat[2] == member and seat[3] == "waiting")
    cursor.execute(
        "insert into decisions (paper_id, step, member, verb, comment) values (%s, %s, %s, %s, %s)",
        [paper, step, member, verb, comment],
    )
    cursor.execute("update seats set state = 'approved' where id = %s", [mine[0]])
    if verb == "approve":
        _open(cursor, paper, version, seats[-1][0])
        _write(cursor, paper, member, verb, CIO)
        return
    cursor.execute(
        "update papers set state = 'approved', version = %s, ended_at = now() where id = %s", [version + 1, paper]
    )
    _write(cursor, paper, member, verb, REQUESTER)


def _open(cursor: psycopg.Cursor[Any], paper: int, version: int, seat: int) -> None:
    """The next step, seat and request in one statement."""
    cursor.execute(
        "with opened as (update seats set state = 'waiting', opened_at = now() where id = %s)"
        " update papers set step = step + 1, version = %s where id = %s",
        [seat, version + 1, paper],
    )


def _write(cursor: psycopg.Cursor[Any], paper: int, actor: int, verb: str, recipient: int) -> None:
    """Two statements: what happened, whom to tell."""
    cursor.execute(
        "insert into entries (paper_id, verb, actor, details) values (%s, %s, %s, %s)",
        [paper, verb, actor, Jsonb({"round": 1})],
    )
    cursor.execute(
        "insert into messages (paper_id, recipient, kind, args, state) values (%s, %s, %s, %s, 'pending')",
        [paper, recipient, "asked", Jsonb({"round": 1})],
    )


def _one(cursor: psycopg.Cursor[Any], statement: str, values: list[Any]) -> Any:
    row = cursor.execute(statement, values).fetchone()
    assert row is not None
    return row
