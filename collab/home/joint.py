"""Where two sides stand with each other, in the reader's words: the page, the API and Slack say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collab.blueprints.queries.joint import Rated
from collab.escalations.messages import Waited, span
from collab.escalations.rules.answers import Pair
from collab.goals.queries.joint import JointGoal
from collab.home.queries.joint import Joint
from collab.home.queries.sides import Party
from collab.initiatives.queries.joint import JointInitiative
from collab.kernel.i18n import Reader
from collab.pulses.queries.joint import GapThen
from collab.pulses.rules.gap import shown

PAGE = "/joint"


@dataclass(frozen=True)
class Line:
    """One thing said of the two, and where it is to be read in full."""

    text: str
    path: str


def address_of(joint: Joint) -> str:
    """The page about these two."""
    return f"{PAGE}?one={joint.chosen.one.code}&with={joint.chosen.other.code}"


def sentence(joint: Joint, how: Reader) -> Line:
    """Where the two disagree most, in one sentence; or that they do not, or have nothing to disagree about."""
    most = joint.disagreement
    if most is None:
        said = "nothing" if joint.empty else "agreed"
        return Line(how.say(f"home.joint.top.{said}", **_sides(joint, how)), address_of(joint))
    if isinstance(most.about, JointGoal):
        return _goal(most.about, joint, how)
    if isinstance(most.about, JointInitiative):
        return _health(most.about, joint, how)
    if isinstance(most.about, GapThen):
        return _pulse(most.about, joint, how)
    assert isinstance(most.about, Rated)  # noqa: S101 - the four there are
    return _rating(most.about, joint, how)


def _sides(joint: Joint, how: Reader) -> dict[str, str]:
    return {"one": joint.chosen.one.name(how), "other": joint.chosen.other.name(how)}


def _goal(goal: JointGoal, joint: Joint, how: Reader) -> Line:
    said = {"a": goal.one.confidence, "b": goal.other.confidence, "title": goal.goal.title}
    return Line(how.say("home.joint.top.goal", **said, **_sides(joint, how)), f"/goals/{goal.goal.key}#owners")


def _health(row: JointInitiative, joint: Joint, how: Reader) -> Line:
    said = {"a": how.say(f"web.status.{row.one.health}"), "b": how.say(f"web.status.{row.other.health}")}
    key, title = row.initiative.key, row.initiative.title
    return Line(
        how.say("home.joint.top.health", title=title, **said, **_sides(joint, how)), f"/initiatives/{key}#health"
    )


def _rating(rated: Rated, joint: Joint, how: Reader) -> Line:
    row = joint.initiative(rated.initiative)
    said = {"a": rated.ratings[row.one.slot - 1], "b": rated.ratings[row.other.slot - 1], "n": rated.question}
    path = f"/initiatives/{row.initiative.key}/dialogue"
    return Line(how.say("home.joint.top.rating", title=row.initiative.title, **said, **_sides(joint, how)), path)


def _pulse(gap: GapThen, joint: Joint, how: Reader) -> Line:
    a, b = (f"{mean:.1f}" for mean in gap.ratings)
    said = {"question": gap.question.said(how.locale), "a": a, "b": b}
    return Line(how.say("home.joint.top.pulse", **said, **_sides(joint, how)), f"/pulses/{gap.key}")


def gap_line(joint: Joint, how: Reader) -> Line | None:
    """The latest gap index of the two, and where it came from; None where no pulse shows both."""
    if not joint.gaps:
        return None
    latest, before = joint.gaps[-1], joint.gaps[-2] if len(joint.gaps) > 1 else None
    said = {"n": shown(latest.pair.index)}
    word = "gap" if before is None else "gap_from"
    was = {"was": shown(before.pair.index)} if before else {}
    return Line(how.say(f"home.joint.line.{word}", **said, **was), f"/pulses/{latest.key}")


def figures(joint: Joint, how: Reader) -> Iterator[tuple[str, Line]]:
    """One line for each part of the page that holds something, with how many; its name is also the anchor there."""
    counts = {
        "goals": sum(1 for goal in joint.goals if goal.far),
        "initiatives": sum(1 for row in joint.initiatives if row.apart),
        "unsigned": len(joint.unsigned), "blockers": len(joint.blockers) + joint.more_blockers, "keys": len(joint.keys),
    }  # fmt: skip
    for part, count in counts.items():
        if count:
            yield part, Line(how.say(f"home.joint.line.{part}", n=count), f"{address_of(joint)}#{part}")
    for number, pair in enumerate(joint.answers):
        yield (
            f"answers{number + 1}",
            Line(answered(pair, joint, how, back=bool(number)), f"{address_of(joint)}#answers"),
        )
    gap = gap_line(joint, how)
    if gap is not None:
        yield "pulse", gap


def answered(pair: Pair, joint: Joint, how: Reader, *, back: bool) -> str:
    """How long one side takes to answer the other: the median in business time, of how many."""
    asked = (joint.chosen.one if back else joint.chosen.other).name(how)
    if pair.median_minutes is None:
        return how.say(
            "home.joint.line.unanswered" if pair.asks else "home.joint.line.not_asked", asked=asked, n=pair.asks
        )
    return how.say("home.joint.line.answers", asked=asked, median=minutes(pair.median_minutes, how), n=pair.answered)


def minutes(count: int, how: Reader) -> str:
    """Business minutes in words."""
    return span(Waited("-", 0, count), how)


def keys_missing(names: list[str], how: Reader) -> str:
    """Whose key is waited for."""
    return how.say("list.comma").join(names) or how.say("home.joint.keys.not_told")


def party_of(joint: Joint, side: int | None) -> Party | None:
    """The first or the second of the two."""
    return {1: joint.chosen.one, 2: joint.chosen.other}.get(side or 0)
