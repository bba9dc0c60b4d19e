"""Groups have names in both languages, and pages say those; the code stands where a group has none."""

from __future__ import annotations

from collections.abc import Callable

from collab.access.queries.reviewing import PAGE
from collab.exports import service
from collab.kernel.atomic import atomic
from collab.kernel.i18n import Reader
from collab.people.models import Group, GroupMember
from tests.approvals.test_service_planning import route
from tests.factories import Company
from tests.parts.clients import Pages


def test_a_group_is_called_by_its_name_in_the_readers_language(
    company: Company, pages_as: Callable[[str], Pages]
) -> None:
    with company.indoors():
        with atomic() as unit:
            unit.session.add(Group(code="security", name_en="Information security", name_ja="情報セキュリティ担当"))
            unit.session.flush()
            unit.session.add(GroupMember(group_code="security", member_id=company.id("kenji")))
        files = [
            service.take(
                company.member("auditor"), "members", "csv", {}, now=company.now, how=Reader(locale, "Asia/Tokyo")
            )
            for locale in ("en", "ja")
        ]
        company.routes(route("group:security", "group:of-nobody", "office:CFO"))
    assert b"Information security" in files[0].content
    assert "情報セキュリティ担当".encode() in files[1].content
    english, japanese = (pages_as(name).get("/routes").text for name in ("emma", "mika"))
    assert "Group “Information security”" in english
    assert "グループ「情報セキュリティ担当」" in japanese
    assert "Group “of-nobody”" in english
    assert "所属グループ：情報セキュリティ担当" in pages_as("admin").get(PAGE).text
