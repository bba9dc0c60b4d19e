"""What people say, and the files they hang on it: small real ones, made byte by byte."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from collab.threads import service
from collab.threads.rules.packages import MAIN
from collab.threads.service import Upload
from tests.factories.company import Company


def said(company: Company, by: str, key: str, body: str = "Looks good to me.", **more: object) -> int:
    """The id of a comment somebody made now."""
    with company.indoors():
        return service.comment(company.member(by), key, body, now=company.now, **more)  # type: ignore[arg-type]


def png(width: int = 2, height: int = 2, *, after: bytes = b"") -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x23\x4a\x78" * min(width, 64) for _ in range(min(height, 64)))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body + after


def jpeg(width: int = 2, height: int = 2, *, after: bytes = b"") -> bytes:
    """The markers of a photograph."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return start + frame + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12" * 20 + b"\xff\xd9" + after


def gif(width: int = 2, height: int = 2) -> bytes:
    """A small animation's first frame."""
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02L\x01\x00;"
    )


def webp(width: int = 2, height: int = 2) -> bytes:
    """A lossy picture."""
    frame = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width, height) + b"\x00" * 20
    body = b"WEBPVP8 " + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(*, inside: bytes = b"", after: bytes = b"") -> bytes:
    """A page with nothing on it."""
    return b"%PDF-1.7\n" + inside + b"1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + after


def package(parts: dict[str, bytes], *, stored: bool = False) -> bytes:
    """A ZIP of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as writer:
        for name, content in parts.items():
            writer.writestr(name, content)
    return made.getvalue()


def office(kind: str = "docx", more: dict[str, bytes] | None = None) -> bytes:
    """A document with one empty part."""
    types = b'<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="' + MAIN[kind] + b'"/></Types>'
    return package({"[Content_Types].xml": types, "main.xml": b"<x/>", **(more or {})})


GOOD = {
    "photo.png": png(), "photo.jpg": jpeg(), "photo.jpeg": jpeg(), "move.gif": gif(), "small.webp": webp(), "quote.pdf": pdf(),
    "letter.docx": office("docx"), "sums.xlsx": office("xlsx"), "talk.pptx": office("pptx"), "list.csv": "品目,数量\nりんご,3\n".encode(),
    "excel.csv": "品目,数量\r\nりんご,3\r\n".encode("cp932"), "note.txt": b"Call them on Monday.", "wide.txt": "メモ".encode("utf-16"),
    "bom.csv": "\ufeff品目\n".encode(),
}  # fmt: skip
"""One good file of every kind we take, and the encodings offices write text in."""


def uploads(*names: str) -> list[Upload]:
    """Good files by name."""
    return [Upload(name, GOOD[name]) for name in names]
