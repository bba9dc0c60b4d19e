"""Which files are taken: what a file is, its bytes say; its name must agree, and it must be one thing only.

Signatures are recognised by puremagic; what we take is a short list, and each kind on it is looked at more closely
(docs/adr/0016). This is no virus scanner: it keeps out what a browser or a double click would run.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import puremagic

from collab.kernel.errors import Text
from collab.kernel.text import storable
from collab.threads.rules import images, packages
from collab.threads.rules.limits import MEGABYTE, MOST_BYTES, MOST_FILES
from collab.threads.rules.names import clean, extension

KINDS = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv", "txt": "text/plain",
}  # fmt: skip
"""What is taken, and how it is served. No ZIP: nobody sees what is in one; no SVG, no HTML: they are programs to a browser."""
PICTURES = frozenset({"png", "jpg", "gif", "webp"})
ACCEPT = ",".join(f".{kind}" for kind in (*KINDS, "jpeg"))
"""For a file input."""
_ALSO = {"jpeg": "jpg"}
_HEAD = 1024
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|iframe|svg|title|style|object|embed|img|link|meta|form|h1|div|table|\?php)\b|<\?xml|<!--",
    re.IGNORECASE,
)
_STARTS_AS_MARKUP = re.compile(rb"\s*<\s*[a-z!?]", re.IGNORECASE)
_DISGUISED = frozenset({".pdf", ".rtf", ".ps", ".eps", ".html", ".htm", ".svg", ".xml", ".gif", ".hta", ".mht", ".eml"})
"""Signatures of letters and digits alone: bytes that could pass as text."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Good:
    """A file that is taken: its name as it is kept, what it is, and its bytes."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint of its bytes, as the trail keeps it."""
        return hashlib.sha256(self.content).hexdigest()


def check(uploads: Sequence[Upload]) -> tuple[list[Good], dict[str, Text]]:
    """The files that are taken, and what is wrong with each of the others, by its place (`files.0`)."""
    good: list[Good] = []
    bad: dict[str, Text] = {}
    if len(uploads) > MOST_FILES:
        bad["files"] = Text("thread.file.too_many", {"n": MOST_FILES})
    for number, upload in enumerate(uploads):
        name = clean(upload.name)
        why = refusal(name, upload.content)
        if why:
            facts = {"file": name or "?", "kinds": ", ".join(KINDS), "n": MOST_BYTES // MEGABYTE}
            bad[f"files.{number}"] = Text(f"thread.file.{why}", facts)
        else:
            good.append(Good(name, kind_of(name), upload.content))
    return good, bad


def kind_of(name: str) -> str:
    """The kind a name promises."""
    last = extension(name)
    return _ALSO.get(last, last)


def refusal(name: str, content: bytes) -> str:
    """Why a file is not taken, in a word; empty if it is."""
    if not name:
        return "no_name"
    kind = kind_of(name)
    if kind not in KINDS:
        return "kind"
    if not content:
        return "empty"
    if len(content) > MOST_BYTES:
        return "too_large"
    return _refused_content(kind, content)


def _refused_content(kind: str, content: bytes) -> str:
    if kind in packages.MAIN:
        return packages.refusal(content, kind)
    if kind in ("csv", "txt"):
        return "" if _is_text(content) else "other"
    if f".{kind}" not in _signatures(content):
        return "other"
    if _has_two_faces(content):
        return "two_faces"
    return _refused_picture(kind, content) if kind in PICTURES else _refused_pdf(content)


def _refused_picture(kind: str, content: bytes) -> str:
    size = images.size_of(content, kind)
    if size is None:
        return "damaged"
    return "too_many_pixels" if size[0] * size[1] > images.MOST_PIXELS else ""


def _refused_pdf(content: bytes) -> str:
    return "" if content.startswith(b"%PDF-") and b"%%EOF" in content[-_HEAD:] else "damaged"


def _has_two_faces(content: bytes) -> bool:
    """Whether another program would take the same bytes for something else: a package at the end, a page at the beginning."""
    head = content[:_HEAD]
    page = _MARKUP.search(head) is not None or (b"%PDF-" in head and not head.startswith(b"%PDF-"))
    return page or zipfile.is_zipfile(BytesIO(content))


def _is_text(content: bytes) -> bool:
    """Writing, in an encoding offices use, that no program would take for a page or a script."""
    text = decoded(content)
    if text is None or not storable(text.replace("\x0c", "")):
        return False
    plain = text[:_HEAD].lstrip("\ufeff").encode()
    if plain.startswith(b"#!") or _STARTS_AS_MARKUP.match(plain):
        return False
    return not _signatures(plain) & _DISGUISED


def decoded(content: bytes) -> str | None:
    """The writing in these bytes: UTF-8, UTF-16 with its mark, or the Shift_JIS of a Japanese Excel; None if it is none."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _signatures(content: bytes) -> frozenset[str]:
    """Every extension whose signature these bytes bear."""
    try:
        return frozenset(match.extension for match in puremagic.magic_string(content))
    except (puremagic.PureError, ValueError):
        return frozenset()
