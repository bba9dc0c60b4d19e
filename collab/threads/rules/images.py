"""Pictures: whole from their first byte to their last, and of a size that can be shown."""

from __future__ import annotations

import struct

MOST_PIXELS = 50_000_000
"""A picture of more is a burden to whoever looks at it, or meant as one."""
_SOF = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
Size = tuple[int, int]


def size_of(content: bytes, kind: str) -> Size | None:
    """Width and height; None when these bytes are no whole picture of this kind."""
    try:
        size = _READERS[kind](content)
    except (struct.error, IndexError):
        return None
    return size if size and min(size) > 0 else None


def _png(content: bytes) -> Size | None:
    at, size, number = 8, None, 0
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        if number == 0 and name == b"IHDR":
            size = struct.unpack_from(">II", content, at + 8)
        at, number = at + 12 + length, number + 1
        if name == b"IEND":
            return size if _nothing_more(content[at:]) else None
    return None


def _jpg(content: bytes) -> Size | None:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return (width, height) if b"\xff\xd9" in content[at:] else None
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    return None


def _gif(content: bytes) -> Size | None:
    width, height = struct.unpack_from("<HH", content, 6)
    return (width, height) if content[-1:] == b"\x3b" else None


def _webp(content: bytes) -> Size | None:
    (length,) = struct.unpack_from("<I", content, 4)
    if not _nothing_more(content[8 + length :]) or 8 + length > len(content):
        return None
    match content[12:16]:
        case b"VP8X":
            return (1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little"))
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF))
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return (width & 0x3FFF, height & 0x3FFF)
    return None


def _nothing_more(rest: bytes) -> bool:
    """Some programs fill a file up with zeros; anything else behind the picture is not part of it."""
    return not rest.strip(b"\x00\r\n")


_READERS = {"png": _png, "jpg": _jpg, "gif": _gif, "webp": _webp}
