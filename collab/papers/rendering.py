"""From a page of ours to a PDF. Nothing is fetched from anywhere: only our font and pictures that stand in the page itself."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import structlog

from collab.kernel.errors import DomainError

log = structlog.get_logger(__name__)
FONT = "collab:font"
FACE = f'@font-face {{ font-family: "Paper"; src: url("{FONT}") format("opentype"); }}'
MOST_CHARACTERS = 150_000
"""Of a page's source. A full request with thirty comments has a third of it; at most about four seconds of work."""
WAITS_SECONDS = 10
_one_at_a_time = threading.Lock()
"""Setting a page takes a whole processor: two at once would only make both late, and the process deaf."""


class PaperRefused(DomainError):
    """There is no PDF just now; the page made for printing says the same. Codes: `paper.missing` (this server cannot make
    any), `paper.long`, `paper.busy`."""

    code: ClassVar[str] = "paper.missing"
    status: ClassVar[int] = 503


def render(source: str, styles: str, *, identifier: str = "") -> bytes:
    """The PDF of a whole HTML page with these style sheets; the same page gives the same bytes.

    `identifier` is what the file calls itself inside (a key and a mark); else it is derived from the page.

    Raises:
        PaperRefused: the libraries are missing, the page is too long, or others are being made.
    """
    if len(source) > MOST_CHARACTERS:
        raise PaperRefused("paper.long")
    if unready():
        raise PaperRefused
    with _turn():
        return _rendered(source, styles, hashlib.sha256((identifier or source).encode()).hexdigest()[:32])


@cache
def unready() -> str:
    """Why this server makes no PDF, in words for its operator; empty when it does."""
    if find_spec("noto_cjk_sans_jp_regular") is None:
        return "the font package noto-cjk-sans-jp-regular is not installed"
    try:
        import weasyprint  # noqa: F401, PLC0415 - half a second and a library of the system, for those who print
    except (ImportError, OSError) as missing:
        log.warning("papers.unready", reason=str(missing))
        return f"the typesetting library does not start ({str(missing).splitlines()[0][:200]})"
    return ""


@contextmanager
def _turn() -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=WAITS_SECONDS):
        raise PaperRefused("paper.busy")
    try:
        yield
    finally:
        _one_at_a_time.release()


def _rendered(source: str, styles: str, identifier: str) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415 - as above
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts, fetcher = FontConfiguration(), _fetcher()
    sheet = CSS(string=f"{FACE}\n{styles}", font_config=fonts, url_fetcher=fetcher, base_url="collab:")
    page = HTML(string=source, url_fetcher=fetcher, base_url="collab:", media_type="print")
    made: bytes = page.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_identifier=identifier.encode(),
        pdf_tags=True,
        presentational_hints=False,
    )
    return made


def _fetcher() -> Any:
    """What a page may load: our font; anything else but what stands in the page is refused before a connection is made."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class Ours(URLFetcher):  # type: ignore[misc, unused-ignore]
        """Knows one address and what is written in the page itself."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url == FONT:
                return URLFetcherResponse(url, _font(), {"Content-Type": "font/otf"})
            if url.startswith("data:"):
                return super().fetch(url, headers)
            raise ValueError("papers load nothing")

    return Ours(allowed_protocols={"data"})


@cache
def _font() -> bytes:
    import noto_cjk_sans_jp_regular  # noqa: PLC0415 - only where it is used

    folder = Path(str(noto_cjk_sans_jp_regular.__file__)).parent
    return (folder / "NotoSansCJKjp-Regular.otf").read_bytes()
