"""Conversations over the API and on pages: the same answers, files served so that nothing in them can act."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import unquote

import pytest

from collab.threads.service import Upload
from tests.factories import Company
from tests.factories import threads as make
from tests.factories.threads import said
from tests.parts.clients import _CSRF
from tests.parts.databases import on_both
from tests.threads.test_rules_files import EXE, HTML

MB = 1024 * 1024

CALLERS = {
    # name: (reads, says); None: no token
    "mika": (200, 201), "cmo": (200, 201), "cio": (200, 201), "kenji": (404, 404), "agency": (404, 404), "admin": (404, 404),
    "auditor": (200, 403), "left": (401, 401), None: (401, 401),
}  # fmt: skip


def part(name: str, content: bytes = b"") -> tuple[BytesIO, str]:
    return BytesIO(content or make.GOOD[name]), name


def send(caller, key: str, body: str = "See here.", files: tuple = (), **more):
    return caller.send("POST", f"/subjects/{key}/comments", data={"body": body, "files": list(files)}, **more)


@on_both
def test_a_comment_with_files_is_sent_read_corrected_withdrawn_and_fetched(as_, company: Company) -> None:
    key = company.filed()
    made = send(as_("cmo"), key, "@cio look", (part("quote.pdf"), part("list.csv")))
    assert made.status_code == 201
    assert made.json["mentioned"] == ["cio@example.com"]
    assert [(file["name"], file["type"]) for file in made.json["files"]] == [
        ("quote.pdf", "application/pdf"),
        ("list.csv", "text/csv"),
    ]
    address = made.headers["Location"]
    assert as_("mika").get(address).json == made.json
    assert as_("mika").get(made.json["files"][0]["path"]).data == make.GOOD["quote.pdf"]

    right = as_("cmo").patch(address, {"body": "look"}, headers={"If-Match": made.headers["ETag"]})
    assert (right.status_code, right.json["body"], right.json["mentioned"]) == (200, "look", [])
    assert right.json["edited_at"]
    assert as_("cmo").patch(address, {"body": "again"}, headers={"If-Match": made.headers["ETag"]}).status_code == 412

    gone = as_("cmo").post(f"{address}/withdraw")
    assert (gone.json["body"], gone.json["files"]) == (None, [])
    assert as_("mika").get(made.json["files"][0]["path"]).status_code == 404
    listed = as_("mika").get(f"/subjects/{key}/comments")
    assert [row["withdrawn_at"] is not None for row in listed.json] == [True]
    assert '"total": 1' in listed.headers["X-Pagination"]


@pytest.mark.parametrize("name", CALLERS)
def test_every_caller_gets_the_promised_answer(as_, company: Company, name: str | None) -> None:
    key = company.filed()
    made = send(as_("cmo"), key, files=(part("quote.pdf"),))
    path, file = f"/subjects/{key}/comments", made.json["files"][0]["path"]
    reads, says = CALLERS[name]
    caller = as_("mika") if name == "left" else as_(name)
    if name == "left":
        caller = type(caller)(company.app, "not-a-token")
    assert caller.get(path).status_code == reads
    assert caller.get(f"{path}/{made.json['id']}").status_code == reads
    assert caller.get(file).status_code == reads
    assert caller.post(path, {"body": "Yes."}).status_code == says
    changes = {404: 404, 401: 401, 200: 403}[reads] if name != "cmo" else 200
    assert caller.patch(f"{path}/{made.json['id']}", {"body": "No."}).status_code == changes
    assert caller.post(f"{path}/{made.json['id']}/withdraw").status_code == changes


def test_a_former_members_links_are_dead(company: Company, as_, pages_as) -> None:
    key = company.filed("nao")
    made = send(as_("nao"), key, files=(part("quote.pdf"),))
    nao = pages_as("nao")
    link = f"/threads/attachments/{made.json['files'][0]['id']}"
    assert nao.get(link).status_code == 200
    company.leaves("nao")
    assert nao.get(link).status_code in (302, 401)
    assert as_("nao").get(made.json["files"][0]["path"]).status_code == 401
    assert company.app.test_client().get(link).status_code in (302, 401)


def test_a_comment_is_found_under_its_own_subject_only(company: Company, as_) -> None:
    one, other = company.filed(), company.filed()
    number = said(company, "cmo", one)
    for answer in (
        as_("cmo").get(f"/subjects/{other}/comments/{number}"), as_("cmo").patch(f"/subjects/{other}/comments/{number}", {"body": "x"}),
        as_("cmo").post(f"/subjects/{other}/comments/{number}/withdraw"), as_("cmo").get(f"/subjects/{one}/comments/{2**62}"),
    ):  # fmt: skip
        assert answer.status_code == 404


def test_every_bad_file_is_named_over_the_api_and_nothing_is_kept(company: Company, as_) -> None:
    key = company.filed()
    answer = send(as_("cmo"), key, files=(part("quote.pdf"), part("run.png", EXE), part("note.txt", HTML)))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"files.1", "files.2"}
    assert "run.png" in answer.json["errors"]["files.1"]
    assert as_("cmo").get(f"/subjects/{key}/comments").json == []


@pytest.mark.parametrize(
    "body",
    [
        {"body": 7},
        {"body": "x" * 5001},
        {"prize": 1},
        {"body": "a\x00"},
        {"reply_to": "x"},
        {"reply_to": 0},
        {},
        {"body": "x", "reply_to": 10**30},
    ],
)
def test_json_that_cannot_be_taken_is_named_by_field(company: Company, as_, body: dict) -> None:
    answer = as_("cmo").post(f"/subjects/{company.filed()}/comments", body)
    assert answer.status_code == 422
    assert answer.json["errors"]


def large(*sizes: int, **fields: str) -> dict[str, object]:
    """A form with text files of these sizes in MB, as it goes over the wire."""
    parts = [
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--cut\r\nContent-Disposition: form-data; name="files"; filename="{number}.txt"\r\n\r\n'.encode()
        + b"a" * (size * MB)
        + b"\r\n"
        for number, size in enumerate(sizes)
    ]
    return {"data": b"".join(parts) + b"--cut--\r\n", "content_type": "multipart/form-data; boundary=cut"}


def test_nine_megabytes_are_taken_and_eleven_are_named_not_cut_off(company: Company, as_) -> None:
    path = f"/subjects/{company.filed()}/comments"
    assert as_("cmo").send("POST", path, **large(9)).status_code == 201
    answer = as_("cmo").send("POST", path, **large(11, 9))
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"files.0"})


def test_there_is_room_for_files_where_they_belong_and_for_known_callers_alone(company: Company, as_, pages_as) -> None:
    key = company.filed()
    assert as_(None).send("POST", f"/subjects/{key}/comments", **large(7)).status_code == 401
    assert company.app.test_client().post(f"/threads/{key}", **large(7)).status_code == 413
    page = pages_as("cmo")
    token = _CSRF.search(page.get(f"/threads/{key}").text)[1]
    assert page.client.post(f"/threads/{key}", **large(7, csrf_token=token, body="See here.")).status_code == 303
    assert pages_as("cmo").client.post("/imports", **large(7)).status_code == 413
    assert as_("cmo").send("POST", f"/subjects/{key}/comments", **large(121)).status_code == 413


def test_a_write_repeated_under_its_key_says_it_once(company: Company, as_) -> None:
    key, path = company.filed(), "/subjects/{}/comments"
    first = as_("cmo").post(path.format(key), {"body": "Yes."}, headers={"Idempotency-Key": "k1"})
    again = as_("cmo").post(path.format(key), {"body": "Yes."}, headers={"Idempotency-Key": "k1"})
    assert first.json["id"] == again.json["id"]
    assert len(as_("cmo").get(path.format(key)).json) == 1


NAMES = [
    "見積 書.pdf",
    'a";filename=evil.html;x=".pdf',
    "a%0d%0aSet-Cookie: x=1.pdf",
    "émigré.pdf",
    "a\r\nX-Evil: 1.pdf",
    "😀.pdf",
    "; rm -rf.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_saved_under_its_name_and_nothing_in_the_name_can_act(company: Company, as_, name: str) -> None:
    key = company.filed()
    number = said(company, "cmo", key, files=[Upload(name, make.GOOD["quote.pdf"])])
    [file] = as_("cmo").get(f"/subjects/{key}/comments/{number}").json["files"]
    answer = as_("cmo").get(file["path"])
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == file["name"]
    assert disposition.isascii()
    assert set(answer.headers) & {"Set-Cookie", "X-Evil"} == set()


def test_nothing_that_is_served_can_act(company: Company, pages_as) -> None:
    key = company.filed()
    number = said(company, "cmo", key, files=make.uploads("photo.png", "quote.pdf", "note.txt"))
    page = pages_as("cmo")
    assert number
    for file, shown in ((1, "inline"), (2, "attachment"), (3, "attachment")):
        for view, way in (("", "attachment"), ("?view=1", shown)):
            answer = page.get(f"/threads/attachments/{file}{view}")
            assert answer.headers["Content-Disposition"].startswith(way)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "html" not in answer.content_type


def test_a_refused_form_keeps_its_words_and_names_everything(company: Company, pages_as) -> None:
    key = company.filed()
    data = {"body": "長い説明です @agency", "form": "f1", "files": [part("run.png", EXE), part("quote.pdf")]}
    answer = pages_as("cmo").send(f"/threads/{key}", data, page=f"/purchases/{key}")
    assert answer.status_code == 422
    for words in (
        "長い説明です @agency",
        "run.png",
        "外部 健さんはこの内容を閲覧できない",
        "ファイルをもう一度選んでください",
        'value="f1"',
    ):
        assert words in answer.text
    again = pages_as("cmo").send(f"/threads/{key}", {"body": "長い説明です", "form": "f1"}, page=f"/threads/{key}")
    assert (again.status_code, again.location) == (303, f"/purchases/{key}#comment-1")


def test_a_double_press_on_the_page_says_it_once(company: Company, pages_as) -> None:
    key, page = company.filed(), pages_as("cmo")
    for _ in range(2):
        assert page.send(f"/threads/{key}", {"body": "はい", "form": "f1"}, page=f"/threads/{key}").status_code == 303
    assert page.get(f"/purchases/{key}").text.count('<li id="comment-') == 1


def test_who_was_told_and_which_name_was_nobodys_is_said(company: Company, pages_as) -> None:
    key, page = company.filed(), pages_as("cmo")
    page.send(f"/threads/{key}", {"body": "@cio と @nobody へ"}, page=f"/threads/{key}")
    shown = page.get(f"/purchases/{key}").text
    assert "通知先: 酒井 大地" in shown
    assert "@nobodyに当たる人がいない" in shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</textarea><img src=x onerror=alert(1)>",
        "{{ 7*7 }}",
        "\u202egnp.exe",
        "' onmouseover='x",
        "javascript:alert(1)",
        "مرحبا",
    ],
)
def test_hostile_words_are_shown_as_words(company: Company, pages_as, text: str) -> None:
    key = company.filed()
    said(company, "cmo", key, text)
    shown = pages_as("cmo").get(f"/purchases/{key}").text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "49" not in shown.partition('class="words"')[2][:60]


def test_a_page_shows_what_its_reader_may_do(company: Company, pages_as) -> None:
    key = company.filed()
    said(company, "cmo", key, "はい")
    mine, theirs, auditors = (pages_as(name).get(f"/purchases/{key}").text for name in ("cmo", "mika", "auditor"))
    assert "/threads/comments/1/correct" in mine
    assert "/threads/comments/1/withdraw" in mine
    assert "/threads/comments/1/" not in theirs
    assert f'action="/threads/{key}"' in theirs
    assert f'action="/threads/{key}"' not in auditors
    assert "はい" in auditors
    assert pages_as("kenji").get(f"/threads/{key}").status_code == 404


def test_correcting_and_withdrawing_on_the_page(company: Company, pages_as, travel) -> None:
    key, page = company.filed(), pages_as("cmo")
    said(company, "cmo", key, "はい")
    done = page.send("/threads/comments/1/correct", {"body": "いいえ", "seen": "1"}, page=f"/threads/{key}")
    assert (done.status_code, done.location) == (303, f"/purchases/{key}#comment-1")
    assert "編集済み" in page.get(f"/purchases/{key}").text
    stale = page.send("/threads/comments/1/correct", {"body": "別の文", "seen": "1"}, page=f"/threads/{key}")
    assert (stale.status_code, "別の文" in stale.text) == (412, True)
    travel.shift(16 * 60)
    late = page.send("/threads/comments/1/correct", {"body": "遅い訂正", "seen": "2"}, page=f"/threads/{key}")
    assert late.status_code == 409
    assert "15分間" in late.text
    assert page.send("/threads/comments/1/withdraw", {}, page=f"/threads/{key}").status_code == 303
    shown = page.get(f"/purchases/{key}").text
    assert "投稿者が取り下げました" in shown
    assert "いいえ" not in shown


def test_a_long_conversation_shows_its_newest_and_the_way_to_the_rest(company: Company, pages_as) -> None:
    key = company.filed()
    for number in range(33):
        said(company, "cmo", key, f"第{number}報")
    page = pages_as("cmo")
    assert "第2報<" not in page.get(f"/purchases/{key}").text
    assert "以前のコメント3件" in page.get(f"/purchases/{key}").text
    assert "第2報<" in page.get(f"/threads/{key}?comments=all").text


@pytest.mark.parametrize("reply", ["1", "99", "x", "²", "-1", "9" * 30])
def test_a_reply_is_written_on_the_page_of_the_conversation(company: Company, pages_as, reply: str) -> None:
    key = company.filed()
    said(company, "cmo", key, "なぜですか")
    shown = pages_as("mika").get(f"/threads/{key}?reply={reply}")
    assert shown.status_code == 200
    assert ('name="reply_to"' in shown.text) is (reply == "1")
