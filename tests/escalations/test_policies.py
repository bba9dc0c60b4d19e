"""Policy files: everything wrong is said at once with its place; what is right is chosen by priority and frozen whole."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from collab.escalations import service
from collab.escalations.rules import policies as rules
from collab.escalations.rules.policies import BadPolicies
from collab.kernel.errors import Invalid, NotAllowed
from tests.factories import NOW, Company
from tests.factories.escalations import policy

STANDARD = Path(__file__).parents[2] / "config/escalations/standard.toml"
GOOD = policy({"wait": "4bh", "to": ["lead"]})


def problems(text: str) -> list[str]:
    with pytest.raises(BadPolicies) as refused:
        rules.parse([tomllib.loads(text)])
    return refused.value.problems


def test_the_standard_policies_are_well_written_and_chosen_as_meant() -> None:
    read = rules.parse([tomllib.loads(STANDARD.read_text(encoding="utf-8"))])
    chosen = {
        ("task.answer", "normal"): "normal", ("task.answer", "urgent"): "urgent", ("task.answer", "brand"): "brand",
        ("approval.seat", "normal"): "approval", ("approval.returned", "normal"): "returned",
        ("approval.seat", "urgent"): "urgent", ("agreement.delivery", "normal"): "agreement", ("new", "normal"): "normal",
    }  # fmt: skip
    assert {which: read.choose(*which).code for which in chosen} == chosen


@pytest.mark.parametrize("first", ['["lead"]', '["late", "lead"]', '["late"]\nshared = true'])
def test_a_policy_that_does_not_begin_with_the_last_chance_is_refused_with_words(first: str) -> None:
    found = problems(GOOD.replace('["late"]', first, 1))
    assert any(
        problem.startswith("policy[0].rung[0]: the first rung is the last chance of whoever is late")
        for problem in found
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "plain"', 'code = "Plain!"', "policy[0].code"),
        ('hours = "business"', 'hours = "sometimes"', "policy[0].hours"),
        ('ack = "1bd"', 'ack = "soon"', "policy[0].ack"),
        ('ack = "1bd"', 'ack = "0m"', "policy[0].ack"),
        ("loops = 2", "loops = 0", "policy[0].loops"),
        ("loops = 2", "loops = true", "policy[0].loops"),
        ('owner = "office:CEO"', 'owner = "late"', "policy[0].owner"),
        ('wait = "0m"', 'wait = "1bh"', "policy[0].rung[0].wait"),
        ('wait = "4bh"', 'wait = "four hours"', "policy[0].rung[1].wait"),
        ('to = ["lead"]', 'to = ["boss"]', "policy[0].rung[1].to"),
        ('to = ["lead"]', 'to = ["line:0"]', "policy[0].rung[1].to"),
        ('to = ["lead"]', "to = []", "policy[0].rung[1].to"),
        ('to = ["lead"]', 'to = ["late"]', "policy[0].rung[1].to"),
        ('to = ["lead"]', 'to = ["lead"]\nshared = "yes"', "policy[0].rung[1].shared"),
        ('to = ["lead"]', 'to = ["lead"]\nafter = "1bd"', "policy[0].rung[1].after"),
        ("loops = 2", "loops = 2\nrepeat = 3", "policy[0].repeat"),
        ("loops = 2", 'loops = 2\nwhen = { severity = ["huge"] }', "policy[0].when.severity"),
        ("loops = 2", 'loops = 2\nwhen = { who = ["x"] }', "policy[0].when.who"),
        ("loops = 2", 'loops = 2\nwhen = { severity = ["brand"] }', "policy: one without `when`"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert any(problem.startswith(said) for problem in found), found


def test_everything_is_said_at_once_and_codes_are_used_once() -> None:
    found = problems(GOOD.replace("loops = 2", "loops = 0").replace('ack = "1bd"', 'ack = "x"') + GOOD)
    assert len(found) == 3, found
    assert "code 'plain': used twice" in found


def test_a_frozen_policy_is_the_same_when_thawed() -> None:
    for made in rules.parse([tomllib.loads(STANDARD.read_text(encoding="utf-8"))]).policies:
        thawed = rules.thaw(made.frozen())
        assert (thawed.rungs, thawed.hours, thawed.ack, thawed.loops, thawed.owner) == (
            made.rungs, made.hours, made.ack, made.loops, made.owner,
        )  # fmt: skip


def test_files_are_checked_by_name_and_against_what_there_is_to_wait_for(company: Company) -> None:
    with company.indoors():
        assert service.check({"good.toml": GOOD.encode()}) == []
        assert service.check({"bad.toml": b"= ="})[0].startswith("bad.toml: ")
        (said,) = service.check({"one.toml": GOOD.encode(), "two.toml": GOOD.replace('"plain"', '"other"').replace(
            "loops = 2", 'loops = 2\nwhen = { watch = ["nothing.such"] }').encode()})  # fmt: skip
        assert "policy other: nothing is called 'nothing.such'" in said


def test_only_administrators_take_them_and_bad_ones_are_refused(company: Company) -> None:
    with company.indoors():
        with pytest.raises(NotAllowed):
            service.take([GOOD], actor=company.member("cmo"), now=NOW)
        with pytest.raises(Invalid) as refused:
            service.take([GOOD.replace("loops = 2", "loops = 0")], actor=company.member("admin"), now=NOW)
        assert "loops" in str(refused.value.fields["file"].args["problem"])
        assert service.take([GOOD], actor=company.member("admin"), now=NOW)


def test_an_operator_checks_and_takes_files(company: Company, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace('["late"]', '["lead"]', 1))
    typed = company.app.test_cli_runner()
    said = typed.invoke(args=["escalations", "check", str(bad)])
    assert said.exit_code == 1
    assert "the first rung is the last chance of whoever is late" in said.stderr
    assert typed.invoke(args=["escalations", "import", str(bad)]).exit_code == 1
    assert "all is well" in typed.invoke(args=["escalations", "check", str(good)]).stdout
    assert "Taken" in typed.invoke(args=["escalations", "import", str(good)]).stdout
    assert "Unchanged" in typed.invoke(args=["escalations", "import", str(good)]).stdout
