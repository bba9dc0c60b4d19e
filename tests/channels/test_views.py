"""Shared channels on the web: the page and the API, and who may."""

from __future__ import annotations

from collections.abc import Callable

from collab.channels import queries
from tests.channels.conftest import Channels
from tests.factories import Company
from tests.parts.clients import Api, Pages

IT = {"whose": "department:it"}


def test_a_program_connects_changes_and_disconnects(as_: Callable[[str], Api]) -> None:
    cio = as_("cio")
    made = cio.send("PUT", "/channels/C123", json={**IT, "name": "it-room", "digest_at": "08:30"})
    assert (made.status_code, made.json["name"], made.json["digest_at"], made.json["digest_weekday"]) == (
        200, "it-room", "08:30", 0,
    )  # fmt: skip
    seen = made.headers["ETag"]
    changed = cio.send("PUT", "/channels/C123", json={**IT, "details": "none"}, headers={"If-Match": seen})
    assert (changed.json["details"], changed.json["digest_at"]) == ("none", "08:30")
    assert (
        cio.send("PUT", "/channels/C123", json={**IT, "details": "thread"}, headers={"If-Match": seen}).status_code
        == 412
    )
    assert [one["channel"] for one in cio.get("/channels").json] == ["C123"]
    assert cio.send("DELETE", "/channels/C123").status_code == 204
    assert cio.get("/channels/C123").status_code == 404


def test_nobody_speaks_for_another_department(as_: Callable[[str], Api]) -> None:
    assert as_("cmo").send("PUT", "/channels/C123", json=IT).status_code == 422
    assert as_("mika").send("PUT", "/channels/C123", json=IT).status_code == 403
    as_("cio").send("PUT", "/channels/C123", json=IT)
    assert as_("cmo").send("PUT", "/channels/C123", json={"whose": "leaders"}).status_code == 403
    assert as_("cmo").send("DELETE", "/channels/C123").status_code == 403
    assert as_("auditor").get("/channels").status_code == 200
    for name in ("mika", "agency"):
        assert as_(name).get("/channels").status_code == 403


def test_the_page_lists_changes_and_disconnects(
    channels: Channels, company: Company, pages_as: Callable[[str], Pages]
) -> None:
    here = channels.connect("C-it", "it", "cio")
    cio, cmo = pages_as("cio"), pages_as("cmo")
    assert "#C-it" in cmo.get("/channels").text
    assert f"/channels/{here.id}" not in cmo.get("/channels").text
    assert cmo.get(f"/channels/{here.id}").status_code == 403
    path, form = (
        f"/channels/{here.id}",
        {**IT, "details": "none", "kinds": ["goal"], "digest_weekday": "4", "language": "ja"},
    )
    assert cio.send(path, {**form, "digest_at": "late"}, page=path).status_code == 422
    assert cio.send(path, {**form, "digest_at": "17:00"}, page=path).status_code == 303
    with company.indoors():
        kept = queries.get_open("C-it").settings
        assert (kept.kinds, kept.digest_weekday, kept.digest_minute, kept.mentions) == (("goal",), 4, 17 * 60, False)
    assert cio.send(f"{path}/disconnect", {}, page=path).status_code == 303
    assert cio.get(path).status_code == 404


def test_what_was_done_to_a_channel_is_on_its_trail(channels: Channels, company: Company) -> None:
    from collab.audit.queries import list_entries

    here = channels.connect("C-it", "it", "cio")
    channels.connect("C-it", "it", "cio", details="none")
    with company.indoors():
        assert [(row.verb, row.actor) for row in list_entries(here.subject)] == [
            ("connect", "cio@example.com"), ("change", "cio@example.com"),
        ]  # fmt: skip
