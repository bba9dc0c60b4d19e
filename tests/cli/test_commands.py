"""What an operator types: said plainly, exit codes that scripts can trust, never a traceback."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from collab.access.models import Token
from collab.access.queries.keys import find_token
from collab.audit.models import Entry
from collab.calendars import queries as calendars
from collab.cli import COMMANDS
from collab.kernel import clock
from collab.kernel.db import db
from collab.kernel.permits import permits
from tests.factories.company import Company
from tests.parts.applications import application, settings_for

ROUTES = Path(__file__).parents[2] / "config" / "routes" / "standard.toml"
Type = Callable[..., Result]


@pytest.fixture
def typed(app: Flask) -> Type:
    """Type a command where the small company lives."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def typed_on_nothing(tmp_path: Path) -> Iterator[Type]:
    """Type a command where no database was made yet."""
    with application(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "var")) as app:
        yield lambda *words: app.test_cli_runner().invoke(args=list(words))


def every_command(
    commands: tuple[click.Command, ...] = COMMANDS, above: str = ""
) -> Iterator[tuple[str, click.Command]]:
    for command in commands:
        name = f"{above} {command.name}".strip()
        if isinstance(command, click.Group):
            yield from every_command(tuple(command.commands.values()), name)
        else:
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(every_command()), ids=[name for name, _ in every_command()])
def test_every_command_has_a_permit_row_and_says_what_it_does(app: Flask, name: str, command: click.Command) -> None:
    assert command.callback.permit in permits
    assert len(command.help or "") > 20
    assert name in {"init", "demo", "doctor", "import"} or " " in name


BAD = {
    "an unknown member": (["token", "create", "nobody@example.com"], 1, "There is no member with the address nobody@example.com."),
    "a member who has left": (["token", "create", "gone@example.com"], 1, "gone@example.com has left already."),
    "an address that is none": (["member", "add", "nobody", "--name", "N"], 1, "email: This is not an e-mail address."),
    "an address twice": (["member", "add", "MIKA@example.com", "--name", "M"], 1, "There is a member with the address"),
    "an unknown department": (["member", "add", "new@example.com", "--name", "N", "--department", "moon"], 1, "department: Choose one of: finance, it"),
    "an unknown site": (["member", "add", "new@example.com", "--name", "N", "--site", "mars"], 1, "site: Choose one of:"),
    "a name that cannot be stored": (["member", "add", "new@example.com", "--name", "N\x07"], 1, "name: This text holds characters"),
    "two roles that exclude each other": (["member", "add", "new@example.com", "--name", "N", "--admin", "--auditor"], 2, "exclude each other"),
    "no name": (["member", "add", "new@example.com"], 2, "Missing option '--name'"),
    "a stranger leaves": (["member", "deactivate", "nobody@example.com"], 1, "There is no member"),
    "somebody leaves twice": (["member", "deactivate", "gone@example.com"], 1, "has left already"),
    "a token for longer than a year": (["token", "create", "mika@example.com", "--days", "366"], 2, "not in the range"),
    "a token for no days": (["token", "create", "mika@example.com", "--days", "0"], 2, "not in the range"),
    "a route file that is not there": (["route", "check", "nowhere.toml"], 2, "does not exist"),
    "no route file": (["route", "check"], 2, "Missing argument"),
    "a language we do not speak": (["route", "table", "--lang", "fr"], 2, "'fr' is not one of"),
    "an anchor that is not there": (["audit", "verify", "--anchor", "nowhere"], 2, "does not exist"),
    "a company twice": (["demo"], 1, "There are members already."),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "said"), list(BAD.values()), ids=list(BAD))
def test_what_cannot_be_done_is_said_in_one_line(
    company: Company, typed: Type, words: list[str], code: int, said: str
) -> None:
    typed("member", "add", "gone@example.com", "--name", "Gone")
    typed("member", "deactivate", "gone@example.com")
    done = typed(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert code == 2 or len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [["demo"], ["token", "create", "mika@example.com"], ["route", "table"], ["audit", "verify"], ["audit", "export"]],
)
def test_without_a_database_every_command_says_to_make_one(typed_on_nothing: Type, words: list[str]) -> None:
    done = typed_on_nothing(*words)
    assert done.exit_code == 1
    assert "run `flask --app wsgi init`" in done.stderr
    assert "Traceback" not in done.output


