"""The printed sheet (稟議書): seals in order, 代 beside both names, what was said and promised, what the mark still proves."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest

from collab.approvals import service as approvals
from collab.approvals.queries import list_chains
from collab.kernel.i18n import Reader
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.service import Terms
from collab.purchases import service as purchases
from tests.factories import Company
from tests.factories.company import address
from tests.factories.papers import LARGE
from tests.parts.clients import Api, Pages

pytestmark = pytest.mark.usefixtures("travel")
As = Callable[[str], Api]
KEEP = os.environ.get("KEEP_PAPERS")
"""A folder to leave the sheets in, for eyes."""


def book(*steps: str) -> str:
    """A route of these steps, each the lines of one."""
    return 'currency = "JPY"\n[[route]]\ncode = "own"\n' + "\n".join(f"[[route.step]]\n{step}" for step in steps)


def seats(name: str, name_ja: str, *who: str, more: str = "") -> str:
    return f'name = "{name}"\nname_ja = "{name_ja}"\nseats = [{", ".join(map(repr, who))}]\n{more}'


def read(made: bytes, name: str = "") -> list[str]:
    """The text of each page."""
    if KEEP and name:
        Path(KEEP, f"{name}.pdf").write_bytes(made)
    document = pypdfium2.PdfDocument(made)
    try:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    finally:
        document.close()


def paper(company: Company, key: str, who: str = "mika", lang: str = "ja", name: str = "") -> list[str]:
    answer = Pages(company, who).get(f"/purchases/{key}/paper.pdf?lang={lang}")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), answer.text[:400]
    assert answer.headers["Content-Disposition"] == f"attachment; filename={key}.pdf"
    return read(answer.data, name)


def flat(pages: list[str]) -> str:
    """All of it without a blank: where a line broke says nothing."""
    return bare(" ".join(pages))


def bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def inside(text: str, *parts: str) -> None:
    """These stand in a text in this order."""
    at, text = -1, bare(text)
    for part in map(bare, parts):
        found = text.find(part, at + 1)
        assert found > at, f"{part!r} does not come next in {text[max(at, 0) :][:600]!r}"
        at = found


THREE = book(
    seats("Opinion", "合議", "office:CFO", more='kind = "consult"'),
    seats("Lead", "部門長", "office:CMO"),
    seats("Decision", "決裁", "office:CIO"),
)


def on_their_way(company: Company) -> str:
    """Decided: the CFO objects, a deputy approves for the CMO with a condition, the CIO decides and is revoked by nobody."""
    company.routes(THREE)
    with company.indoors():
        today = people.today(company.now)
        terms = Terms(today, today + timedelta(days=5))
        found = staffing.propose_delegation(company.member("cmo"), deputy=address("nao"), terms=terms, now=company.now)
        staffing.confirm_delegation(company.member("nao"), found.id, now=company.now)
    key = company.filed(
        category="other",
        title="メール配信基盤の更新",
        purpose="お客様へ当日中にお返事するため。",
        on_behalf_of=address("emma"),
        **LARGE,
    )
    company.decide(key, "cfo", "consult", opinion="disagree", comment="費用に見合いません。")
    due = (company.now + timedelta(days=7)).date()
    promise = {
        "text": "個人データの取り扱いを契約に明記する",
        "owner": address("kenji"),
        "due_on": due,
        "before_order": True,
    }
    company.decide(key, "nao", conditions=[promise], comment="進めてください。", acting_for=company.id("cmo"))
    company.decide(key, "cio", comment="決裁します。")
    return key


def test_seals_stand_in_order_with_both_names_where_one_acted_for_the_other(company: Company) -> None:
    key = on_their_way(company)
    said = flat(paper(company, key, name="proxy-ja"))
    inside(
        said, "稟議書", "メール配信基盤の更新", "¥500,000", "稟議番号", key, "決裁日", "マーケティング部", "田辺 美香"
    )
    inside(said, "決裁欄", "CIO", "決裁", "26.11.18", "酒井", "CMO", "承認", "石井", "代", "石井 直（代 森 由紀）", "代理承認", "CFO",
           "不同意", "原", "起案", "申請", "田辺", "代理申請（エマ・クラーク）")  # fmt: skip
    inside(said, "発注前条件", "個人データの取り扱いを契約に明記する", "小野 健二", "未充足")
    inside(said, "意見", "費用に見合いません。", "進めてください。", "決裁します。")
    assert f"記録{mark(company, key)}" in said
    assert "1/" in said
    english = flat(paper(company, key, lang="en", name="proxy-en"))
    inside(
        english,
        "Purchase request",
        "Decision",
        "Sakai",
        "Ishii",
        "for",
        "Nao Ishii (for Yuki Mori)",
        "disagreed",
        "Hara",
    )


def mark(company: Company, key: str) -> str:
    page = Pages(company, "mika").get(f"/purchases/{key}/paper").text
    found = re.search(r"\?paper=([0-9a-f-]+)", page)
    assert found
    return found[1]


def test_the_mark_tells_whether_the_paper_is_still_what_the_record_holds(company: Company) -> None:
    key = company.filed()
    printed, mika = mark(company, key), Pages(company, "mika")
    assert "現在の記録と一致しています" in mika.get(f"/purchases/{key}?paper={printed}").text
    company.decide(key, "cmo", "return")
    later = mika.get(f"/purchases/{key}?paper={printed}").text
    assert "内容は同じですが" in later
    with company.indoors():
        purchases.edit(company.member("mika"), key, {"amount": "490000"}, seen=None, now=company.later())
    assert "内容も変わっています" in mika.get(f"/purchases/{key}?paper={printed}").text
    for other in ("x", "1-0000000000000000-0000000000000000", printed.replace("-", "-0", 1)[:-1], "9" * 60):
        assert "この記録と一致しません" in mika.get(f"/purchases/{key}?paper={other}").text


def test_another_request_is_not_vouched_for(company: Company) -> None:
    one, two = company.filed(), company.filed(title="Another tool")
    assert "この記録と一致しません" in Pages(company, "mika").get(f"/purchases/{two}?paper={mark(company, one)}").text


def test_twelve_seats_fit_on_one_page(company: Company) -> None:
    names = ("cmo", "cio", "cfo", "ceo", "nao", "kenji", "sales-lead", "service-lead", "emma", "admin")
    steps = [seats(f"Step {n}", f"ステップ{n}", f"member:{address(name)}") for n, name in enumerate(names, 1)]
    steps += [seats("Both", "共同決裁", "member:nao@example.com", "member:kenji@example.com", more="keys = true")]
    company.routes(book(*steps))
    key = company.filed(category="other")
    for name in (*names, "nao", "kenji"):
        company.decide(key, name)
    pages = paper(company, key, name="twelve-ja")
    assert len(pages) == 1
    order = ["小野", "石井", "管理", "クラーク", "前田", "上田", "小野", "石井", "青木", "原", "酒井", "森", "田辺"]
    inside(flat(pages).partition("決裁欄")[2], "共同決裁", *order)
    assert flat(pages).count("26.11.18") >= 13


def test_three_rounds_and_a_long_text_flow_over_pages_with_the_head_on_each(company: Company) -> None:
    key = company.filed(
        title="長い稟議",
        purpose="お客様の声を、一つも取りこぼさずに受けとめる。" * 50,
        cx_impact="よくなります。\n" * 60,
    )
    for again in range(2):
        company.decide(key, "cmo", "return", comment=f"もう少し具体的にお願いします（{again + 1}）。")
        with company.indoors():
            purchases.edit(
                company.member("mika"),
                key,
                {"purpose": "目的を、具体的に書き直しました。" * 110},
                seen=None,
                now=company.later(),
            )
            purchases.submit(company.member("mika"), key, now=company.later())
    pages = paper(company, key, name="rounds-ja")
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        inside(page, f"{number} / {len(pages)}") if "稟議書" in page else pytest.fail(page[:200])
        assert key in page
    inside(
        flat(pages),
        "未決裁",
        "審議中",
        "これまでの差し戻し",
        "もう少し具体的にお願いします（1）。",
        "もう少し具体的にお願いします（2）。",
    )


@pytest.mark.parametrize("end", ["revoked", "rejected", "dropped"])
def test_what_gives_no_right_any_more_is_printed_over_on_every_page(company: Company, end: str) -> None:
    key = company.filed(purpose="長い目的です。" * 280)
    if end == "revoked":
        company.routes(book(seats("Decision", "決裁", "office:CIO")))
        key = company.filed(category="other", purpose="長い目的です。" * 280)
        company.decide(key, "cio")
        with company.indoors():
            approvals.revoke(key=key, actor=company.member("cio"), reason="取引先が撤退しました。", now=company.later())
    elif end == "rejected":
        company.decide(key, "cmo", "reject", comment="見送ります。")
    else:
        with company.indoors():
            purchases.withdraw(company.member("mika"), key, now=company.later())
            purchases.drop(company.member("mika"), key, now=company.later())
    pages = paper(company, key, name=f"{end}-ja")
    said = {"revoked": "決裁取消", "rejected": "却下", "dropped": "取り下げ"}[end]
    assert len(pages) > 1
    assert all(said in page for page in pages)
    if end == "revoked":
        assert "取引先が撤退しました。" in flat(pages)


def test_a_draft_says_that_nobody_has_decided(company: Company) -> None:
    said = flat(paper(company, company.drafted(), name="draft-ja"))
    inside(said, "稟議書", "未決裁", "起案中", "起案", "田辺")
    assert "26." not in said.partition("決裁欄")[2].partition("右端")[0]


@pytest.mark.parametrize(
    ("lang", "told", "keys"),
    [
        ("ja", "いま申請した場合の決裁ルートです", "共同決裁"),
        ("en", "these would be asked if it were submitted now", "both keys"),
    ],
)
def test_a_draft_shows_the_empty_boxes_of_whom_it_would_ask(company: Company, lang: str, told: str, keys: str) -> None:
    key, how = company.drafted(), Reader(lang, "Asia/Tokyo")
    with company.indoors():
        names = [bare(how.name(company.member(name))) for name in ("cmo", "cio")]
    page = Pages(company, "mika").get(f"/purchases/{key}/paper?lang={lang}").text
    boxes = bare(page.partition('<ol class="boxes"')[2].partition("</ol>")[0])
    assert bare(told) in bare(page)
    assert bare(keys) in boxes
    places = [boxes.index(name) for name in reversed(names)]
    assert places == sorted(places), "the decision stands first"
    assert all(name in flat(paper(company, key, lang=lang, name=f"draft-seats-{lang}")) for name in names)
    assert "stamped" not in boxes
    with company.indoors():
        purchases.submit(company.member("mika"), key, now=company.later())
        (chain,) = list_chains(key)
        asked = [bare(how.name(people.names_of([seat.member])[seat.member])) for seat in chain.seats]
    assert asked == names, "it promised whom it asked"
    assert bare(told) not in bare(Pages(company, "mika").get(f"/purchases/{key}/paper?lang={lang}").text)


def test_a_draft_that_cannot_be_planned_yet_shows_its_requester_alone(company: Company) -> None:
    key = company.drafted(amount=None)
    page = Pages(company, "mika").get(f"/purchases/{key}/paper?lang=en").text
    assert page.count('class="post"') == 1
    assert "would be asked" not in page


def test_after_the_fact_and_own_authority_say_so(company: Company) -> None:
    own = 'auto = "own_authority"\nby = ["department_lead"]\nwhen = { total_lt = "50000" }'
    company.routes(
        f'currency = "JPY"\n[[route]]\ncode = "o"\n{own}\n' + book(seats("D", "決裁", "office:CIO")).partition("\n")[2]
    )
    key = company.filed("cmo", category="other", amount="40000")
    inside(flat(paper(company, key, "cmo", name="own-ja")), "決裁欄", "専決", "26.11.18", "森", "起案")
    late = company.filed(
        category="other", after_the_fact={"on": (company.now - timedelta(days=3)).date(), "reason": "障害対応のため。"}
    )
    inside(flat(paper(company, late)), "事後稟議", "障害対応のため。")


def test_who_may_print_and_what_is_left_out(company: Company, as_: As) -> None:
    key = company.filed(visibility="company", on_behalf_of=address("agency"))
    company.decide(key, "cmo", comment="内密の意見")
    for who in ("mika", "cmo", "auditor"):
        assert "500,000" in bare(Pages(company, who).get(f"/purchases/{key}/paper?lang=ja").text), who
    outside = flat(paper(company, key, "kenji"))
    assert "500,000" not in outside
    assert "内密の意見" not in outside
    assert "含まれていません" in outside
    for path in (f"/purchases/{key}/paper", f"/purchases/{key}/paper.pdf"):
        assert Pages(company, "agency").get(path).status_code == 403
        assert company.app.test_client().get(path).status_code in (302, 401)
    hidden = company.filed(visibility="involved")
    assert Pages(company, "kenji").get(f"/purchases/{hidden}/paper.pdf").status_code == 404
    made = as_("mika").get(f"/purchases/{key}/paper.pdf?lang=en")
    assert (made.status_code, made.content_type) == (200, "application/pdf")
    assert "Purchaserequest" in flat(read(made.data))
    assert as_("agency").get(f"/purchases/{key}/paper.pdf").status_code == 403


def test_hostile_words_stay_words(company: Company) -> None:
    key = company.filed(
        title="<script>alert(1)</script>",
        purpose='<img src="http://127.0.0.1:9/x"><style>*{display:none}</style></td>',
        vendor="{{ 7*7 }}",
    )
    said = flat(paper(company, key))
    inside(said, "<script>alert(1)</script>", "{{ 7*7 }}", '<img src="http://127.0.0.1:9/x">')
