"""Guests: invited once, come in once, see what is shared, stay until their last day, come back by a link."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from collab.access.models import Invitation, SignInLink
from collab.access.queries import invitations as queries
from collab.access.rules import invitations as rules
from collab.access.service import inviting, returning, staying
from collab.audit.models import Entry
from collab.kernel.db import db
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotFound, NotNow
from collab.outbox.models import Message
from collab.people import queries as people
from collab.subjects import queries as subjects
from tests.factories import Company
from tests.factories.tasks import Tasks
from tests.mail.office import Post, post_office
from tests.parts.clients import Api, Pages
from tests.parts.databases import on_both

RIE = {"email": "rie@kumo.example", "name": "Rie Ogawa", "partner": "kumo"}


def invite(company: Company, by: str = "cmo", **fields: Any) -> inviting.Sent:
    with company.indoors():
        return inviting.invite(company.member(by), {**RIE, **fields}, now=company.now)


def accept(company: Company, code: str, *, by: str | None = None) -> inviting.Entered:
    with company.indoors():
        me = company.member(by) if by else None
        return inviting.accept(code, signed_in=me, browser="test", now=company.now)


def refused(company: Company, code: str, **more: Any) -> str:
    with pytest.raises(DomainError) as caught:
        accept(company, code, **more)
    return caught.value.said_code


def verbs(company: Company, email: str = RIE["email"]) -> list[str]:
    with company.indoors():
        rows = select(Entry.verb).where(Entry.subject_key == f"member:{email}").order_by(Entry.seq)
        return list(db.session.scalars(rows))


# --- who may invite whom


@pytest.mark.parametrize("by", ["mika", "auditor", "agency", "left"])
def test_only_leads_and_administrators_invite(company: Company, by: str) -> None:
    with pytest.raises(NotAllowed):
        invite(company, by)
    assert invite(company, "admin").code


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nobody"}, "email"), ({"email": "mika@example.com"}, "email"), ({"email": "agency@example.com"}, "email"),
        ({"email": "new@example.com"}, "email"), ({"email": "new@tokyo.example.com"}, "email"), ({"email": ""}, "email"),
        ({"email": "a b@kumo.example"}, "email"), ({"email": "a@kumo.example\nBcc: all@kumo.example"}, "email"),
        ({"name": " "}, "name"), ({"name": "x" * 101}, "name"), ({"partner": "hoshi"}, "partner"), ({"partner": None}, "partner"),
        ({"until_on": date(2026, 11, 17)}, "until_on"), ({"until_on": date(2027, 11, 19)}, "until_on"),
        ({"locale": "fr"}, "locale"), ({"keys": ["PR-1"]}, "keys"), ({"keys": ["T-999"]}, "keys"), ({"keys": ["no key"]}, "keys"),
        ({"keys": [f"T-{number}" for number in range(30)]}, "keys"),
    ],
)  # fmt: skip
def test_what_an_invitation_may_not_say(company: Company, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        invite(company, **fields)
    assert list(caught.value.fields) == [field]


def test_one_may_share_only_what_is_ones_own_to_share(company: Company) -> None:
    key = Tasks(company).ask("mika", "it", visibility="parties")
    with pytest.raises(Invalid) as caught:
        invite(company, "sales-lead", keys=[key])
    assert caught.value.fields["keys"].key == "invitation.problem.not_yours"


def test_somebody_invited_already_is_not_invited_twice_until_it_is_too_old(company: Company) -> None:
    first = invite(company)
    with pytest.raises(NotNow) as caught:
        invite(company, "admin")
    assert caught.value.said_code == "invitation_open"
    company.later(hours=73)
    second = invite(company, "admin")
    assert refused(company, first.code) == "invitation_revoked"
    assert accept(company, second.code).member.is_partner


# --- coming in


def test_a_guest_comes_in_sees_what_was_promised_and_nothing_else(company: Company) -> None:
    key, other = (
        Tasks(company).ask("cmo", "it", title="Print the posters"),
        Tasks(company).ask("cmo", "it", title="Secret"),
    )
    sent = invite(company, keys=[key], locale="en")
    entered = accept(company, sent.code)
    guest = entered.member
    assert (guest.roles, guest.locale, guest.name_en) == (frozenset({"partner"}), "en", "Rie Ogawa")
    with company.indoors():
        assert list(subjects.list_summaries(guest, [key, other, "G-1"])) == [key]
        stay = queries.find_stay(guest.id)
        assert stay is not None
        assert stay.until_on == people.today(company.now) + rules.USUAL
        (visit,) = (one for one in queries.list_visits(company.member("cmo")) if one.guest.id == guest.id)
        assert ([one.key for one in visit.shared], visit.hidden, visit.seen_at) == ([key], 0, company.now)
    assert [verb for verb in verbs(company) if verb.startswith("guest")] == ["guest_invited", "guest_joined"]


def test_only_the_hash_of_a_code_is_kept(company: Company) -> None:
    code = invite(company).code
    assert len(code) >= 43, "256 bits"
    with company.indoors():
        row = db.session.execute(select(Invitation.__table__)).one()
        entries = db.session.scalars(select(Entry.after)).all()
    assert code not in str(row) + str(entries)


def test_a_code_opens_once_and_not_when_revoked_old_or_somebody_elses(company: Company) -> None:
    sent = invite(company)
    assert refused(company, "x" * 43) == "not_found"
    assert refused(company, sent.code, by="mika") == "invitation_other"
    accept(company, sent.code)
    assert refused(company, sent.code) == "invitation_accepted"
    old = invite(company, email="old@kumo.example")
    taken = invite(company, email="taken@kumo.example")
    with company.indoors():
        inviting.revoke(company.member("admin"), taken.id, now=company.now)
    company.later(hours=71, minutes=59)
    assert refused(company, taken.code) == "invitation_revoked"
    company.later(minutes=1)
    assert refused(company, old.code) == "invitation_expired"


def test_sent_again_the_old_link_is_dead_and_the_new_one_lives(company: Company) -> None:
    first = invite(company)
    company.later(hours=80)
    with company.indoors():
        again = inviting.send_again(company.member("cmo"), first.id, now=company.now)
    assert refused(company, first.code) == "not_found"
    assert accept(company, again.code).member.email == RIE["email"]


def test_whoever_leads_nothing_any_more_does_not_send_their_invitation_again(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    first, where = invite(company, "sales-lead"), "/admin/partners"
    again = f"{where}/invitations/{first.id}/again"
    assert again in pages_as("sales-lead").get(where).text
    company.leads("nao", "sales")
    assert again not in pages_as("sales-lead").get(where).text
    with company.indoors(), pytest.raises(NotAllowed):
        inviting.send_again(company.member("sales-lead"), first.id, now=company.now)
    with company.indoors():
        inviting.revoke(company.member("sales-lead"), first.id, now=company.now)  # taking back is still theirs


def test_an_invitation_of_somebody_who_left_opens_nothing(company: Company) -> None:
    code = invite(company, "sales-lead").code
    company.leaves("sales-lead")
    assert refused(company, code) == "invitation_revoked"


def test_what_the_inviter_may_not_share_any_more_is_left_out(company: Company) -> None:
    tasks = Tasks(company)
    key = tasks.ask("cmo", "it")
    code = invite(company, keys=[key]).code
    tasks.do("withdraw", key, "cmo", reason="Not needed")
    guest = accept(company, code).member
    with company.indoors():
        assert subjects.list_summaries(guest, [key]) == {}


@on_both
def test_of_two_who_use_one_code_at_the_same_moment_one_comes_in(company: Company) -> None:
    code, start, ends = invite(company).code, threading.Barrier(2), []

    def press() -> None:
        with company.app.app_context():
            start.wait()
            try:
                inviting.accept(code, signed_in=None, browser="test", now=company.now)
                ends.append("in")
            except DomainError as error:
                ends.append(error.said_code)
            finally:
                db.session.remove()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(30)
    assert sorted(ends) == ["in", "invitation_accepted"]
    assert verbs(company).count("guest_joined") == 1


# --- staying


def guest_of(company: Company, by: str = "cmo", **fields: Any) -> int:
    return accept(company, invite(company, by, **fields).code).member.id


def test_a_guest_stays_until_the_end_of_the_last_day_at_the_company(company: Company) -> None:
    guest = guest_of(company, until_on=date(2026, 11, 20))
    company.now = company.now.replace(day=20, hour=14, minute=59)  # 23:59 in Tokyo
    with company.indoors():
        staying.sweep(now=company.now)
        assert people.get_actor(guest, company.now).active
        company.later(minutes=1)
        assert (staying.sweep(now=company.now), staying.sweep(now=company.now)) == (1, 0)
        assert not people.get_actor(guest, company.now).active
    assert verbs(company)[-1] == "member_deactivated"


def test_the_inviter_is_asked_a_week_before_once_for_each_last_day(company: Company) -> None:
    guest = guest_of(company, until_on=date(2026, 12, 1))

    def told() -> list[int]:
        with company.indoors():
            staying.sweep(now=company.now)
            return list(db.session.scalars(select(Message.member_id).where(Message.kind == staying.ENDING)))

    assert told() == []
    company.later(days=6)
    assert (told(), told()) == ([company.id("cmo")], [company.id("cmo")])
    with company.indoors():
        cmo = company.member("cmo")
        assert [row.path for row in subjects.inbox(cmo, company.now) if row.ask.key == "invitation.inbox.ending"]
        assert staying.extend(cmo, guest, now=company.now) == date(2027, 3, 1)
        assert not [row for row in subjects.inbox(cmo, company.now) if row.ask.key == "invitation.inbox.ending"]
    company.later(days=91)
    company.leaves("cmo")
    assert told() == [company.id("cmo"), company.id("admin")], (
        "once the inviter has left, administrators look after them"
    )


def test_longer_is_one_press_for_inviter_and_administrator_up_to_a_year(company: Company) -> None:
    guest = guest_of(company, until_on=date(2027, 11, 1))
    with company.indoors():
        with pytest.raises(NotFound):
            staying.extend(company.member("sales-lead"), guest, now=company.now)
        with pytest.raises(NotAllowed):
            staying.extend(company.member("auditor"), guest, now=company.now)
        assert staying.extend(company.member("admin"), guest, now=company.now) == date(2027, 11, 18)
        with pytest.raises(NotNow):
            staying.extend(company.member("cmo"), guest, now=company.now)
    assert verbs(company)[-1] == "guest_extended"


def test_ended_now_a_guest_is_out_at_once_and_may_be_invited_again(company: Company) -> None:
    guest = guest_of(company)
    with company.indoors():
        staying.end(company.member("cmo"), guest, now=company.now)
        assert not people.get_actor(guest, company.now).active
        with pytest.raises(NotNow):
            staying.end(company.member("cmo"), guest, now=company.now)
    again = accept(company, invite(company, name="Rie Mori").code).member
    assert (again.id, again.active, again.name_en) == (guest, True, "Rie Mori")


# --- coming back


@pytest.fixture
def post() -> Post:
    return Post()


class TestByMail:
    """With a mail server."""

    @pytest.fixture
    def environment(self, post: Post) -> Iterator[dict[str, str]]:
        with post_office(post) as port:
            yield {"SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "collab@example.com"}

    def link(self, company: Company, post: Post, email: str = RIE["email"]) -> str:
        post.taken.clear()
        with company.indoors():
            returning.ask(email, now=company.now)
            returning.send_waiting(now=company.now)
        return code_in(post) if post.taken else ""

    def enter(self, company: Company, code: str) -> bool:
        with company.indoors():
            try:
                returning.enter(code, browser="test", now=company.now)
            except NotNow:
                return False
        return True

    def test_a_guest_comes_back_by_a_link_that_works_once_for_ten_minutes(self, company: Company, post: Post) -> None:
        guest_of(company)
        code = self.link(company, post)
        assert (self.enter(company, code), self.enter(company, code)) == (True, False)
        code = self.link(company, post)
        company.later(minutes=10)
        assert not self.enter(company, code)

    def test_nobody_else_gets_a_link_and_nothing_tells(self, company: Company, post: Post) -> None:
        guest = guest_of(company)
        for email in ("mika@example.com", "nobody@kumo.example", "'; drop table members; --@x"):
            assert self.link(company, post, email) == ""
        code = self.link(company, post)
        with company.indoors():
            staying.end(company.member("cmo"), guest, now=company.now)
            rows = db.session.execute(select(SignInLink.__table__)).all()
        assert not self.enter(company, code), "who may not come any more does not, by an old link either"
        assert len(rows) == 4, "each takes the same work"
        assert code not in str(rows)

    def test_the_page_answers_the_same_whoever_asks(self, company: Company, travel: time_machine.Coordinates) -> None:
        guest_of(company)
        client, said = company.app.test_client(), []
        for email in (RIE["email"], "who@kumo.example"):
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in/link").text)
            assert token
            answer = client.post("/sign-in/link", data={"csrf_token": token[1], "email": email})
            plain = re.sub(r'value="[^"]*"', "", answer.text).replace(email, "")
            said.append((answer.status_code, plain))
        assert said[0] == said[1]

    def test_more_than_five_an_hour_are_not_sent(self, company: Company, post: Post) -> None:
        guest_of(company)
        sent = [bool(self.link(company, post)) for _ in range(6)]
        assert sent == [True] * 5 + [False]

    def test_a_busy_server_is_asked_again_with_a_new_code(self, company: Company, post: Post) -> None:
        guest_of(company)
        post.to_letter = "451 come again"
        assert self.link(company, post) == ""
        post.to_letter = "250 OK"
        with company.indoors():
            assert returning.send_waiting(now=company.now) == 0
            assert returning.send_waiting(now=company.later(seconds=31)) == 1
        assert self.enter(company, code_in(post))

    def test_an_invitation_goes_by_mail_in_the_guests_language(
        self, company: Company, as_: Callable[[str], Api], post: Post
    ) -> None:
        answer = as_("cmo").post("/invitations", {**RIE, "locale": "ja"})
        assert (answer.status_code, answer.json["link"], bool(answer.json["mailed_at"])) == (201, None, True)
        (letter,) = post.taken
        assert (letter["To"], letter["Content-Language"]) == (RIE["email"], "ja")
        assert "招待" in letter["Subject"]
        plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
        assert plain is not None
        assert page is not None
        assert plain.get_content().count("http") == 1
        assert page.get_content().count("href=") == 1
        assert accept(company, code_in(post)).member.email == RIE["email"]

    def test_a_letter_that_is_refused_leaves_the_link_to_be_passed_on(
        self, as_: Callable[[str], Api], post: Post
    ) -> None:
        post.to_address = "550 nobody"
        made = as_("cmo").post("/invitations", RIE).json
        assert (made["mailed_at"], "/invitations/" in made["link"]) == (None, True)


def code_in(post: Post) -> str:
    """The code of the newest letter."""
    body = post.taken[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"/(?:invitations|link)/([\w-]+)", body.get_content())
    assert found
    return found[1]


def test_without_mail_the_inviter_passes_a_link_on(company: Company) -> None:
    guest = guest_of(company)
    with company.indoors():
        code = returning.make_link(company.member("cmo"), guest, now=company.now)
        with pytest.raises(NotFound):
            returning.make_link(company.member("sales-lead"), guest, now=company.now)
        with pytest.raises(NotAllowed):
            returning.make_link(company.member("auditor"), guest, now=company.now)
        entered = returning.enter(code, browser="test", now=company.now)
    assert entered.member.id == guest


# --- pages and API


def test_looking_at_an_invitation_changes_nothing_and_pressing_lets_in(
    company: Company, travel: time_machine.Coordinates
) -> None:
    code, client = invite(company).code, company.app.test_client()
    path = f"/invitations/{code}"
    for _ in range(3):
        shown = client.get(path)
        assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
        assert "Yuki Mori" in shown.text
        assert client.head(path).status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)
    assert token
    came = client.post(path, data={"csrf_token": token[1]})
    assert (came.status_code, came.location) == (303, "/")
    assert "Rie Ogawa" in client.get("/").text
    assert client.get("/tasks").status_code == 200
    assert "used already" in company.app.test_client().get(path).text


@pytest.mark.parametrize(("lang", "said"), [("en", "used already"), ("ja", "使用済み")])
def test_each_way_it_ends_has_a_page_in_the_readers_language(
    company: Company, travel: time_machine.Coordinates, lang: str, said: str
) -> None:
    code = invite(company).code
    accept(company, code)
    page = company.app.test_client().get(f"/invitations/{code}", headers={"Accept-Language": lang})
    assert (page.status_code, said in page.text) == (409, True)
    unknown = company.app.test_client().get("/invitations/nothing", headers={"Accept-Language": lang})
    assert unknown.status_code == 404


def test_somebody_else_signed_in_reads_nothing_of_it(company: Company, pages_as: Callable[[str], Pages]) -> None:
    code = invite(company).code
    page = pages_as("mika").get(f"/invitations/{code}")
    assert (page.status_code, RIE["email"] in page.text, "Studio Kumo" in page.text) == (409, False, False)


def test_asking_for_a_link_says_the_same_whoever_asks(company: Company, travel: time_machine.Coordinates) -> None:
    guest_of(company)
    client = company.app.test_client()
    assert "sends no mail here" in client.get("/sign-in/link").text, "without a mail server it says so"


def test_partners_pages_show_leads_their_own_and_administrators_all(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    guest_of(company)
    invite(company, "sales-lead", email="aki@kumo.example", name="Aki")
    cmo, sales, admin = (pages_as(name).get("/admin/partners").text for name in ("cmo", "sales-lead", "admin"))
    assert ("rie@kumo" in cmo, "aki@kumo" in cmo) == (True, False)
    assert ("rie@kumo" in sales, "aki@kumo" in sales) == (False, True)
    assert all(name in admin for name in ("rie@kumo", "aki@kumo", "agency@example.com"))
    assert pages_as("mika").get("/admin/partners").status_code == 403
    assert pages_as("agency").get("/admin/partners").status_code == 403
    assert "/extend" not in pages_as("auditor").get("/admin/partners").text


def test_the_form_invites_shows_the_link_once_and_keeps_what_was_typed(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    cmo, page = pages_as("cmo"), "/admin/partners"
    wrong = cmo.send(f"{page}/invitations", {**RIE, "email": "rie"}, page=page)
    assert (wrong.status_code, "Rie Ogawa" in wrong.text) == (422, True)
    made = cmo.send(f"{page}/invitations", {**RIE, "keys": "", "until_on": "", "locale": "ja"}, page=page)
    link = re.search(r"/invitations/([\w-]{43})", made.text)
    assert link
    assert made.headers["Cache-Control"] == "no-store"
    assert link[1] not in cmo.get(page).text
    guest = accept(company, link[1]).member.id
    assert cmo.send(f"{page}/guests/{guest}/extend", {}, page=page).status_code == 303
    assert cmo.send(f"{page}/guests/{guest}/end", {}, page=page).status_code == 303
    assert cmo.send(f"{page}/guests/{guest}/end", {}, page=page).status_code == 409


def test_the_api_lists_and_revokes_ones_own(company: Company, as_: Callable[[str], Api]) -> None:
    made = as_("cmo").post("/invitations", RIE).json
    assert (made["state"], made["partner"], "/invitations/" in made["link"]) == ("open", "kumo", True)
    assert as_("sales-lead").get("/invitations").json == []
    (listed,) = as_("admin").get("/invitations?state=open").json
    assert (listed["id"], listed["link"]) == (made["id"], None)
    assert as_("mika").post("/invitations", RIE).status_code == 403
    assert as_("auditor").send("DELETE", f"/invitations/{made['id']}").status_code == 403
    assert as_("sales-lead").send("DELETE", f"/invitations/{made['id']}").status_code == 404
    assert as_("cmo").send("DELETE", f"/invitations/{made['id']}").status_code == 204
    assert as_("cmo").send("DELETE", f"/invitations/{made['id']}").status_code == 409


# --- rules


@pytest.mark.parametrize(
    ("until_on", "today", "after"),
    [
        ("2026-11-20", "2026-11-18", "2027-02-18"),
        ("2026-11-01", "2026-11-18", "2027-02-16"),
        ("2027-11-10", "2026-11-18", "2027-11-18"),
    ],
)
def test_one_more_stay_is_counted_from_the_last_day_and_ends_within_a_year(
    until_on: str, today: str, after: str
) -> None:
    assert rules.extended(date.fromisoformat(until_on), date.fromisoformat(today)) == date.fromisoformat(after)
