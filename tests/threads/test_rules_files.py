"""Which files are taken: what the bytes say, whatever the name and the sender say."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.threads.rules import files, names
from collab.threads.rules.files import Upload
from collab.threads.rules.limits import LONGEST_NAME, MOST_BYTES
from collab.threads.rules.packages import MAIN
from tests.factories import threads as make

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 60 + b"PE\x00\x00"
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 60
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ZIP = make.package({"a.txt": b"hello"})
JAR = make.package({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"})


def bomb() -> bytes:
    """A document whose one part opens to 300 MB of nothing."""
    whole = make.office("docx", {"word/media/big.xml": b"\0" * 3_000_000})
    with zipfile.ZipFile(BytesIO(whole)) as package:
        at = package.getinfo("word/media/big.xml")
    size = struct.pack("<L", at.file_size)
    return whole.replace(size, struct.pack("<L", 300_000_000))


def many_parts() -> bytes:
    return make.office("docx", {f"word/{number}.xml": b"" for number in range(5001)})


def overlapping() -> bytes:
    """Two parts in the list that are the same bytes: how small files become endless."""
    whole = bytearray(make.package({"[Content_Types].xml": b"<Types/>", "aa.xml": b"x" * 50, "ab.xml": b"y" * 50}))
    with zipfile.ZipFile(BytesIO(bytes(whole))) as package:
        first = package.getinfo("aa.xml").header_offset
    listed = whole.rfind(b"PK\x01\x02")
    whole[listed + 42 : listed + 46] = struct.pack("<L", first)
    return bytes(whole)


def locked() -> bytes:
    whole = bytearray(make.office("xlsx"))
    at = whole.find(b"PK\x01\x02")
    whole[at + 8] |= 1
    return bytes(whole)


HOSTILE = [
    ("a program renamed to a picture", "photo.png", EXE, "other"),
    ("a Linux program renamed to a document", "quote.pdf", ELF, "other"),
    ("a program by its own name", "setup.exe", EXE, "kind"),
    ("a program behind a harmless name", "quote.pdf.exe", make.pdf(), "kind"),
    ("a page as text", "note.txt", HTML, "other"),
    ("a page as text, after blank lines", "note.txt", b"\n\n \t" + HTML, "other"),
    ("a page as text, with a byte order mark", "note.txt", b"\xef\xbb\xbf" + HTML, "other"),
    ("a page as text, in UTF-16", "note.txt", HTML.decode().encode("utf-16"), "other"),
    ("a page as a table", "list.csv", b"<table><tr><td onclick=alert(1)>1</td></tr></table>", "other"),
    ("a page as a picture", "photo.png", HTML, "other"),
    ("a page by its own name", "page.html", HTML, "kind"),
    ("a page without an ending", "page", HTML, "kind"),
    ("a drawing with a script by its own name", "logo.svg", SVG, "kind"),
    ("a drawing with a script as a picture", "logo.png", SVG, "other"),
    ("a drawing with a script as text", "logo.txt", SVG, "other"),
    ("an XML with an entity bomb as text", "a.txt", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]>', "other"),
    ("a shell script as text", "run.txt", b"#!/bin/sh\nrm -rf /\n", "other"),
    ("a PDF as text", "a.txt", b"%PDF-1.7\n%%EOF", "other"),
    ("an animation's signature in front of a script, as text", "a.txt", b"GIF89a/*=1;alert(1)//", "other"),
    ("binary as text", "a.txt", b"\x00\x01\x02\x03", "other"),
    ("a terminal's control signs as text", "a.txt", b"safe \x1b]2;pwned\x07", "other"),
    ("PDF and ZIP in one", "quote.pdf", make.pdf() + ZIP, "damaged two_faces"),
    ("PDF and JAR in one, each complete", "quote.pdf", make.pdf(after=JAR[:-22]) + b"%%EOF" + JAR[-22:], "two_faces damaged"),
    ("PDF with a page in its head", "quote.pdf", make.pdf(inside=HTML), "two_faces"),
    ("a picture with a ZIP behind it", "photo.png", make.png(after=ZIP), "two_faces"),
    ("a picture with words behind it", "photo.png", make.png(after=b"<script>alert(1)</script>" * 50), "damaged two_faces"),
    ("a photograph with a JAR behind it", "photo.jpg", make.jpeg(after=JAR), "two_faces"),
    ("a photograph with a page in its head", "photo.jpg", make.jpeg()[:20] + HTML + make.jpeg()[20:], "two_faces"),
    ("a photograph that is also a PDF", "photo.jpg", make.jpeg()[:20] + make.pdf() + make.jpeg()[20:], "two_faces"),
    ("an animation that is also a script", "move.gif", b"GIF89a=1/*" + b"\x00" * 20 + b"*/;alert(1)", "damaged"),
    ("half a picture", "photo.png", make.png()[:-20], "damaged"),
    ("half a photograph", "photo.jpg", make.jpeg()[:-22], "damaged"),
    ("a picture of a thousand million pixels", "photo.png", make.png(40_000, 25_000), "too_many_pixels"),
    ("a photograph of four thousand million pixels", "photo.jpg", make.jpeg(65_500, 65_500), "too_many_pixels"),
    ("an animation without width", "move.gif", make.gif(0, 5), "damaged"),
    ("a picture under another picture's name", "photo.jpg", make.png(), "other"),
    ("a ZIP by its own name", "all.zip", ZIP, "kind"),
    ("a ZIP as a document", "letter.docx", ZIP, "other"),
    ("a JAR as a document", "letter.docx", JAR, "other program"),
    ("a table as a letter", "letter.docx", make.office("xlsx"), "other"),
    ("a letter with a macro", "letter.docx", make.office("docx", {"word/vbaProject.bin": OLD_WORD}), "program"),
    ("a letter with a macro by its own name", "letter.docm", make.office("docx"), "kind"),
    ("a letter with a program packed in it", "letter.docx", make.office("docx", {"word/embeddings/oleObject1.bin": EXE}), "program"),
    ("a letter with a script packed in it", "letter.docx", make.office("docx", {"word/x/run.js": b"1"}), "program"),
    ("a letter that opens to 300 MB", "letter.docx", bomb(), "swells other"),
    ("a letter of five thousand parts", "letter.docx", many_parts(), "other"),
    ("a letter whose parts share their bytes", "letter.docx", overlapping(), "swells"),
    ("a letter that climbs out of its folder", "letter.docx", make.office("docx", {"../../etc/cron.d/x": b"1"}), "other"),
    ("a letter with something in front", "letter.docx", b"#!/bin/sh\n" + make.office("docx"), "other"),
    ("a letter with something behind", "letter.docx", make.office("docx") + b"x" * 40, "other"),
    ("a letter with a whole package in front", "letter.docx", ZIP + make.office("docx"), "other"),
    ("a picture with anything behind it", "photo.png", make.png(after=b"x" * 2000), "damaged"),
    ("a letter that names an entity", "letter.docx", make.package({"[Content_Types].xml": b"<!DOCTYPE a><Types>" + MAIN["docx"] + b"</Types>"}), "other"),
    ("a table under a password", "sums.xlsx", locked(), "locked"),
    ("half a table", "sums.xlsx", make.office("xlsx")[:-30], "other"),
    ("a letter of the old kind", "letter.doc", OLD_WORD, "kind"),
    ("a letter of the old kind under the new name", "letter.docx", OLD_WORD, "other"),
    ("nothing at all", "note.txt", b"", "empty"),
    ("a picture of nothing", "photo.png", b"", "empty"),
    ("too much", "note.txt", b"a" * (MOST_BYTES + 1), "too_large"),
    ("a name of nothing but dots", "...", make.png(), "no_name"),
    ("a name that is a folder", "../../", make.png(), "no_name"),
    ("a name that turns round", "gpj.\u202egnp.exe", make.png(), "kind"),
    ("a name that ends in an unseen sign and a program", "photo.png\u200b.exe", make.png(), "kind"),
    ("a name cut by NUL", "photo.png\x00.exe", make.png(), "kind"),
    ("a name that hides its ending behind a colon", "note.txt:evil.exe", b"hello", "kind"),
    ("a settings file", ".htaccess", b"AddType text/html .txt", "kind"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "why"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_file_is_refused_and_named(name: str, content: bytes, why: str) -> None:
    good, bad = files.check([Upload(name, content)])
    assert not good
    assert bad["files.0"].key.removeprefix("thread.file.") in why.split()


@pytest.mark.parametrize("name", make.GOOD)
def test_a_good_file_of_every_kind_is_taken(name: str) -> None:
    good, bad = files.check(make.uploads(name))
    assert not bad
    assert good[0].kind in files.KINDS


def test_of_three_files_every_bad_one_is_named_and_its_place_said() -> None:
    good, bad = files.check([Upload("a.exe", EXE), *make.uploads("quote.pdf"), Upload("b.png", HTML)])
    assert [file.name for file in good] == ["quote.pdf"]
    assert set(bad) == {"files.0", "files.2"}


def test_six_files_are_one_too_many() -> None:
    assert "files" in files.check(make.uploads("note.txt") * 6)[1]
    assert not files.check(make.uploads("note.txt") * 5)[1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("C:\\Users\\mika\\見積.pdf", "見積.pdf"), ("/etc/passwd.txt", "passwd.txt"), ("../../a.txt", "a.txt"),
        ("report\u202efdp.txt", "reportfdp.txt"), ("a\x00b.png", "ab.png"), ("  spaced   name .txt ", "spaced name .txt"),
        ("CON.txt", "_CON.txt"), ("lpt1", "_lpt1"), ('a"b<c>.csv', "a_b_c_.csv"), ("ｅ．ｔｘｔ", "ｅ．ｔｘｔ"), ("e\u0301.txt", "é.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"), ("\u2066hidden\u2069.csv", "hidden.csv"), ("", ""), (".", ""),
    ],
)  # fmt: skip
def test_a_name_is_kept_without_what_misleads(written: str, kept: str) -> None:
    assert names.clean(written) == kept


@given(st.text(max_size=400))
def test_whatever_it_is_called_a_name_is_short_flat_and_visible(written: str) -> None:
    kept = names.clean(written)
    assert len(kept) <= LONGEST_NAME + 1
    assert not set(kept) & set('/\\"<>:|?*\r\n\0')
    assert kept == kept.strip()
    assert names.clean(kept) == kept


@given(
    st.binary(max_size=3000),
    st.sampled_from(["a.txt", "a.csv", "a.png", "a.docx", "a.pdf", "a.jpg", "a.gif", "a.webp"]),
)
def test_no_bytes_make_the_check_fail(content: bytes, name: str) -> None:
    files.check([Upload(name, content)])


@given(st.data())
def test_no_bent_file_makes_the_check_fail(data: st.DataObject) -> None:
    """Good files with a few bytes changed: taken or refused, never an error of ours."""
    name = data.draw(st.sampled_from(sorted(make.GOOD)))
    content = bytearray(make.GOOD[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    files.check([Upload(name, bytes(content[: data.draw(st.integers(1, len(content)))]))])
