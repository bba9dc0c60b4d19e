"""What comes in about a blueprint, from any edge. Every item says whom it serves: `journey_stage` and `goal`, or why neither."""

from __future__ import annotations

from collab.kernel.fields import Day, Input, Several, Whole, Words, YesNo
from collab.kernel.words import LONGEST

TITLE, LINE, REASON, MOST = 120, 200, 2000, 30


class _Justified(Input):
    journey_stage = Words(LINE, allow_none=True)
    goal = Words(LINE, allow_none=True)
    unjustified_reason = Words(REASON, allow_none=True)


class BlueprintPointPatchIn(_Justified):
    """What changes of a meeting point."""

    process = Words(TITLE, allow_none=True)
    system = Words(TITLE, allow_none=True)
    detail = Words(LONGEST, allow_none=True)
    owner_1 = Words(LINE, allow_none=True)
    owner_2 = Words(LINE, allow_none=True)


class BlueprintPointIn(BlueprintPointPatchIn):
    """A process meets a system; an owner of either side, by e-mail."""

    process = Words(TITLE, required=True)
    system = Words(TITLE, required=True)
    owner_1 = Words(LINE, required=True)
    owner_2 = Words(LINE, required=True)


class BlueprintRequirementIn(_Justified):
    """What one side needs of the other; `side` where the asker stands on both."""

    title = Words(TITLE, required=True)
    detail = Words(LONGEST, allow_none=True)
    needed_by_on = Day(allow_none=True)
    side = Whole(1, 2, allow_none=True)


class BlueprintCommitIn(Input):
    """Until when it will be there, and anything to be said."""

    on = Day(required=True)
    text = Words(REASON, allow_none=True)


class BlueprintDeclineIn(Input):
    """Why not."""

    reason = Words(REASON, required=True)


class BlueprintCounterIn(Input):
    """What is offered instead, and for which day."""

    text = Words(REASON, required=True)
    on = Day(required=True)


class BlueprintWordsIn(Input):
    """Words that must be said."""

    text = Words(REASON, required=True)


class BlueprintWithdrawIn(Input):
    """Why it is needed no more."""

    reason = Words(REASON, allow_none=True)


class BlueprintAnswererIn(Input):
    """Who answers for their side, by e-mail."""

    member = Words(LINE, required=True)


class BlueprintSourcePatchIn(_Justified):
    """What changes of a data source."""

    name = Words(TITLE, allow_none=True)
    detail = Words(LONGEST, allow_none=True)
    department = Words(LINE, allow_none=True)
    owner = Words(LINE, allow_none=True)
    used_by = Several(Words(LINE, required=True), MOST)
    personal_data = YesNo()
    individual = YesNo()


class BlueprintSourceIn(BlueprintSourcePatchIn):
    """A data source: whose it is, who answers for it, which departments may use it."""

    name = Words(TITLE, required=True)
    department = Words(LINE, required=True)
    owner = Words(LINE, required=True)


class BlueprintDefinitionPatchIn(Input):
    """What changes of a definition."""

    term = Words(TITLE, allow_none=True)
    meaning = Words(LONGEST, allow_none=True)
    goals = Several(Words(LINE, required=True), MOST)


class BlueprintDefinitionIn(BlueprintDefinitionPatchIn):
    """A word, what it means to both sides, and the goals whose metrics use it."""

    term = Words(TITLE, required=True)
    meaning = Words(LONGEST, required=True)


class BlueprintCitationIn(Input):
    """What rests on which signed version."""

    version = Whole(1, 10**6, required=True)
    subject = Words(LINE, required=True)
