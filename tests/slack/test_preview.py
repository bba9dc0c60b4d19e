"""The preview: each member's Slack on a page; with the sample company, a Slack to play with, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from collab.slack.mrkdwn import to_html
from tests.factories import Company
from tests.factories.company import address
from tests.parts.clients import Pages

DEMO = {"COLLAB_DEMO": "1"}
demo = pytest.mark.parametrize("environment", [DEMO])
_SURFACE = re.compile(r'name="surface" value="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Player:
    """Somebody at the preview, with nothing but forms."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client, self.name = app.test_client(), name
        self.page = self.look()

    def look(self) -> str:
        self.page = self._kept(self.client.get(f"/slack/preview?member={address(self.name)}"))
        return self.page

    def type(self, line: str) -> str:
        return self._post(line=line)

    def press(self, which: str, nth: int = 0, **fields: str) -> str:
        return self._post(press=which, surface=self._surfaces()[nth], **fields)

    def submit(self, **fields: str) -> str:
        return self._post(surface=self._surfaces()[0], **fields)

    def _surfaces(self) -> list[str]:
        return _SURFACE.findall(self.page)

    def _post(self, **fields: str) -> str:
        token = _TOKEN.findall(self.page)[0]
        data = {"csrf_token": token, "member": address(self.name), **fields}
        self.page = self._kept(self.client.post("/slack/preview", data=data))
        return self.page

    def _kept(self, response: TestResponse) -> str:
        assert response.status_code == 200, response.text
        return response.text


@pytest.fixture
def player(app: Flask, company: Company, travel: time_machine.Coordinates) -> Callable[[str], Player]:
    return lambda name: Player(app, name)


@demo
def test_a_request_is_filed_and_decided_on_the_preview(player: Callable[[str], Player]) -> None:
    mika = player("mika")
    assert "購買稟議の申請" in mika.type("/collab 申請 新規 接客カメラ")
    fields = {
        "title": "接客カメラ", "purpose": "待ち時間を<測る>", "vendor": "青山電機", "category": "martech", "amount": "480000",
        "currency": "JPY", "billing": "one_time", "goal": "G-1",
    }  # fmt: skip
    assert "数字で入力してください" in mika.submit(**{**fields, "amount": "たくさん"})
    assert 'value="たくさん"' in mika.page
    assert "PR-1 を申請しました" in mika.submit(**fields)

    cmo = player("cmo")
    assert "待ち時間を&lt;測る&gt;" in cmo.page
    which = re.findall(r'name="press" value="(\d+\|approval.approve)"', cmo.page)[0]
    assert "PR-1 を承認しました" in cmo.press(which)
    assert "承認しました（" in cmo.look()
    assert "approval.approve" not in cmo.page

    cio = player("cio")
    back = re.findall(r'name="press" value="(\d+\|approval.return)"', cio.page)[0]
    assert "修正してほしい点" in cio.press(back)
    assert "差し戻しました" in cio.submit(comment="見積が古い")
    assert "酒井 大地さんが PR-1 を差し戻しました" in mika.look()


@demo
def test_the_home_tab_is_played_there_too(player: Callable[[str], Player], company: Company) -> None:
    company.filed(title="接客カメラ")
    cmo = player("cmo")
    cmo.page = cmo._kept(cmo.client.get("/slack/preview?member=cmo@example.com&tab=home"))
    assert "要対応が1件あります" in cmo.page
    look = re.findall(r'name="press" value="(\d+\|inbox.look:PR-1)"', cmo.page)[0]
    assert "slack-modal" in cmo.press(look, tab="home")
    keys = re.findall(r'name="press" value="(\d+\|approval.approve)"', cmo.page)[0]
    assert "承認しました" in cmo.press(keys, tab="home")
    assert "お待ちいただいている" not in cmo.page
    assert "inbox.look:PR-1" not in cmo.page


@demo
def test_what_comes_back_must_be_what_was_shown(player: Callable[[str], Player], app: Flask) -> None:
    mika = player("mika")
    token = _TOKEN.findall(mika.page)[0]
    for bad in ({"surface": "forged", "press": "0|approval.approve"}, {"surface": ""}, {"press": "0|x"}):
        data = {"csrf_token": token, "member": "mika@example.com", **bad}
        assert mika.client.post("/slack/preview", data=data).status_code == 404
    assert mika.client.post("/slack/preview", data={"member": "mika@example.com", "line": "help"}).status_code == 400


@pytest.mark.parametrize("environment", [{}])
def test_elsewhere_only_an_admin_looks_and_nobody_plays(pages_as: Callable[[str], Pages], app: Flask) -> None:
    admin = pages_as("admin")
    assert admin.get("/slack/preview?member=cmo@example.com").status_code == 200
    assert admin.send("/slack/preview", {"member": "cmo@example.com", "line": "me"}).status_code == 403
    assert pages_as("cmo").get("/slack/preview").status_code == 403
    assert app.test_client().get("/slack/preview").status_code in (302, 401)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* and _it_ and `code`", "<strong>bold</strong> and <em>it</em> and <code>code</code>"),
        ("<https://a.example/x?a=1&amp;b=2|A &amp; B>", '<a href="https://a.example/x?a=1&amp;b=2">A &amp; B</a>'),
        ("<javascript:alert(1)|x>", "javascript:alert(1)"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\nb", "a<br>b"),
        ("> quoted\n> twice\nnot", "<blockquote>quoted<br>twice</blockquote>not"),
        ('<https://a.example/"onx="1|"x">', '<a href="https://a.example/&#34;onx=&#34;1">&#34;x&#34;</a>'),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
    ],
)
def test_mrkdwn_as_html(text: str, shown: str) -> None:
    assert to_html(text) == shown


class TestWhereSlackIsReal:
    @pytest.fixture
    def environment(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": "xoxb-1-2",
            "SLACK_SIGNING_SECRET": "secret",
            "SLACK_API_URL": "http://127.0.0.1:9/api/",
        }

    def test_nobody_reads_what_is_said_to_others(self, pages_as: Callable[[str], Pages]) -> None:
        assert pages_as("admin").get("/slack/preview?member=cmo@example.com").status_code == 404
