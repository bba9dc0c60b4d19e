"""What stands around an answer: no foreign `Location`, no header out of a parameter, and the headers that protect a reader on
every answer there is; no form is taken without the token of its page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.factories import Company
from tests.parts.applications import application, settings_for
from tests.parts.clients import Api, Pages
from tests.parts.databases import Database
from tests.parts.leaks import addresses, subject_keys

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HOME = "127.0.0.1:8000"
BY_HAND = [
    "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example",
    " //evil.example", "\u3000//evil.example", "\u200b//evil.example", "/\u2028/evil.example", "https:evil.example", "https:/evil.example",
    "HTTPS://EVIL.EXAMPLE", "https:\\\\evil.example", "javascript:location='//evil.example'", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example@127.0.0.1", "https://127.0.0.1:8000@evil.example/",
    "https://evil.example#127.0.0.1:8000", "https://evil.example?127.0.0.1:8000", "//evil.example\\@127.0.0.1", "//%65vil.example",
    "//evil。example", "//ⓔvil.example", "//[::1]", "//[evil.example", "http://[", "https://evil.example:0x50", "//0x7f.1/", "/%0a/evil.example",
    "%2f%2fevil.example", "%68ttps://evil.example", "/%5cevil.example", "/.//evil.example", "/..//evil.example", "/x/..//evil.example",
    ";//evil.example", "?next=//evil.example", "#//evil.example", "/\x00/evil.example", "/\x0bevil.example", "ftp://evil.example",
    "//evil.example:80", "/?next=https://evil.example", "x\r\nLocation: https://evil.example", "/\r\nSet-Cookie: owned=1",
    "/%0d%0aSet-Cookie:%20owned=1", "/\r\n\r\n<script>alert(1)</script>", "/\u560a\u560dSet-Cookie: owned=1", "/%E5%98%8A%E5%98%8DSet-Cookie:owned=1",
    "en\r\nX-Owned: 1", "ja; Domain=evil.example", "ja\nSet-Cookie: owned=1", '"; filename=evil.exe', "a.pdf\r\nX-Owned: 1", "<https://evil.example>; rel=preload",
]  # fmt: skip
GOES = (
    "https://", "http://", "//", "///", "/\\", "\\\\", "\\/", "/\t/", "/\n/", "https:/", "https:///", "https:\\", "\t//", " https://", "\x01https://",
    "//@", "//a:b@", "/;//", "/.\\./", "%09//", "wss://",
)  # fmt: skip
ELSEWHERE = (
    "evil.example", "evil.example/%2e%2e", "127.0.0.1:8000.evil.example", "127.0.0.1:8000@evil.example", "evil.example%00.127.0.0.1:8000",
    "evil.example\\.127.0.0.1:8000", "①②⑦.evil.example",
)  # fmt: skip
FOREIGN = list(dict.fromkeys([*BY_HAND, *(f"{goes}{where}" for goes in GOES for where in ELSEWHERE)]))
"""What might lead away or break a header, or both: over two hundred, no two alike."""
HOSTS = [
    "evil.example", "evil.example:80", "127.0.0.1:8000.evil.example", "127.0.0.1:8000@evil.example", "EVIL.example", "[::1]", "evil.example/x",
    "evil。example", "xn--evl-epa.example", "127.0.0.1", "a b", "evil.example, 127.0.0.1:8000",
]  # fmt: skip
FORWARDED = (
    {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Server": "evil.example"}, {"Forwarded": "for=1.1.1.1;host=evil.example;proto=https"},
    {"X-Host": "evil.example"}, {"X-Original-URL": "//evil.example"}, {"X-Rewrite-URL": "//evil.example"},
    {"X-Forwarded-Proto": "https"}, {"X-Forwarded-Proto": "javascript"}, {"X-Forwarded-Prefix": "//evil.example"}, {"X-Forwarded-Port": "x@evil.example"},
    {"Referer": "https://evil.example/goals"}, {"Origin": "https://evil.example"},
)  # fmt: skip


class Met:
    """Every answer that came to these, looked at."""

    def __init__(self) -> None:
        self.sent = 0
        self.wrong: list[str] = []

    def look(self, what: object, answer: TestResponse) -> None:
        """Note what is wrong with it."""
        self.sent += 1
        self.wrong += [f"{what!r}: {one}" for one in faults(answer)]
        answer.close()


def faults(answer: TestResponse) -> Iterator[str]:
    """What a header tells that it must not."""
    if answer.status_code >= 500:
        yield str(answer.status_code)
    for name in ("Location", "Refresh", "Content-Location", "HX-Redirect", "HX-Location", "HX-Push-Url"):
        for value in answer.headers.getlist(name):
            if leads_away(value.partition("url=")[2] if name == "Refresh" else value):
                yield f"{name}: {value}"
    cookies = {one.partition("=")[0] for one in answer.headers.getlist("Set-Cookie")}
    if cookies - {"collab", "__Host-collab", "lang", "__Host-lang", "collab_sign_in", "remember_token"}:
        yield f"cookies {cookies}"
    for name, value in answer.headers:
        if name.lower() in ("x-owned", "link") or "\n" in value or "\r" in value or "domain=evil" in value.lower():
            yield f"{name}: {value!r}"


def leads_away(value: str) -> bool:
    """Whether a browser, reading as leniently as any does, would leave."""
    lenient = re.sub(r"[\t\r\n]", "", value.strip("\x00\x20\t\r\n").replace("\\", "/"))
    if lenient.startswith("//") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", lenient):
        return urlsplit(lenient).netloc != HOME or not lenient.startswith(("http://", "https://"))
    return not lenient.startswith(("/", "?", "#"))


@pytest.fixture
def stranger(app: Flask) -> Any:
    """Nobody, in a browser."""
    return app.test_client()


def asked_for(key: str) -> list[str]:
    """Addresses with a place for what is asked, which lead on, or are named in a header."""
    return [
        "/sign-in?next={}", "/sign-in?left={}&next=/goals", "/?next={}&lang={}", "/sign-in?again=1&next={}", "/search?q={}", "/goals?next={}",
        "/sign-in/callback?state={}&code={}&iss={}&error={}", "/link/{}", "/{}", "/sign-in/link/{}", f"/purchases/{key}?paper={{}}&comments={{}}",
        "/invitations/{}", "/purchases/{}/paper.pdf", "/threads/{}", "/imports/{}/template.csv", "/purchases/{}", "/api/v1/purchases/{}",
    ]  # fmt: skip


def posted_to(key: str) -> list[tuple[str, tuple[str, ...]]]:
    """Forms that lead on, with the fields in which a stranger might say where to."""
    return [
        ("/language", ("lang", "next")), ("/exports/purchases", ("state", "q", "vendor")), ("/exports/{}", ("format",)),
        ("/sign-in", ("way", "next")), (f"/threads/{key}/comments", ("body", "next")), ("/language?next={}", ("lang",)), ("/drafts", ("form", "seen")),
    ]  # fmt: skip


def _try_all(company: Company, everywhere: bool, clients: tuple[Any, Any]) -> Met:
    """Each payload at some places, or at all of them."""
    met, key = Met(), company.filed()
    mika = clients[0]
    token = TOKEN.search(mika.get("/me").text)[1]
    paths, forms = asked_for(key), posted_to(key)
    for number, one in enumerate(FOREIGN):
        asked, header = quote(one, safe=""), re.sub(r"[^ -~]", " ", one)
        for at, path in enumerate(paths):
            if everywhere or (at + number) % 16 == 0:
                there = clients[(at + number) // 16 % 2]
                met.look(
                    (path, one),
                    there.get(path.replace("{}", asked), headers={"X-Request-Id": header, "Referer": header}),
                )
        for at, (path, fields) in enumerate(forms):
            if everywhere or (at + number) % 8 == 0:
                form = {"csrf_token": token, "format": "csv", "lang": "ja", **dict.fromkeys(fields, one)}
                met.look((path, one), mika.post(path.replace("{}", asked), data=form, headers={"Referer": header}))
    return met


@pytest.mark.parametrize(
    "everywhere", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["in turn", "everywhere"]
)
def test_no_parameter_leads_away(
    company: Company, pages_as: Callable[[str], Pages], stranger: Any, everywhere: bool
) -> None:
    assert len(FOREIGN) >= 200
    met = _try_all(company, everywhere, (pages_as("mika").client, stranger))
    assert met.sent >= 350
    assert met.wrong == []


def test_no_entrance_of_the_sample_company_leads_away(database: Database, tmp_path: Path) -> None:
    met = Met()
    with application(settings_for(database.url, tmp_path, {"COLLAB_DEMO": "1"})) as app:
        client = app.test_client()
        token = TOKEN.search(client.get("/").text)[1]
        for number, one in enumerate(BY_HAND):
            path, form = (
                ("/enter", {"email": "mika@example.com", "lang": one}) if number % 2 else ("/sign-in", {"again": "1"})
            )
            met.look((path, one), client.post(path, data={"csrf_token": token, "next": one, **form}))
            if number < 2 or number % 2:
                token = TOKEN.search(client.get("/me/access" if number else "/").text)[1]
    assert met.wrong == []


@pytest.mark.parametrize("trusted", ["0", "1"])
@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
def test_addresses_are_made_of_the_settings_never_of_the_request(
    database: Database, tmp_path: Path, trusted: str, https: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.contracts.test_headers.HOME", "collab.example" if https else HOME)
    more = {"COLLAB_TRUSTED_PROXIES": trusted, **({"COLLAB_BASE_URL": "https://collab.example"} if https else {})}
    met = Met()
    with application(settings_for(database.url, tmp_path, more)) as app:
        for path in (
            "/",
            "//goals",
            "/goals",
            "/docs",
            "//evil.example/goals",
            "/api/v1//goals",
            "/api/v1/openapi.json",
            "/sign-in?next=/goals",
            "/nowhere",
        ):
            for headers in [*({"Host": host} for host in HOSTS), *FORWARDED]:
                answer = _raw(app, path, headers)
                if answer.status_code != 400:
                    assert "evil.example" not in answer.text.lower().replace("evil.example/goals", ""), (path, headers)
                met.look((path, headers), answer)
    assert met.wrong == []


def _raw(app: Flask, path: str, headers: dict[str, str]) -> TestResponse:
    """Asked as no browser and no test client would."""
    host = {"HTTP_HOST": headers["Host"]} if "Host" in headers else {}
    rest = {name: value for name, value in headers.items() if name != "Host"}
    environ = EnvironBuilder(
        path=path.partition("?")[0], query_string=path.partition("?")[2], headers=rest
    ).get_environ()
    environ.update(PATH_INFO=path.partition("?")[0], **(host or {"HTTP_HOST": HOME}))
    return TestResponse(*run_wsgi_app(app, environ, buffered=True), request=None)


GUARDED = re.compile(r"(?!.*domain)(?=.*; HttpOnly)(?=.*; SameSite=Lax).*", re.IGNORECASE)
PROTECTS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


def test_every_answer_protects_its_reader(
    app: Flask, company: Company, pages_as: Callable[[str], Pages], as_: Callable[[str], Api], stranger: Any
) -> None:
    company.filed()
    with company.indoors():
        paths = list(dict.fromkeys(addresses(app, subject_keys())))
    paths += ["/nowhere", "/api/v1/nowhere", "/static/collab.css", "/static/nothing.css", "/static/htmx/htmx.min.js"]
    admin, api = pages_as("admin"), as_("cmo")
    wrong: list[str] = []
    for number, path in enumerate(paths):
        answers = [
            api.get(path) if path.startswith("/api/") else admin.get(path),
            *([] if number % 6 else [stranger.get(path)]),
        ]
        for answer in answers:
            wrong += [f"{path} {answer.status_code}: {one}" for one in unprotected(path, answer)]
            answer.close()
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"):
        wrong += [f"{method}: {one}" for one in unprotected("/me", stranger.open("/me", method=method))]
    assert wrong == []
    assert len(paths) > 200


def unprotected(path: str, answer: TestResponse) -> Iterator[str]:
    """What an answer lacks."""
    for name, value in PROTECTS.items():
        if answer.headers.get(name) != value:
            yield f"{name}: {answer.headers.get(name)}"
    policy = answer.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy or "unsafe" in policy:
        yield f"policy {policy}"
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield "Referrer-Policy"
    if answer.headers.get("Server", "") or "X-Powered-By" in answer.headers:
        yield "says what it is made of"
    kept = answer.headers.get("Cache-Control", "")
    if not path.startswith("/static/") and "no-cache" not in kept and "no-store" not in kept:
        yield f"Cache-Control: {kept}"
    yield from (f"cookie {one}" for one in answer.headers.getlist("Set-Cookie") if not GUARDED.fullmatch(one))


def test_cookies_over_https_are_bound_to_our_host(database: Database, tmp_path: Path) -> None:
    with application(settings_for(database.url, tmp_path, {"COLLAB_BASE_URL": "https://collab.example"})) as app:
        client = app.test_client()
        at_home = {"base_url": "https://collab.example"}
        entry = client.get("/", **at_home)
        token = TOKEN.search(entry.text)[1]
        form = {"csrf_token": token, "lang": "ja"}
        done = [entry, client.post("/language", data=form, headers={"Referer": "https://collab.example/"}, **at_home)]
        cookies = [one for answer in done for one in answer.headers.getlist("Set-Cookie")]
        for one in cookies:
            assert all(part in one for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), one
            assert "domain" not in one.lower()
        assert all(one.startswith("__Host-") for one in cookies)
        assert "max-age=31" in done[0].headers["Strict-Transport-Security"]


OPEN = {"/slack/events", "/slack/interactions", "/slack/commands"}
"""What is signed otherwise."""


def test_no_form_is_taken_without_its_token(app: Flask, company: Company, pages_as: Callable[[str], Pages]) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    admin, taken, tried = pages_as("admin"), [], 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            if rule.rule.startswith("/api/") or rule.rule in OPEN:
                continue
            path = re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int)[^>]+>", "PR-1", rule.rule))
            form = {"csrf_token": "wrong"} if tried % 2 else {}
            answer = admin.client.open(path, method=method, data=form)
            tried += 1
            if answer.status_code not in (400, 403):
                taken.append(f"{method} {path} {answer.status_code}")
    assert taken == []
    assert tried > 200
