"""The permit engine: nothing is open by omission."""

from __future__ import annotations

import pytest

from collab.kernel.errors import NotAllowed, NotNow
from collab.kernel.permits import ANYBODY, Permits, permit, row


@pytest.fixture
def permits() -> Permits:
    table = Permits()
    table.add(
        [
            row("x.do", ["seat"], ["open"], unless=["auditor", "barred"], why_not="not_your_seat"),
            row("x.see", [ANYBODY]),
        ]
    )
    return table


def test_a_verb_without_a_row_is_a_bug_not_a_yes(permits: Permits) -> None:
    with pytest.raises(KeyError):
        permits.check("x.undo", frozenset({"seat"}))


@pytest.mark.parametrize(
    ("who", "state", "refusal", "code"),
    [
        (set(), "open", NotAllowed, "not_your_seat"), ({"barred"}, "open", NotAllowed, "barred_barred"),
        ({"seat", "barred"}, "open", NotAllowed, "barred_barred"), ({"seat"}, "closed", NotNow, "wrong_state"),
        ({"auditor"}, "open", NotAllowed, "not_your_seat"), ({"auditor", "barred"}, "open", NotAllowed, "barred_barred"),
        ({"auditor", "seat"}, "open", NotAllowed, "barred_auditor"),
        ({"seat"}, None, NotNow, "wrong_state"), ({"seat", "barred"}, "closed", NotAllowed, "barred_barred"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(
    permits: Permits, who: set[str], state: str | None, refusal: type[Exception], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        permits.check("x.do", frozenset(who), state)
    assert str(refused.value) == code
    assert not permits.allows("x.do", frozenset(who), state)


def test_anybody_is_everybody(permits: Permits) -> None:
    permits.check("x.see", frozenset())


def test_a_second_row_for_a_verb_is_refused_the_same_one_again_is_not(permits: Permits) -> None:
    permits.add([row("x.see", [ANYBODY])])
    with pytest.raises(ValueError, match=r"x\.see"):
        permits.add([row("x.see", ["member"])])


def test_an_edge_carries_its_verb() -> None:
    assert permit("x.do")(lambda: None).permit == "x.do"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("who", "unless", "roles", "never"),
    [
        (["member"], [], {"auditor"}, True), (["member"], [], {"member"}, False), (["seat"], [], {"member"}, False),
        (["seat"], ["auditor"], {"auditor"}, True), (["office:CEO"], [], {"member", "office:CIO"}, True),
        (["seat", "office:CEO"], [], {"member"}, False), ([ANYBODY], ["partner"], {"partner"}, True), ([ANYBODY], [], set(), False),
        (["seat"], ["requester"], {"member"}, False),
    ],
)  # fmt: skip
def test_roles_alone_tell_who_never_may(who: list[str], unless: list[str], roles: set[str], never: bool) -> None:
    refusal = row("x.do", who, ["open"], unless=unless).never(frozenset(roles))
    assert (refusal is not None) == never
