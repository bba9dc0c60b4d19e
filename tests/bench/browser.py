"""What a browser with a cold cache fetches for a page, and what Lighthouse says about it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, sync_playwright

LIGHTHOUSE = "lighthouse@12.8.2"
"""The last line that runs on every Node since 18."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 360, 740
SETTLES = 3_000
"""Milliseconds after the network fell silent in which scripts may still ask for something, on a busy machine late."""


@dataclass(frozen=True)
class Fetched:
    """A page and everything it needs."""

    requests: int
    bytes: int


@dataclass(frozen=True)
class Judged:
    """Lighthouse's three scores of a hundred, and when the largest piece stood."""

    performance: int
    accessibility: int
    best_practices: int
    lcp_ms: float

    def __str__(self) -> str:
        return f"{self.performance}/{self.accessibility}/{self.best_practices}, LCP {self.lcp_ms:.0f} ms"


def chromium() -> str:
    """The browser of this machine, as scripts/install-browser finds it."""
    found = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *NAMES))), None)
    if found is None:
        raise SystemExit("no Chromium: run `make browser`")
    return found


def fetch(url: str, cookie: str = "") -> Fetched:
    """Open a page in a new profile and count what came over the wire, bodies and headers, compressed as sent."""
    sizes: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2)
        page = context.new_page()
        wire = context.new_cdp_session(page)
        _listen(wire, sizes, cookie)
        answer = page.goto(url, wait_until="networkidle")
        assert answer, url
        assert answer.ok, f"{url}: {answer.status}"
        assert page.url == url, f"{url} led to {page.url}"
        page.wait_for_timeout(SETTLES)
        browser.close()
    return Fetched(len(sizes), round(sum(sizes.values())))


def _listen(wire: CDPSession, sizes: dict[str, float], cookie: str) -> None:
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if cookie:
        wire.send("Network.setExtraHTTPHeaders", {"headers": {"Cookie": cookie}})

    def ended(event: dict[str, Any]) -> None:
        if (
            event["encodedDataLength"] > 0
        ):  # what the style sheet holds itself (data:) is told as well, and is no request
            sizes[event["requestId"]] = event["encodedDataLength"]

    wire.on("Network.loadingFinished", ended)


def lighthouse(url: str, folder: Path, cookie: str = "") -> Judged | str:
    """Lighthouse's judgement of a page on a small phone, or why it was not run."""
    npx = shutil.which("npx")
    if npx is None:
        return "not run: no Node.js on this machine"
    report, headers = folder / "lighthouse.json", folder / "lighthouse-headers.json"
    report.unlink(missing_ok=True)
    headers.write_text(json.dumps({"Cookie": cookie} if cookie else {}), encoding="utf-8")
    command = [
        npx, "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--output-path={report}", f"--extra-headers={headers}",
        "--only-categories=performance,accessibility,best-practices", "--form-factor=mobile", "--screenEmulation.mobile",
        f"--screenEmulation.width={WIDTH}", f"--screenEmulation.height={HEIGHT}", "--screenEmulation.deviceScaleFactor=2",
        "--chrome-flags=--headless=new --no-sandbox",
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": chromium()}
    done = subprocess.run(command, env=environ, cwd=folder, check=False, capture_output=True, text=True, timeout=240)
    if not report.exists():
        return f"not run: {(done.stderr.strip() or 'npx failed').splitlines()[-1][:160]}"
    return _judged(json.loads(report.read_text(encoding="utf-8")))


def _judged(report: dict[str, Any]) -> Judged | str:
    if report.get("runtimeError"):
        return f"not run: {report['runtimeError']['message'][:160]}"
    scores = {name: round((part["score"] or 0) * 100) for name, part in report["categories"].items()}
    lcp = report["audits"]["largest-contentful-paint"]["numericValue"]
    return Judged(scores["performance"], scores["accessibility"], scores["best-practices"], lcp)
