"""Two people sign the same version: who may, what becomes of it, and everything that takes it out of force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from collab.escalations.models import Escalation
from collab.initiatives import service as initiatives
from collab.initiatives.models import Initiative, Lead
from collab.initiatives.queries.charters import charter_state, find_charter, is_chartered
from collab.kernel.actor import Machine
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.kernel.i18n import Reader
from collab.people.models import Post
from collab.signatures import service
from collab.signatures.models import Sheet, Signature
from collab.signatures.queries import papers_in_force, waiting
from collab.signatures.service import Signer
from collab.subjects.queries import inbox
from tests.factories import Company
from tests.factories.goals import goal
from tests.factories.initiatives import an_initiative, lead, seen
from tests.factories.signatures import laid, messages, sheet, signed, verbs, who_signed, written

pytestmark = pytest.mark.usefixtures("indoors")


def clocks(key: str) -> int:
    db.session.rollback()
    running = (Escalation.subject_key == key) & Escalation.ended_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(Escalation).where(running)) or 0


def refused(company: Company, number: int, name: str, **more: Any) -> DomainError:
    db.session.rollback()
    with pytest.raises(DomainError) as raised:
        service.sign(company.member(name), number, seen_version=1, source="web", now=company.later(), **more)
    assert who_signed(company, number) <= {"cmo", "cio"}
    return raised.value


def test_both_leads_sign_this_version_and_the_idea_is_chartered(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    assert sheet(company, number).state == "open"
    assert messages(company, key, "signature.asked") == [("cmo", None), ("cio", None)]
    asked = inbox(company.member("cio"), company.now)
    assert [(row.ask.key, row.path, row.actions) for row in asked] == [
        ("signature.ask", f"/initiatives/{key}/charter", ("sign",))
    ]
    assert asked[0].due_at == sheet(company, number).seats[1].due_at
    assert clocks(key) == 2
    assert signed(company, number, "cmo") is False
    assert (seen(company, key).state, clocks(key)) == ("idea", 1)
    assert list(waiting.expected(None)) == [f"{key}:signature:{number}:2"]
    assert charter_state([1]) == {1: "open"}
    assert signed(company, number, "cio") is True
    now = seen(company, key)
    assert (now.state, is_chartered(now), charter_state([1]), clocks(key)) == ("chartered", True, {1: "valid"}, 0)
    assert messages(company, key, "signature.told") == [("cmo", "valid")]
    assert inbox(company.member("cio"), company.now) == []
    assert verbs(company, key) == ["charter_written", "paper_laid", "sign", "sign", "chartered"]


def test_whoever_moved_to_the_other_side_signs_no_more_for_the_one_they_left(company: Company) -> None:
    """Two people of marketing never sign for both sides, whoever was named when."""
    key = an_initiative(company, leads=("cmo", "kenji"))
    number = laid(company, key)
    signed(company, number, "cmo")
    with atomic() as unit:
        moved = update(Post).where(Post.member_id == company.id("kenji")).values(department_code="marketing")
        unit.session.execute(moved)
    assert refused(company, number, "kenji").said_code == "signer_moved"
    assert sheet(company, number).state == "open"
    with pytest.raises(Invalid) as raised:
        laid(company, key, scope="Ten stores")
    assert raised.value.fields["signers"].key == "signature.problem.moved_away"


def test_pressing_twice_is_once(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    for _ in range(2):
        signed(company, number, "cmo")
    signed(company, number, "cio")
    assert signed(company, number, "cio") is True  # what it became of, again
    assert signed(company, number, "cmo") is True
    assert verbs(company, key).count("sign") == 2
    assert len(messages(company, key, "signature.told")) == 1


def test_nobody_signs_for_somebody_else(company: Company) -> None:
    key = an_initiative(company, participants=("mika",), third=("data", "kenji"))
    number = laid(company, key, brings_3="A catalogue")
    for name in ("mika", "kenji", "nao", "ceo", "sales-lead", "admin", "auditor"):
        refusal = refused(company, number, name)
        assert (refusal.said_code, refusal.status) == ("signs_in_person", 403), name
        said = Reader("en").say(refusal.text)
        assert "Yuki Mori" in said
        assert "Daichi Sakai" in said


def test_the_lead_of_the_department_cannot_sign_for_the_named_member(company: Company) -> None:
    number = laid(company, an_initiative(company, leads=("mika", "kenji")), "mika")
    for name in ("cmo", "cio"):
        assert refused(company, number, name).said_code == "signs_in_person"


def test_a_proxy_of_the_other_lead_signs_for_their_own_side_alone(company: Company) -> None:
    """The one lead stands in for the other one, who is away: there is still one signature, and it is their own."""
    company.away("cmo", deputy="cio")
    number = laid(company, an_initiative(company), "cio")
    assert signed(company, number, "cio") is False
    assert signed(company, number, "cio") is False
    assert who_signed(company, number) == {"cio"}
    company.away("cio", deputy="nao")
    assert refused(company, number, "nao").said_code == "signs_in_person"


def test_a_guest_sees_no_sheet_and_a_machine_is_nobody(company: Company) -> None:
    key = an_initiative(company, guests=("agency",))
    number = laid(company, key)
    assert isinstance(refused(company, number, "agency"), NotFound)
    machine = replace(company.member("cmo"), machine=Machine("robot", "x"))
    db.session.rollback()
    with pytest.raises(NotAllowed, match="signs_in_person"):
        service.sign(machine, number, seen_version=1, source="api", now=company.now)


def test_a_narrowed_sheet_is_not_there_for_others(company: Company) -> None:
    number = laid(company, an_initiative(company, visibility="involved"))
    assert isinstance(refused(company, number, "sales-lead"), NotFound)
    db.session.rollback()
    with pytest.raises(NotFound):
        service.sign(company.member("cmo"), number + 1, seen_version=1, source="web", now=company.now)


def lay(company: Company, key: str, *signers: Signer, version: int = 1, paper: str = "x") -> int:
    db.session.rollback()
    return service.lay(
        key, paper, version, {"says": "so"}, signers=signers, laid_by=company.member("cmo"), now=company.now
    )


SEATS_REFUSED = (
    (("cmo", "marketing"), ("cmo", "it"), "one_person"),
    (("cmo", "marketing"), ("mika", "marketing"), "one_department"),
    (("cmo", "marketing"), ("agency", "it"), "cannot_sign"),
    (("cmo", "marketing"), ("auditor", "it"), "cannot_sign"),
    (("cmo", "marketing"), ("left", "it"), "cannot_sign"),
)


def test_two_people_of_two_departments_who_are_here(company: Company) -> None:
    key = an_initiative(company)
    for *seats, why in SEATS_REFUSED:
        signers = [Signer(side, company.id(name), unit) for side, (name, unit) in enumerate(seats, 1)]
        with pytest.raises(Invalid) as raised:
            lay(company, key, *signers)
        assert raised.value.fields["signers"].key == f"signature.problem.{why}", seats
    with pytest.raises(Invalid):
        lay(company, key, signers[0])


def test_no_row_can_seat_one_person_twice(company: Company) -> None:
    """Past every service: the tables themselves refuse, and a sheet whose seat was given away is not what was laid out."""
    key = an_initiative(company)
    number = laid(company, key)
    cmo, mika = company.id("cmo"), company.id("mika")
    other = (Signature.sheet_id == number) & (Signature.side == 2)
    with pytest.raises(NotNow, match="conflict"), atomic():
        db.session.execute(update(Signature).where(other).values(member_id=cmo))
    with pytest.raises(NotNow, match="conflict"), atomic():
        db.session.execute(update(Lead).where(Lead.slot == 2).values(member_id=cmo))
    db.session.rollback()
    with atomic():
        db.session.execute(update(Signature).where(other).values(member_id=mika))
    assert refused(company, number, "mika").said_code == "paper_damaged"
    assert refused(company, number, "cmo").said_code == "paper_damaged"


def test_what_was_altered_past_the_services_cannot_be_signed(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    with atomic():
        db.session.execute(update(Initiative).values(title="Something else"))
    assert refused(company, number, "cmo").said_code == "paper_changed"
    with atomic():
        db.session.execute(update(Initiative).values(title="Stock of the store on the phone"))
        content = {**sheet(company, number).content, "scope": "Everything"}
        db.session.execute(update(Sheet).values(content=content))
    assert refused(company, number, "cmo").said_code == "paper_damaged"


def test_one_signs_what_one_saw(company: Company) -> None:
    """The other lead writes while somebody reads: version 1 is gone, and pressing its button signs nothing."""
    key = an_initiative(company)
    first = laid(company, key)
    signed(company, first, "cmo")
    written(company, key, "cio", scope="Stock of 12 stores")
    assert (sheet(company, first).state, who_signed(company, first)) == ("void", {"cmo"})  # kept as a record
    assert refused(company, first, "cio").said_code == "paper_changed"
    second = laid(company, key, "cio", scope="Stock of 12 stores")
    assert refused(company, first, "cio").said_code == "paper_changed_since"
    assert refused(company, second, "cio").said_code == "paper_changed"  # version 1 was on their screen
    assert who_signed(company, second) == set()
    assert papers_in_force([key], "charter")[key].version == 2


@pytest.mark.parametrize("change", ["text", "title", "problem", "goal added", "lead", "lead leaves", "third lead"])
def test_a_changed_charter_has_no_signature(company: Company, change: str) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    signed(company, number, "cmo", "cio")
    assert seen(company, key).state == "chartered"
    cmo, now = company.member("cmo"), company.later()
    if change == "text":
        written(company, key, "cmo", vision="Another one")
    elif change in ("title", "problem"):
        initiatives.change(cmo, key, {change: "Another one"}, now=now)
    elif change == "goal added":
        initiatives.link_goal(cmo, key, goal(company, "Another goal"), now=now)
    elif change == "lead":
        initiatives.name_leads(cmo, key, [lead(1, "marketing", "mika")], now=now)
    elif change == "third lead":
        initiatives.name_leads(cmo, key, [lead(3, "it", "kenji", "data")], now=now)
    else:
        company.leaves("cio")
    was = seen(company, key)
    assert (was.state, is_chartered(was), charter_state([was.id])) == ("idea", False, {was.id: "draft"})
    assert (sheet(company, number).state, who_signed(company, number)) == ("void", {"cmo", "cio"})
    assert {"paper_voided", "charter_lost"} <= set(verbs(company, key))
    told = [name for name, verb in messages(company, key, "signature.told") if verb == "voided"]
    assert told == (["cmo", "cio"] if change == "lead leaves" else ["cio"])  # nobody is told of their own act


def test_work_that_has_begun_goes_on_without_a_charter(company: Company) -> None:
    key = an_initiative(company)
    signed(company, laid(company, key), "cmo", "cio")
    initiatives.start(company.member("cmo"), key, now=company.later())
    written(company, key, "cio", scope="Less")
    now = seen(company, key)
    assert (now.state, is_chartered(now)) == ("active", False)
    signed(company, laid(company, key, "cio", scope="Less"), "cio", "cmo")
    assert (seen(company, key).state, is_chartered(seen(company, key))) == ("active", True)


def test_what_changes_nothing_voids_nothing(company: Company) -> None:
    key = an_initiative(company)
    number = laid(company, key)
    signed(company, number, "cmo", "cio")
    assert written(company, key, "cio") == 1
    initiatives.change(company.member("cmo"), key, {"title": seen(company, key).title}, now=company.now)
    company.away("cmo", deputy="nao")
    assert sheet(company, number).state == "valid"


def test_a_lead_who_was_replaced_cannot_sign_any_more(company: Company) -> None:
    key = an_initiative(company)
    first = laid(company, key)
    initiatives.name_leads(company.member("cmo"), key, [lead(1, "marketing", "mika")], now=company.later())
    assert sheet(company, first).void_reason == "leads"
    assert refused(company, first, "cmo").said_code == "paper_changed"
    second = laid(company, key, "mika")
    assert (sheet(company, second).version, find_charter(1).version) == (2, 2)  # type: ignore[union-attr]
    db.session.rollback()
    with pytest.raises(NotAllowed, match="signs_in_person"):
        service.sign(company.member("cmo"), second, seen_version=2, source="web", now=company.now)
    assert signed(company, second, "mika", "cio")


def test_nobody_waits_for_somebody_who_left(company: Company) -> None:
    """Also where the feature itself does not follow its people."""
    key = an_initiative(company)
    number = lay(company, key, Signer(1, company.id("cmo"), "marketing"), Signer(2, company.id("kenji"), "it"))
    signed(company, number, "cmo")
    company.leaves("kenji")
    assert (sheet(company, number).state, sheet(company, number).void_reason, clocks(key)) == ("void", "signer_left", 0)
    assert messages(company, key, "signature.told") == [("cmo", "voided")]


def test_a_version_is_laid_out_once_and_replaces_what_still_waits(company: Company) -> None:
    key = an_initiative(company)
    seats = Signer(1, company.id("cmo"), "marketing"), Signer(2, company.id("cio"), "it")
    first = lay(company, key, *seats)
    with pytest.raises(NotNow, match="paper_laid_already"):
        lay(company, key, *seats)
    second = lay(company, key, *seats, version=2)
    assert (sheet(company, first).state, sheet(company, first).void_reason) == ("void", "replaced")
    assert signed(company, second, "cmo", "cio")
    lay(company, key, *seats, version=3)
    assert sheet(company, second).state == "valid"  # until the next one is
    assert papers_in_force([key], "x")[key].version == 3
    assert papers_in_force([key], "x", state="valid")[key].version == 2
    with pytest.raises(NotNow, match="paper_laid_already"):
        lay(company, key, *seats, version=2)
    assert seen(company, key).state == "idea"  # another paper charters nothing


def test_nobody_signs_a_goal_they_may_not_see(company: Company) -> None:
    hidden = goal(company, "A secret", visibility="involved", owners=("cmo",))
    key = an_initiative(company, goals=("G-1", hidden))
    with pytest.raises(Invalid) as raised:
        laid(company, key)
    assert raised.value.fields["signers"].key == "signature.problem.cannot_read"
