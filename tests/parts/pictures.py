"""The guide's pictures, taken from the sample company as it stands on a fixed day: `make pictures` (two minutes on an idle machine).

    .venv/bin/python -m tests.parts.pictures                 # all of them, into collab/guide/images
    .venv/bin/python -m tests.parts.pictures decide task     # some

The day, the viewport, the scale and the colours are the same each time, so a picture changes only where a page did. Needs
Chromium and the Japanese font of `scripts/install-browser`. Pillow, which comes with weasyprint, packs them.
"""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
import time_machine
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from collab.guide import queries as guide
from collab.kernel.i18n import LOCALES
from collab.outbox import service as outbox
from collab.people import queries as people
from collab.subjects import queries as subjects
from tests.parts.applications import application, migrate, settings_for
from tests.parts.sample import A_WEDNESDAY, load

NOW = A_WEDNESDAY + timedelta(minutes=20)
HEIGHTS, SCALES = {1280: 900, 360: 740}, {1280: 1.0, 360: 2.0}
COLOURS = 128
TAGS = {"en": "en-GB", "ja": "ja-JP"}


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, and where; what to do there first."""

    name: str
    who: str
    where: str
    first: Callable[[Page], None] | None = None


def main(names: Sequence[str]) -> None:
    """Take them all, or the named ones."""
    began = time.monotonic()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with (
        tempfile.TemporaryDirectory() as folder,
        time_machine.travel(A_WEDNESDAY, tick=False),
        _sample(Path(folder)) as (app, base),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for locale in LOCALES:
            chosen = [shot for shot in _shots(app, locale) if not names or shot.name in names]
            for width in guide.WIDTHS:
                _take(browser, base, chosen, locale, width)
        browser.close()
    sizes = [file.stat().st_size for file in guide.IMAGES.glob("*.webp")]
    print(f"{len(sizes)} pictures, {sum(sizes) / 1e6:.1f} MB, {time.monotonic() - began:.0f} s")


@contextmanager
def _sample(folder: Path) -> Iterator[tuple[Flask, str]]:
    """The sample company as somebody finds it twenty minutes after loading, with its messages delivered, and its address."""
    settings = settings_for(f"sqlite:///{folder / 'sample.db'}", folder / "var", {"COLLAB_DEMO": "1"})
    with application(settings) as app:
        migrate(app)
        with app.app_context():
            load(A_WEDNESDAY)
        with time_machine.travel(NOW, tick=False):
            with app.app_context():
                for minute in range(20):
                    while outbox.drain(now=A_WEDNESDAY + timedelta(minutes=minute)):
                        pass
                outbox.sweep(now=NOW)
            server = make_server("127.0.0.1", 0, app, threaded=True)
            logging.getLogger("werkzeug").setLevel(logging.ERROR)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield app, f"http://127.0.0.1:{server.port}"
            server.shutdown()


def _shots(app: Flask, locale: str) -> list[Shot]:
    """Slack speaks each member's own language, so its preview is of somebody who reads the picture's."""
    in_slack = {"en": "linh", "ja": "cmo"}[locale]
    with app.app_context():
        _who, request = _waiting("/purchases/", who="cmo")
        asked, task = _waiting("/tasks/", ask="task.inbox.answer")
        _who, goal = _waiting("/goals/G", who="eri")
        _who, initiative = _waiting("/initiatives/", who="it-lead")
    return [
        Shot("home", "cmo", "/"),
        Shot("decide", "cmo", request),
        Shot("purchase-form", "mika", "/purchases/new", _fill_in),
        Shot("goal", "cmo", goal),
        Shot("goals", "cmo", "/goals"),
        Shot("task", asked, task),
        Shot("initiative", "cmo", initiative),
        Shot("joint", "cmo", "/joint"),
        Shot("delivery", "admin", "/admin/delivery"),
        Shot("slack-preview", in_slack, f"/slack/preview?member={in_slack}@example.com", _to_the_card),
    ]


def _waiting(path: str, *, who: str = "", ask: str = "") -> tuple[str, str]:
    """The first thing of a kind that waits for somebody: who, and its page."""
    for actor in people.list_actors(NOW):
        name = actor.email.partition("@")[0]
        for row in subjects.inbox(actor, NOW) if who in ("", name) else ():
            if row.path.startswith(path) and ask in ("", row.ask.key):
                return name, "/".join(row.path.partition("#")[0].split("/")[:3])
    raise AssertionError(f"nothing waits at {path} for {who or 'anybody'} {ask}")


def _to_the_card(page: Page) -> None:
    page.locator(".slack").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.slack').scrollIntoView({block: 'start'})")


def _fill_in(page: Page) -> None:
    """Something is typed, so that the way stands beside it."""
    words = {
        "en": ("Cameras for fitting rooms", "Retail Vision"),
        "ja": ("試着室の混雑を知るカメラ", "リテールビジョン"),
    }
    title, vendor = words[page.locator("html").get_attribute("lang") or "en"]
    page.locator("#f-title").fill(title)
    page.locator("[name=category][value=martech]").check()
    page.locator("#f-vendor").fill(vendor)
    page.locator("#f-amount").fill("4800000")
    page.locator("#plan .route").wait_for()
    page.locator("#f-amount").blur()
    page.evaluate("window.scrollTo(0, 0)")


def _take(browser: Browser, base: str, shots: Sequence[Shot], locale: str, width: int) -> None:
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(
            base_url=base, viewport={"width": width, "height": HEIGHTS[width]}, device_scale_factor=SCALES[width],
            locale=TAGS[locale], color_scheme="light", reduced_motion="reduce", timezone_id="Asia/Tokyo",
        )  # fmt: skip
        context.route("**/drafts*", lambda route: route.abort())  # what is typed for a picture is nobody's draft
        page = context.new_page()
        page.goto("/")
        _enter(page, who, locale)
        for shot in shots:
            if shot.who == who:
                _keep(page, shot, locale, width)
        context.close()


def _enter(page: Page, who: str, locale: str) -> None:
    """Become a sample member who reads this language."""
    page.evaluate(
        """([email, lang]) => {
          const form = document.querySelector("form[action$='/enter']") ?? document.querySelector("form:has([name=email])")
          form.querySelector("[name=email]").value = email
          form.querySelector("[name=lang]").value = lang
          form.submit()
        }""",
        [f"{who}@example.com", locale],
    )
    page.wait_for_load_state("networkidle")
    assert page.locator("html").get_attribute("lang") == locale


def _keep(page: Page, shot: Shot, locale: str, width: int) -> None:
    answer = page.goto(shot.where, wait_until="networkidle")
    assert answer is not None
    assert answer.ok, (shot, answer.status)
    if shot.first is not None:
        shot.first(page)
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
    few = taken.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    few.save(guide.IMAGES / guide.image_name(shot.name, locale, width), lossless=True, quality=100, method=6)


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "no Chromium here: scripts/install-browser installs it"
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
