"""Nobody is the second person of what gives themselves something, however it is written and whatever became of it meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from collab.controls import service
from collab.controls.models import ControlChange
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import NotAllowed
from collab.people.models import Member
from tests.factories import NOW, Company

OFFICE = {"code": "CFO", "name_en": "Chief Financial Officer", "name_ja": "最高財務責任者"}


@pytest.fixture
def two(company: Company) -> Company:
    """A company with a second administrator."""
    with company.indoors(), atomic():
        db.session.execute(update(Member).where(Member.email == "kenji@example.com").values(is_admin=True))
    return company


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("organisation.file", {"kind": "offices", "rows": [{**OFFICE, "email": "kenji@example.com"}]}),
        ("organisation.file", {"kind": "offices", "rows": [{**OFFICE, "email": " Kenji@Example.COM"}]}),
        ("office.give", {"office": "CFO", "member": "KENJI@example.com", "acting": True}),
        ("member.manager", {"member": "kenji@example.com", "manager": "mika@example.com"}),
        ("member.manager", {"member": "mika@example.com", "manager": "kenji@example.com"}),
    ],
)
def test_however_it_is_written(two: Company, code: str, fields: dict[str, Any]) -> None:
    with two.indoors():
        row = service.propose(two.member("admin"), code, fields, reason="Reorganisation.", now=NOW)
        assert two.member("kenji").id in row.favours
        with pytest.raises(NotAllowed):
            service.confirm(two.member("kenji"), row.key, seen_version=row.version, now=NOW)


def test_whatever_it_was_taken_to_favour_when_it_was_proposed(two: Company) -> None:
    with two.indoors():
        fields = {"office": "CFO", "member": "kenji@example.com", "acting": True}
        row = service.propose(two.member("admin"), "office.give", fields, reason="Reorganisation.", now=NOW)
        with atomic():
            db.session.execute(update(ControlChange).values(favours=[]))
        with pytest.raises(NotAllowed):
            service.confirm(two.member("kenji"), row.key, seen_version=row.version, now=NOW)
