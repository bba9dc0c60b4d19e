"""Hostile words in comments, and in the names of people, departments and goals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest

from tests.factories import Company
from tests.faults.hostile_text.as_seen import plainly
from tests.faults.hostile_text.words import (
    CIO,
    CMO,
    HUGE,
    MIKA,
    REFUSED,
    SHOWN,
    even,
    everything,
    named,
    odd,
    sent,
    shows,
)
from tests.imports.files import taken
from tests.parts.clients import Api
from tests.slack_double import SlackDouble

# Deciding


@pytest.mark.parametrize(
    ("text", "verb"), list(zip(SHOWN.values(), cycle(["return", "reject"]), strict=False)), ids=SHOWN.keys()
)
def test_comments_by_the_api(
    text: str, verb: str, company: Company, as_: Callable[[str], Api], slack: SlackDouble, deliver: Callable[[], None]
) -> None:
    key = company.filed()
    deliver()
    for who, said in (("cmo", "approve"), ("cio", verb)):
        answer = as_(who).post(f"/purchases/{key}/decisions", {"verb": said, "comment": text})
        assert answer.status_code == 201, answer.json
        deliver()
    told = [one for one in everything(slack).texts if plainly(one) == plainly(text)]
    assert len(told) >= 2  # both to the requester, and on the cards


@even
def test_a_reason_in_slack(text: str, company: Company, served: SlackDouble, deliver: Callable[[], None]) -> None:
    company.filed()
    deliver()
    card = served.record.last_to(CMO)
    modal = served.play.click(CMO, card, "差し戻し").view
    served.play.submit(CMO, modal, {"comment": text})
    deliver()
    assert shows(everything(served), text)


@odd
def test_a_typed_reason(text: str, company: Company, served: SlackDouble, deliver: Callable[[], None]) -> None:
    company.filed()
    deliver()
    served.play.slash(CMO, "/collab", f"return PR-1 {text}")
    deliver()
    assert shows(everything(served), text)


@pytest.mark.parametrize("text", [*REFUSED.values(), *HUGE.values()], ids=[*REFUSED, *HUGE])
def test_a_comment_that_cannot_be_taken(text: str, company: Company, as_: Callable[[str], Api]) -> None:
    key = company.filed()
    answer = sent(as_("cmo"), f"/purchases/{key}/decisions", {"verb": "return", "comment": text})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["comment"]
    assert company.purchase(key).state == "pending"


# Names of people, departments, offices and goals


@named
def test_names_from_a_file(text: str, company: Company, slack: SlackDouble, deliver: Callable[[], None]) -> None:
    name = text[:60].strip()
    cell = '"' + name.replace('"', '""') + '"'
    for kind, header, row in (
        ("members", "email,name_en,name_ja", f"{MIKA},{cell},{cell}"),
        ("members", "email,name_en,name_ja", f"{CIO},{cell},{cell}"),
        ("departments", "code,name_en,name_ja,side", f"marketing,{cell},{cell},business"),
    ):
        found = taken(company, kind, header, row)
        assert found["state"] == "done", found
    with company.indoors():
        from collab.goals.models import Goal
        from collab.kernel.atomic import atomic
        from collab.kernel.db import db

        with atomic():
            db.session.get(Goal, 1).title = text
    company.filed()
    deliver()
    seen = everything(slack)
    assert shows(seen, name.lstrip("'"))
    assert shows(seen, f"G-1 {text}", 300)


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\x7f", "x" * 100_000], ids=["NUL", "escape", "delete", "100 kB"])
def test_names_that_cannot_be_shown_are_refused(text: str, company: Company, as_: Callable[[str], Api]) -> None:
    import io

    content = f"email,name_en,name_ja\n{MIKA},{text},{text}\n".encode()
    answer = as_("admin").send(
        "POST", "/imports", data={"kind": "members", "file": (io.BytesIO(content), "members.csv")}
    )
    if answer.status_code == 202:
        from tests.imports.files import report, run

        run(company, answer.json["id"])
        assert report(company, answer.json["id"])["state"] == "refused"
    else:
        assert answer.status_code == 422
