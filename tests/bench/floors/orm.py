"""The floor's work as a plain Flask-SQLAlchemy application does it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKey, Identity
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
    decision = Decision(
        paper_id=paper.id, step=paper.step, member=said["member"], verb=said["verb"], comment=said.get("comment"),
        at=datetime.now(UTC),
    )  # fmt: skip
    db.session.add(decision)
    paper.state = "approved" if paper.step else "pending"
    paper.step += 1
    paper.version += 1
    answer = {"subject": paper.id, "verb": decision.verb, "step": paper.step, "state": paper.state}
    db.session.commit()
    return jsonify(answer), 201
