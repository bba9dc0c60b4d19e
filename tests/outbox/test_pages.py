"""The page about delivery: who sees it, what it says when something is wrong, and what its buttons do."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from collab.audit import queries as audit
from collab.kernel.i18n import Reader
from collab.outbox import service
from collab.outbox.views import banner
from collab.people import service as people
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.parts.clients import Pages
from tests.parts.statements import statements
from tests.slack_double import SlackDouble

PagesAs = Callable[[str], Pages]
PAGE = "/admin/delivery"


def words(key: str, **args: object) -> str:
    return Reader("en", "Asia/Tokyo").say(key, **args)


@pytest.fixture(autouse=True)
def everybody_reads_english(company: Company) -> None:
    with company.indoors():
        for name in ("admin", "auditor", "mika", "nao", "cmo"):
            people.set_locale(company.member(name), "en", now=company.now)


def said(pages: Pages, path: str = PAGE) -> str:
    """What stands on a page, as text."""
    text = re.sub(r"<[^>]+>", " ", pages.get(path).text)
    return re.sub(r"\s+", " ", html.unescape(text))


def test_a_private_subject_is_only_a_key_to_an_administrator(
    company: Company, post: Post, slack: SlackDouble, pages_as: PagesAs
) -> None:
    company.filed(title="Secret merger tool")
    slack.faults.refuse(1.0, "is_archived")
    post.deliver()
    assert "Secret merger tool" not in pages_as("admin").get(PAGE).text
    assert "PR-1" in said(pages_as("admin"))
    assert "Secret merger tool" in said(pages_as("auditor"))


@pytest.mark.parametrize(
    ("name", "status"), [("admin", 200), ("auditor", 200), ("cmo", 403), ("mika", 403), ("agency", 403)]
)
def test_who_sees_the_page(pages_as: PagesAs, name: str, status: int) -> None:
    pages = pages_as(name)
    assert pages.get(PAGE).status_code == status
    assert (f'href="{PAGE}"' in pages.get("/").text) == (status == 200)


def test_an_auditor_looks_and_presses_nothing(pages_as: PagesAs, broken: Callable[..., int], post: Post) -> None:
    message = broken()
    page = pages_as("auditor")
    assert f"{PAGE}/" not in page.get(PAGE).text
    for path in ("pause", "resume", "retry", f"{message}/retry", f"{message}/dismiss"):
        answer = page.send(f"{PAGE}/{path}", {"reason": "x", "error": "is_archived"})
        assert answer.status_code == 403, path
    assert post.states["broken"] == 1


def test_when_all_is_well_it_says_so_at_once(pages_as: PagesAs, post: Post, company: Company) -> None:
    assert words("outbox.page.nobody") in said(pages_as("admin"))
    post.say("mika")
    post.sweep()
    page = said(pages_as("admin"))
    assert words("outbox.page.flows") in page
    assert words("outbox.page.nobody") not in page


def test_a_broken_message_says_to_whom_why_and_what_helps(pages_as: PagesAs, broken: Callable[..., int]) -> None:
    broken("mika", "restricted_action")
    page = said(pages_as("admin"))
    for part in ("Mika Tanabe", "T-1", "restricted_action", words("slack.problem.cause.restricted_action")):
        assert part in page, part
    assert words("slack.problem.remedy.restricted_action") in page
    assert "word 1" not in page


def test_trying_again_sends_it_and_the_second_press_is_told_it_came_late(
    pages_as: PagesAs, broken: Callable[..., int], post: Post
) -> None:
    message = broken()
    first, second = pages_as("admin"), pages_as("admin")
    assert first.send(f"{PAGE}/{message}/retry", {}, page=PAGE).location == PAGE
    assert words("outbox.page.retried", n=1) in said(first)
    assert second.send(f"{PAGE}/{message}/retry", {}, page=PAGE).status_code == 303
    assert words("error.delivery_not_broken") in said(second)
    post.wait_and_deliver(10)
    assert post.states == {"sent": 1}


def test_one_button_tries_all_of_one_error_again(pages_as: PagesAs, broken: Callable[..., int], post: Post) -> None:
    for name in ("mika", "nao", "kenji"):
        broken(name)
    page = pages_as("admin")
    assert words("outbox.page.retry_all", n=3) in said(page)
    page.send(f"{PAGE}/retry", {"error": "is_archived"}, page=PAGE)
    assert words("outbox.page.retried", n=3) in said(page)
    page.send(f"{PAGE}/retry", {"error": "is_archived"}, page=PAGE)
    assert words("outbox.page.none_left") in said(page)


def test_what_was_done_instead_is_refused_beside_its_own_field(pages_as: PagesAs, broken: Callable[..., int]) -> None:
    message = broken()
    page = pages_as("admin")
    answer = page.send(f"{PAGE}/{message}/dismiss", {"reason": "zq " + "x" * 5000}, page=PAGE)
    assert answer.status_code == 422
    [field] = re.findall(rf'<input[^>]*id="f-{message}-reason"[^>]*>', answer.text)
    assert 'aria-invalid="true"' in field
    assert 'value="zq x' in field
    assert answer.text.count('aria-invalid="true"') == 1


def test_letting_go_keeps_what_was_done_instead(
    pages_as: PagesAs, broken: Callable[..., int], company: Company
) -> None:
    message = broken()
    page = pages_as("admin")
    page.send(f"{PAGE}/{message}/dismiss", {"reason": "told on the phone"}, page=PAGE)
    assert words("outbox.page.dismissed") in said(page)
    with company.indoors():
        (entry,) = audit.list_entries("delivery")
    assert (entry.verb, entry.actor, entry.reason) == ("dismiss", "admin@example.com", "told on the phone")


def test_a_message_is_let_go_without_a_word_too(pages_as: PagesAs, broken: Callable[..., int]) -> None:
    message = broken()
    page = pages_as("admin")
    assert page.send(f"{PAGE}/{message}/dismiss", {"reason": " "}, page=PAGE).status_code == 303
    assert words("outbox.page.dismissed") in said(page)


def test_many_broken_ones_come_in_pages(pages_as: PagesAs, post: Post, company: Company) -> None:
    for number in range(23):
        text = post.say("mika")
        post.change(text, state="broken", problem="is_archived", settled_at=company.now, attempts=number)
    page = pages_as("admin")
    shown = [len(re.findall(rf'action="{PAGE}/\d+/retry"', page.get(f"{PAGE}?page={n}").text)) for n in (1, 2, 3)]
    assert shown == [20, 3, 0]
    for odd in ("0", "-1", "x", "9" * 30):
        assert page.get(f"{PAGE}?page={odd}").status_code == 200


def test_pausing_needs_a_reason_and_shows_it_to_everybody_who_looks(pages_as: PagesAs, post: Post) -> None:
    page = pages_as("admin")
    refused = page.send(f"{PAGE}/pause", {"reason": "  "}, page=PAGE)
    assert refused.status_code == 422
    assert words("field.required") in html.unescape(refused.text)
    page.send(f"{PAGE}/pause", {"reason": "<b>moving</b>"}, page=PAGE)
    for name in ("admin", "auditor"):
        shown = pages_as(name).get(PAGE).text
        assert "&lt;b&gt;moving&lt;/b&gt;" in shown
        assert "admin@example.com" in shown
    page.send(f"{PAGE}/pause", {"reason": "again"}, page=PAGE)
    assert words("outbox.page.was_paused") in said(page)
    page.send(f"{PAGE}/resume", {}, page=PAGE)
    assert words("outbox.page.resumed") in said(page)


def test_the_button_that_asks_slack_never_ends_a_pause(
    pages_as: PagesAs, post: Post, company: Company, slack: SlackDouble
) -> None:
    with company.indoors():
        service.close_workspace("token_revoked", now=company.now)
    page = pages_as("admin")
    assert f">{words('outbox.page.ask_now')}</button>" in page.get(PAGE).text
    assert words("slack.problem.cause.token_revoked") in said(page)
    with company.indoors():
        service.pause("moving", by=None, now=company.now)
    assert f">{words('outbox.page.ask_now')}</button>" not in page.get(PAGE).text


class TestTheLineOnEveryPage:
    def test_administrators_learn_that_nothing_goes_out_wherever_they_are(
        self, pages_as: PagesAs, company: Company, post: Post
    ) -> None:
        paused = words("outbox.banner.paused")
        assert paused not in said(pages_as("admin"), "/goals")
        pages_as("admin").send(f"{PAGE}/pause", {"reason": "moving"}, page=PAGE)
        assert paused in said(pages_as("admin"), "/goals")
        assert paused not in said(pages_as("mika"), "/goals")
        pages_as("admin").send(f"{PAGE}/resume", {}, page=PAGE)
        assert paused not in said(pages_as("admin"), "/goals")

    def test_a_workspace_that_refuses_us_and_late_messages_are_said_too(
        self, pages_as: PagesAs, company: Company, post: Post, travel: object
    ) -> None:
        post.say("mika")
        travel.shift(11 * 60)
        banner.forget()
        assert words("outbox.banner.stuck", n=1) in said(pages_as("admin"), "/goals")
        with company.indoors():
            service.close_workspace("token_revoked", now=company.now)
        banner.forget()
        assert words("slack.problem.cause.token_revoked") in said(pages_as("admin"), "/goals")

    def test_it_costs_administrators_one_statement_every_few_seconds_and_others_none(
        self, pages_as: PagesAs, company: Company
    ) -> None:
        def asked(name: str) -> int:
            pages = pages_as(name)
            with statements(company.app) as seen:
                pages.get("/goals")
            return sum("outbox_" in text and "outbox_beacons" not in text for text in seen.said)

        banner.forget()
        assert [asked("admin"), asked("admin"), asked("mika")] == [1, 0, 0]


class TestWhomSlackDoesNotReach:
    def test_they_read_it_on_their_inbox_until_something_arrives(self, pages_as: PagesAs, post: Post) -> None:
        post.say("emma")
        post.say("mika")
        post.deliver()
        lost = "/me#slack"
        assert lost in pages_as("emma").get("/").text
        assert lost not in pages_as("mika").get("/").text

    def test_what_is_our_fault_is_not_put_on_them(self, pages_as: PagesAs, post: Post, company: Company) -> None:
        text = post.say("mika")
        post.change(text, state="broken", problem="invalid_blocks", settled_at=company.now)
        assert words("outbox.unreached.title") not in said(pages_as("mika"), "/")
        post.change(text, state="broken", problem="user_disabled", settled_at=company.now)
        assert words("outbox.unreached.user_disabled") in said(pages_as("mika"), "/")
