"""The floor's work as a plain Flask-SQLAlchemy application does it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKey, Identity, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Mapped tables."""


db = SQLAlchemy(model_class=Base)


class Paper(db.Model):  # type: ignore[name-defined]
    """What is decided."""

    __tablename__ = "papers"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    title: Mapped[str]
    amount: Mapped[int]
    requester: Mapped[int]
    state: Mapped[str]
    step: Mapped[int]
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Decision(db.Model):  # type: ignore[name-defined]
    """A step's decision."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    step: Mapped[int]
    member: Mapped[int]
    verb: Mapped[str]
    comment: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Chain(db.Model):  # type: ignore[name-defined]
    """A submission."""

    __tablename__ = "rounds"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))


class Seat(db.Model):  # type: ignore[name-defined]
    """Somebody's seat in a step."""

    __tablename__ = "seats"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    step: Mapped[int]
    member: Mapped[int]
    state: Mapped[str]
    opened_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Entry(db.Model):  # type: ignore[name-defined]
    """What happened."""

    __tablename__ = "entries"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    paper_id: Mapped[int]
    verb: Mapped[str]
    actor: Mapped[int]
    details: Mapped[Any] = mapped_column(JSONB)


class Message(db.Model):  # type: ignore[name-defined]
    """Whom to tell."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    paper_id: Mapped[int]
    recipient: Mapped[int]
    kind: Mapped[str]
    args: Mapped[Any] = mapped_column(JSONB)
    state: Mapped[str]


app = Flask(__name__)
app.config.update(
    SQLALCHEMY_DATABASE_URI=os.environ["FLOOR_DATABASE"].replace("postgresql://", "postgresql+psycopg://"),
    SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 8, "max_overflow": 8},
)
db.init_app(app)


@app.post("/papers/<int:number>/decisions")
def decide(number: int) -> Any:
    """Decide on a paper's present step."""
    said: dict[str, Any] = request.get_json()
    paper = db.session.get_one(Paper, number, with_for_update=True)
    own = select(Seat).join(Chain).where(Chain.paper_id == paper.id).order_by(Seat.step)
    seats = db.session.scalars(own).all()
    mine = next(seat for seat in seats if seat.member == said["member"] and seat.state == "waiting")
    now, last = datetime.now(UTC), mine is seats[-1]
    db.session.add(
        Decision(
            paper_id=paper.id, step=paper.step, member=mine.member, verb=said["verb"], comment=said.get("comment"), at=now,
        )
    )  # fmt: skip
    mine.state = "approved"
    paper.version += 1
    if last:
        paper.state, paper.ended_at = "approved", now
    else:
        paper.step += 1
        seats[-1].state, seats[-1].opened_at = "waiting", now
    recipient = paper.requester if last else seats[-1].member
    db.session.add(Entry(paper_id=paper.id, verb=said["verb"], actor=mine.member, details={"round": 1}))
    db.session.add(Message(paper_id=paper.id, recipient=recipient, kind="asked", args={"round": 1}, state="pending"))
    db.session.commit()
    return jsonify({"subject": number, "verb": said["verb"], "state": "pending"}), 201