def test_init_can_be_repeated(typed_on_nothing: Type) -> None:
    first, second = typed_on_nothing("init"), typed_on_nothing("init")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "calendars taken: london, tokyo; routes taken; escalation policies taken" in first.stdout
    assert "calendars unchanged; routes unchanged; escalation policies unchanged" in second.stdout


BROKEN_FILES = {
    "a calendar with holes": (
        "calendars/night.toml",
        b'code = "night"',
        ["night.toml:", "zone: missing", "holidays: missing"],
    ),
    "a calendar that is no TOML": ("calendars/night.toml", b"code = [", ["night.toml"]),
    "routes in another encoding": ("routes/more.toml", "# 経理".encode("cp932"), ["more.toml", "utf-8"]),
    "routes without sense": (
        "routes/more.toml",
        b'[[route]]\ncode = "more"\npriority = "high"',
        ["priority", "at least one step"],
    ),
}


@pytest.mark.parametrize(("name", "content", "said"), list(BROKEN_FILES.values()), ids=list(BROKEN_FILES))
def test_one_broken_file_and_none_is_taken(tmp_path: Path, name: str, content: bytes, said: list[str]) -> None:
    config = shutil.copytree(ROUTES.parents[1], tmp_path / "config")
    (config / name).write_bytes(content)
    environ = {"COLLAB_CONFIG_DIR": str(config)}
    with application(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "var", environ)) as app:
        done = app.test_cli_runner().invoke(args=["init"])
        assert done.exit_code == 1
        assert [word for word in said if word not in done.stderr] == []
        assert "Traceback" not in done.output
        with app.app_context():
            assert calendars.list_calendars() == []
            assert db.session.query(Entry).count() == 0


def test_a_company_without_a_sample_is_told_so(tmp_path: Path) -> None:
    config = shutil.copytree(ROUTES.parents[1], tmp_path / "config")
    shutil.rmtree(config / "demo")
    environ = {"COLLAB_CONFIG_DIR": str(config)}
    with application(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "var", environ)) as app:
        done = app.test_cli_runner().invoke(args=["demo"])
    assert done.exit_code == 1
    assert "There is no sample company in" in done.stderr


def test_an_anchor_that_is_none_is_said(company: Company, typed: Type, tmp_path: Path) -> None:
    (tmp_path / "anchor").write_text("what?\n", encoding="utf-8")
    done = typed("audit", "verify", "--anchor", str(tmp_path / "anchor"))
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr


def test_a_token_is_all_that_is_printed_and_it_opens_the_api(company: Company, typed: Type) -> None:
    done = typed("token", "create", "Mika@Example.com")
    assert done.exit_code == 0
    assert done.stdout == done.stdout.strip() + "\n"
    with company.app.app_context():
        found = find_token(done.stdout.strip(), clock.now())
        (ends_at,) = db.session.scalars(select(Token.expires_at))
    assert found is not None
    assert found.actor.email == "mika@example.com"
    assert timedelta(days=364) < ends_at - clock.now() <= timedelta(days=365), "no token is for ever"


def test_a_member_comes_and_goes(company: Company, typed: Type) -> None:
    added = typed(
        "member",
        "add",
        " New@Example.com",
        "--name",
        "Nina New",
        "--name-ja",
        "新田 仁奈",
        "--department",
        "sales",
        "--site",
        "tokyo",
    )
    assert (added.exit_code, added.stdout) == (0, "new@example.com is a member.\n")
    token = typed("token", "create", "new@example.com").stdout.strip()
    with company.app.app_context():
        found = find_token(token, clock.now())
        assert found is not None
        member = found.actor
        assert (member.name_ja, member.departments, member.calendar) == ("新田 仁奈", ("sales",), "tokyo")
    assert typed("member", "deactivate", "new@example.com").exit_code == 0
    with company.app.app_context():
        assert find_token(token, clock.now()) is None, "tokens end at once"


def test_the_sample_routes_are_without_fault(typed: Type) -> None:
    assert typed("route", "check", str(ROUTES)).stdout.startswith("1 file checked, 9 examples hold: all is well.\n")


