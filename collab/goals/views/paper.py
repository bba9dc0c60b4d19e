"""What the page of one goal shows a viewer: where it stands and where it should be, who answers for it and what they think, how
it is computed, what it serves and what serves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.goals.queries.arithmetic import formula
from collab.goals.queries.checkins import CheckInView
from collab.goals.queries.metrics import MetricView
from collab.goals.queries.paper import Paper, Side
from collab.goals.queries.promises import pledge
from collab.goals.queries.stages import stage_names
from collab.goals.rules.progress import WHOLE
from collab.goals.views.arithmetic import formula_lines, pace_lines
from collab.goals.views.lines import Names, lines
from collab.goals.views.saying import TONES, distance, figure, judged, limit, number, thresholded, way
from collab.goals.views.trend import Trend, felt_table, sentence, table, trend_of
from collab.kernel.i18n import Reader
from collab.subjects.registry import Summary

OVER = {
    "approved",
    "purchased",
    "rejected",
    "dropped",
    "revoked",
    "done",
    "confirmed",
    "declined",
    "withdrawn",
    "ended",
    "closed",
}
"""States, of whatever serves a goal, in which nothing more is to be done for it."""


@dataclass(frozen=True)
class View:
    """One goal before one reader."""

    paper: Paper
    how: Reader
    now: datetime

    @property
    def names(self) -> Names:
        """Who and what is spoken of."""
        return Names(self.paper.names, self.paper.departments)

    def member(self, side: Side) -> str:
        """The name of somebody who answers for it."""
        return self.names.member(side.held.member, self.how)

    def department(self, side: Side) -> str:
        """Their side's name."""
        return self.names.department(side.held.department, self.how)


def page(view: View, *, inside: bool) -> dict[str, Any]:
    """Everything the template needs; `inside` is False for a guest."""
    paper, how = view.paper, view.how
    goal, standing = paper.goal, paper.standing
    trend = trend_of(goal, standing.metrics, sides_of(view), paper.day, inside=inside)
    runs = judged(goal, standing)
    children = lines(paper.children.lines, view.names, how)
    return {
        "paper": paper, "goal": goal, "standing": standing, "names": paper.names, "departments": paper.departments,
        "runs": runs, "tone": TONES[standing.suggested] if runs else "", "way": way(goal, standing, how),
        "distance": distance(goal, standing, how) if runs else "",
        "bar": None if standing.progress is None or thresholded(goal, standing) else float(standing.progress), "hoped": _hoped(view),
        "progress": "" if standing.progress is None else number(standing.progress, how), "marks": list(marks(view)),
        "main": metric_row(standing.main, how) if standing.main else None,
        "metrics": [metric_row(one, how) for one in standing.metrics], "pair": pair(view),
        "sides": [side_row(view, side) for side in paper.sides], "facts": facts(view),
        "parents": lines(paper.parents, view.names, how), "children": children,
        "by_department": _by_department(view, children), "trend": trend, "alt": sentence(trend, how),
        "figures": table(trend, how), "felt": felt_table(trend, how), "sums": sums(view), **_chart(trend),
        **_serving(paper.related),
    }  # fmt: skip


def ask(view: View, member: int) -> dict[str, Any] | None:
    """The check-in a member who answers for it is asked for: until when, and whether that is over. None where none is."""
    mine = next((side for side in view.paper.sides if side.held.member == member), None)
    if mine is None or mine.said.due_at is None or view.paper.goal.state != "active":
        return None
    return {"at": mine.said.due_at, "late": mine.overdue(view.now)}


def sides_of(view: View) -> Mapping[int, str]:
    """Who answers for each side, as the drawing names them."""
    return {side.held.side: view.member(side) for side in view.paper.sides}


def metric_row(metric: MetricView, how: Reader) -> dict[str, Any]:
    """One metric in words: where it began, is, and is to go."""
    progress = metric.progress
    return {
        "id": metric.id, "name": metric.name, "main": metric.main, "role": metric.role, "gathers": metric.gathers,
        "baseline": figure(metric, metric.course.baseline, how),
        "baseline_on": how.day(metric.baseline_on) if metric.baseline_on else "",
        "value": figure(metric, metric.figure, how), "on": how.day(metric.measured_on) if metric.measured_on else "",
        "target": "" if metric.course.control else figure(metric, metric.course.target, how), "limit": limit(metric, how),
        "broken": metric.broken,
        "progress": "" if progress is None else how.say("goal.see.metric.places", n=number(progress, how)),
    }  # fmt: skip


def pair(view: View) -> str:
    """Of a promise, how far what customers experience is from what is promised: as the ledger counts it."""
    found, how = pledge(view.paper.goal, view.paper.standing), view.how
    if found.gap is None or found.experience is None:
        return ""
    if found.gap == 0:
        return how.say("goal.see.metric.gap_even")
    word = "gap_short" if found.short else "gap_over"
    return how.say(f"goal.see.metric.{word}", n=figure(found.experience, abs(found.gap), how))


def side_row(view: View, side: Side) -> dict[str, Any]:
    """One of those who answer for it."""
    how, said = view.how, side.said
    return {
        "name": view.member(side), "department": view.department(side), "state": side.held.state, "means": side.held.means,
        "reason": side.held.decline_reason, "confidence": said.confidence, "at": said.at,
        "overdue": view.paper.goal.state == "active" and side.overdue(view.now),
        "shown": "" if said.confidence is None else how.say("goal.see.chart.per_cent", n=said.confidence),
    }  # fmt: skip


