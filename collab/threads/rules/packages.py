"""Office documents: ZIP packages that say what they are, hold no program, and do not swell when opened."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

MAIN = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
_END = struct.Struct("<4s4H2LH")
_TYPES = "[Content_Types].xml"
_MOST_PARTS, _MOST_DIRECTORY, _MOST_TYPES = 5000, 2 * 1024 * 1024, 1024 * 1024
_MOST_OPENED, _MOST_SWELLING, _SMALL = 250 * 1024 * 1024, 200, 1024 * 1024
_PROGRAMS = (
    ".exe", ".dll", ".scr", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta", ".jar", ".lnk", ".msi",
    ".zip", ".rar", ".7z", ".iso",
)  # fmt: skip
_ENCRYPTED = 0x1
_UNREADABLE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, struct.error, ValueError, zlib.error, EOFError, OverflowError, KeyError,
)  # fmt: skip

OTHER, PROGRAM, SWELLS, LOCKED = "other", "program", "swells", "locked"
"""Why a package is refused: it is something else, holds a program, is a bomb, is locked by a password."""


def refusal(content: bytes, kind: str) -> str:
    """Why these bytes are not taken as a document of this kind; empty if they are. Only its list of parts is unpacked."""
    if not _is_whole(content):
        return OTHER
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            return _refused_parts(parts, len(content)) or _refused_types(package, kind)
    except _UNREADABLE:
        return OTHER


def _is_whole(content: bytes) -> bool:
    """One package from the first byte to the last, with a list of parts of a sane length: nothing before, nothing after."""
    if not content.startswith(b"PK\x03\x04") or len(content) < _END.size:
        return False
    sign, *_disks, parts, size, offset, comment = _END.unpack(content[-_END.size :])
    counted = parts <= _MOST_PARTS and size <= _MOST_DIRECTORY
    return sign == b"PK\x05\x06" and counted and offset + size + _END.size == len(content) and not comment


def _refused_parts(parts: list[zipfile.ZipInfo], length: int) -> str:
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any("\\" in name or ".." in name or name.startswith("/") for name in names):
        return OTHER
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        return LOCKED
    if any(_is_program(name.casefold()) for name in names):
        return PROGRAM
    return SWELLS if _swells(parts, length) else ""


def _is_program(name: str) -> bool:
    hidden = "vbaproject" in name or "activex" in name or "oleobject" in name or name.endswith("macrosheets")
    return hidden or name.endswith(_PROGRAMS)


def _swells(parts: list[zipfile.ZipInfo], length: int) -> bool:
    """Too much when opened, in all or one part, or parts that share their bytes."""
    if sum(part.file_size for part in parts) > _MOST_OPENED or sum(part.compress_size for part in parts) > length:
        return True
    starts = sorted(part.header_offset for part in parts)
    if len(set(starts)) != len(starts):
        return True
    return any(
        part.file_size > _SMALL and part.file_size > _MOST_SWELLING * max(part.compress_size, 1) for part in parts
    )


def _refused_types(package: zipfile.ZipFile, kind: str) -> str:
    with package.open(_TYPES) as part:
        types = part.read(_MOST_TYPES + 1)
    if len(types) > _MOST_TYPES or b"<!" in types:
        return OTHER
    if b"macroenabled" in types.lower():
        return PROGRAM
    return "" if MAIN[kind] in types else OTHER