def test_every_fault_of_a_route_file_is_named_with_its_place(typed: Type, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        'colour = "red"\n[[route]]\ncode = "Small"\npriority = "high"\nwhen = { total_gte = 5, moon = true }\n'
        '[[route.step]]\nname = "One"\nseats = ["boss"]\ndue = "soon"\n[[rate]]\ncurrency = "ZZZ"\non = 2026-04-01\nworth = "1"\n',
        encoding="utf-8",
    )
    done = typed("route", "check", str(bad), str(ROUTES))
    assert (done.exit_code, done.stdout) == (1, "")
    places = [
        "colour",
        "route[0].code",
        "route[0].priority",
        "route[0].when.moon",
        "route[0].when.total_gte",
        "seats",
        "due",
        "rate[0]",
    ]
    assert [place for place in places if f"{bad}: " not in done.stderr or place not in done.stderr] == []


def test_files_that_can_be_read_may_still_leave_a_gap(typed: Type, tmp_path: Path) -> None:
    gap = tmp_path / "gap.toml"
    gap.write_text(
        '[[route]]\ncode = "small"\nwhen = { total_lt = "1000" }\n[[route.step]]\nname = "Lead"\nseats = ["department_lead"]\n'
        '[[route]]\ncode = "large"\nwhen = { total_gte = "1001" }\n[[route.step]]\nname = "Lead"\nseats = ["department_lead"]\n'
        '[[overlay]]\ncode = "more"\nbefore = "Finance"\n[[overlay.step]]\nname = "More"\nseats = ["office:CIO"]\n',
        encoding="utf-8",
    )
    done = typed("route", "check", str(gap))
    assert done.exit_code == 1
    assert "nobody decides a plain request of JPY 1000 on" in done.stderr
    assert "overlay more: there is no step 'Finance' to stand before" in done.stderr


def test_the_authority_table_reads_in_both_languages(typed: Type) -> None:
    japanese, english = typed("route", "table", "--lang", "ja").stdout, typed("route", "table", "--lang", "en").stdout
    assert japanese.startswith("職務権限表")
    assert "社長決裁" in japanese
    assert "「経理」の前" in japanese
    assert english.startswith("Authority table")
    assert "before “Finance”" in english
    assert "CMO, CIO" in english


def test_an_altered_entry_is_named(company: Company, typed: Type) -> None:
    assert typed("audit", "verify").exit_code == 0
    with company.app.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("drop trigger audit_entries_no_update"))
            connection.execute(
                text("update audit_entries set actor = 'nobody' where subject_key = 'routes' and seq = 1")
            )
        db.session.remove()
    done = typed("audit", "verify")
    assert done.exit_code == 1
    assert done.stderr == "routes entry 1: altered, moved or missing\n"


def test_an_export_counts_and_seals_what_it_wrote(company: Company, typed: Type, tmp_path: Path) -> None:
    assert typed("audit", "export", "--to", str(tmp_path / "trail.jsonl")).exit_code == 0
    *entries, last = (tmp_path / "trail.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    with company.app.app_context():
        assert json.loads(last)["entries"] == len(entries) == db.session.query(Entry).count()
    assert json.loads(last)["sha256"] == hashlib.sha256("".join(entries).encode()).hexdigest()


class TestDoctor:
    def test_a_sound_company_on_this_machine(self, typed: Type) -> None:
        said = typed("doctor").stdout
        assert "ok       Routes: version 1, 4 routes and 7 overlays." in said
        assert "note     Slack: no SLACK_BOT_TOKEN" in said
        assert "note     Audit: COLLAB_AUDIT_ANCHOR is not set" in said
        assert "note     Broker:" in said, "there is none in a test, and nothing is lost by that"

    def test_an_office_nobody_holds_is_a_problem(self, company: Company, typed: Type) -> None:
        typed("member", "deactivate", "cfo@example.com")
        done = typed("doctor")
        assert done.exit_code == 1
        assert "PROBLEM  Routes: nobody holds the office CFO" in done.stdout

    def test_whoever_decides_and_is_away_without_a_deputy_is_named(self, company: Company, typed: Type) -> None:
        company.away("cmo", deputy=None)
        company.token("mika")
        said = typed("doctor").stdout
        assert "is away and has no deputy" in said
        assert "Tokens: 1 never end (test)" in said

    def test_nothing_there_yet(self, typed_on_nothing: Type) -> None:
        done = typed_on_nothing("doctor")
        assert done.exit_code == 1
        assert "run `flask --app wsgi init`" in done.stdout