def marks(view: View) -> Iterable[dict[str, Any]]:
    """What has to be noticed before anything else, in sentences."""
    paper, how, standing = view.paper, view.how, view.paper.standing
    words = {
        "claimed": how.say(f"web.status.{standing.status}"),
        "suggested": how.say(f"web.status.{standing.suggested}"),
    }
    if standing.diverged:
        yield _mark("warn", how.say("goal.see.mark.diverged_long", n=standing.divergence, **_both(view)))
    if standing.overridden and judged(paper.goal, standing):
        word = "watermelon" if standing.watermelon else "overridden"
        yield _mark("warn", how.say(f"goal.see.mark.{word}_long", **words))
    for metric in standing.metrics:
        if metric.broken:
            told = {"metric": metric.name, "value": figure(metric, metric.figure, how), "limit": limit(metric, how)}
            yield _mark("bad", how.say("goal.see.mark.broken_long", **told))
    if standing.stale and standing.main is not None:
        yield _mark("warn", how.say("goal.see.mark.stale_long", on=standing.main.measured_on))
    yield from _dark(view)
    yield from _life(view)


def _dark(view: View) -> Iterable[dict[str, Any]]:
    for side in view.paper.sides if view.paper.standing.dark else ():
        if side.overdue(view.now):
            word = "dark_long" if side.said.at else "dark_never"
            yield _mark("bad", view.how.say(f"goal.see.mark.{word}", who=view.member(side), since=side.said.at or ""))


def _life(view: View) -> Iterable[dict[str, Any]]:
    """What stands beside the figures: its goalposts, its place in the tree."""
    paper, how = view.paper, view.how
    if paper.moved:
        link = f"/goals/goalposts?goal={paper.goal.key}"
        yield _mark(
            "warn", how.say("goal.see.mark.moved_long", n=paper.moved), link, how.say("goal.see.mark.moved_look")
        )
    if paper.orphan and paper.goal.state != "closed":
        yield _mark("info", how.say("goal.see.mark.orphan_long"))


def facts(view: View) -> list[tuple[str, str]]:
    """Label and value."""
    goal, how = view.paper.goal, view.how
    stage = (
        next((how.name(one) for one in stage_names() if one.code == goal.journey_stage), "")
        if goal.journey_stage
        else ""
    )
    rows = [
        ("goal.see.kind_label", how.say(f"goal.see.kind.{goal.kind}")), ("goal.see.days", days(view)),
        ("goal.see.stage", stage), ("goal.see.visibility", how.say(f"goal.see.seen_by.{goal.visibility}")),
    ]  # fmt: skip
    return [(how.say(label), value) for label, value in rows]


def days(view: View) -> str:
    """From when until when."""
    goal, how = view.paper.goal, view.how
    if goal.starts_on and goal.due_on:
        return how.say("goal.see.from_to", start=goal.starts_on, due=goal.due_on)
    return how.say("goal.see.until", due=goal.due_on) if goal.due_on else ""


def history(view: View) -> list[dict[str, Any]]:
    """The latest check-ins, as a timeline."""
    how, names = view.how, view.names
    return [
        {
            "verb": one.status or one.suggested, "who": names.member(one.member, how), "at": one.at.isoformat(),
            "text": how.moment(one.at), "comment": one.note or "", "title": _said(one, how),
        }
        for one in view.paper.checkins
    ]  # fmt: skip


def _said(one: CheckInView, how: Reader) -> str:
    words = [how.say(f"web.status.{one.status or one.suggested}")]
    if one.confidence is not None:
        words.append(f"{how.say('goal.see.side.confidence')} {how.say('goal.see.chart.per_cent', n=one.confidence)}")
    return " · ".join(words)


def sums(view: View) -> list[str]:
    """How the figures came about, line by line; what its children give stands on the page of the arithmetic."""
    standing, how = view.paper.standing, view.how
    found = [line for one in standing.metrics for line in formula_lines(formula(one), how)]
    return [*found, *pace_lines(view.paper, how)]


def _both(view: View) -> dict[str, Any]:
    first, second = view.paper.sides[0], view.paper.sides[1]
    return {
        "first": view.member(first), "second": view.member(second), "one": first.said.confidence, "two": second.said.confidence,
    }  # fmt: skip


def _hoped(view: View) -> float | None:
    """Where the bar has its mark: not for what a threshold judges."""
    standing, goal = view.paper.standing, view.paper.goal
    if standing.expected is None or thresholded(goal, standing) or not judged(goal, standing):
        return None
    return float(min(standing.expected, WHOLE))


def _by_department(view: View, children: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    names, how = view.names, view.how
    known = {one["key"]: one for one in children}
    return [
        (names.department(code, how), [known[one.goal.key] for one in some])
        for code, some in view.paper.by_department.items()
    ]


def _mark(tone: str, text: str, href: str = "", link: str = "") -> dict[str, Any]:
    return {"tone": tone, "text": text, "href": href, "link": link}


def _serving(related: Sequence[Summary]) -> dict[str, Any]:
    """What serves it: what still runs, and what is decided or done."""
    past = [thing for thing in related if thing.state.key.rpartition(".")[2] in OVER]
    return {"serving": [thing for thing in related if thing not in past], "served_before": past}


def _chart(trend: Trend) -> dict[str, Any]:
    """Whether there is a drawing, and how high it is."""
    return {"chart": f"/goals/{trend.goal.key}/trend.svg" if trend.drawn else ""}
