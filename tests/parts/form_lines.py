"""Every form of the sample company: who meets it where, and what to fill in where the first thing that fits will not do. Forms
that stand on none of its pages until something has happened are in `rare_states.py`.

A form is named as in `form_keys.py`. A new form needs a line: without one `test_every_page.py` and `test_every_form.py` fail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Line:
    """One form."""

    form: str
    who: str | None
    """Somebody who meets it; None is a stranger."""
    at: str
    """A page on which they do."""
    fills: Mapping[str, Any] = field(default_factory=dict)
    """By field, what makes it whole; None leaves a field as it stands."""
    left: str = "required"
    """The field whose absence is tried: the first that has to be filled in, unless named; "" for none."""
    press: str = ""
    """The value of the button that is pressed, where it is not the one that stands out."""
    gives_a_file: bool = False
    """Whether a file comes back."""
    after: str = ""
    """The form of the same page that is filled in and sent before this one is there."""

    def left_out(self, fields: Sequence[Mapping[str, Any]]) -> str:
        """Which of the fields is left empty to see what is said; "" if none can be."""
        if self.left != "required":
            return self.left
        chosen = {one["name"] for one in fields if one["kind"] == "radio" and one["checked"]}
        can_be_empty = (
            one["name"]
            for one in fields
            if one["required"] and one["name"] not in chosen and (not one["choices"] or "" in one["choices"])
        )
        return next(can_be_empty, "")


FIRST = "the first there is"
"""Of a list of choices."""
CALENDAR = """code = "%s"
zone = "Asia/Tokyo"
holidays = "JP"
closed = ["12-29/01-03", "2026-12-04"]

[hours]
mon = ["09:00-12:00", "13:00-18:00"]
tue = ["09:00-12:00", "13:00-18:00"]
wed = ["09:00-12:00", "13:00-18:00"]
thu = ["09:00-12:00", "13:00-18:00"]
fri = ["09:00-12:00", "13:00-18:00"]
"""
TABLE = {"name": "goals.csv", "mimeType": "text/csv", "buffer": b"title\nA goal\n"}
"""A file somebody brings."""
ROUTES = {
    "name": "routes.toml", "mimeType": "application/toml",
    "buffer": (Path(__file__).parents[2] / "config/routes/standard.toml").read_bytes().replace(b'due = "3bd"', b'due = "4bd"'),
}  # fmt: skip
"""The authority table, with more time for some steps."""

LINES = (
    Line("POST /admin/access-review/<key>/lines (verdict-1)", "cmo", "/admin/access-review/AR-1"),
    Line("POST /admin/access/<email>/end (forget)", "admin", "/admin/access/mika@example.com/end"),
    Line("GET /admin/attention (week)", "admin", "/admin/attention"),
    Line("GET /admin/audit (actor)", "admin", "/admin/audit"),
    Line("POST /admin/audit/verify", "admin", "/admin/audit/checks"),
    Line("GET /admin/calendars/<code> (span)", "admin", "/admin/calendars/tokyo"),
    Line("POST /admin/calendars/<code> (text)", "admin", "/admin/calendars/tokyo", {"text": CALENDAR % "tokyo"}),
    Line("POST /admin/calendars/new (text)", "admin", "/admin/calendars/new", {"text": CALENDAR % "osaka"}),
    Line("POST /admin/changes/<key>/confirm", "ceo", "/admin/changes/CC-1"),
    Line("POST /admin/changes/<key>/decline (reason)", "ceo", "/admin/changes/CC-1"),
    Line("POST /admin/changes/<key>/withdraw", "admin", "/admin/changes/CC-1"),
    Line("POST /admin/delegations/<int:number>/end", "admin", "/admin/delegations"),
    Line("POST /admin/delivery/<int:message_id>/dismiss (reason)", "admin", "/admin/delivery"),
    Line("POST /admin/delivery/<int:message_id>/retry", "admin", "/admin/delivery"),
    Line("POST /admin/delivery/pause (reason)", "admin", "/admin/delivery"),
    Line("POST /admin/departments (code)", "admin", "/admin/departments", {"code": "logistics"}),
    Line("POST /admin/departments/<code>/close (from_on)", "admin", "/admin/departments/it"),
    Line("POST /admin/departments/<code>/lead (member)", "admin", "/admin/departments/it"),
    Line("POST /admin/departments/<code>/names (name_ja)", "admin", "/admin/departments/it"),
    Line("POST /admin/departments/<code>/side (side)", "admin", "/admin/departments/it"),
    Line("GET /admin/members (words)", "admin", "/admin/members"),
    Line("POST /admin/members (email)", "admin", "/admin/members/new", {"email": "new.person@example.com"}),
    Line("POST /admin/members/<email> (name_ja)", "admin", "/admin/members/mika@example.com"),
    Line("POST /admin/members/<email>/leave", "admin", "/admin/members/mika@example.com/leave"),
    Line("POST /admin/members/<email>/manager (manager)", "admin", "/admin/members/mika@example.com"),
    Line("POST /admin/members/<email>/role (from_on)", "admin", "/admin/members/mika@example.com"),
    Line("POST /admin/offices (code)", "admin", "/admin/offices", {"code": "CDO"}),
    Line("POST /admin/offices/<code>/names (name_ja)", "admin", "/admin/offices"),
    Line("POST /admin/offices/end (term)", "admin", "/admin/offices"),
    Line("POST /admin/offices/give (office)", "admin", "/admin/offices"),
    Line("POST /admin/partners/guests/<int:number>/end", "cmo", "/admin/partners"),
    Line("POST /admin/partners/guests/<int:number>/extend", "cmo", "/admin/partners"),
    Line("POST /admin/partners/guests/<int:number>/link", "cmo", "/admin/partners"),
    Line("POST /admin/partners/invitations (name)", "cmo", "/admin/partners", {"email": "guest@hoshi.example", "until_on": "2026-12-15"}),
    Line("POST /admin/partners/invitations/<int:number>/again", "cmo", "/admin/partners"),
    Line("POST /admin/partners/invitations/<int:number>/revoke", "cmo", "/admin/partners"),
    Line("POST /admin/sites verb=change (site)", "admin", "/admin/sites", {"site": FIRST, "name_en": "Another name"}),
    Line("POST /admin/sites verb=add (site)", "admin", "/admin/sites", {"site": "osaka", "name_ja": "大阪", "name_en": "Osaka", "zone": "Asia/Tokyo", "calendar": FIRST}),
    Line("GET /agreements (state)", "mika", "/agreements"),
    Line("POST /agreements (title)", "mika", "/agreements/new", {"giver.department": "it", "receiver.department": "marketing"}),
    Line("POST /agreements/<key>/deliver", "it-lead", "/agreements/DA-3"),
    Line("POST /agreements/<key>/deliver (link)", "it-lead", "/agreements/DA-3"),
    Line("POST /agreements/<key>/end (reason)", "mika", "/agreements/DA-1"),
    Line("POST /agreements/<key>/handover (to)", "mika", "/agreements/DA-1"),
    Line("POST /agreements/<key>/pause (reason)", "mika", "/agreements/DA-1"),
    Line("POST /agreements/<key>/postpone (on)", "it-lead", "/agreements/DA-3", {"on": "2026-11-20"}),
    Line("POST /alert (text)", "mika", "/alert"),
    Line("POST /channels/<int:number> (whose)", "cmo", "/channels/1"),
    Line("POST /channels/<int:number>/disconnect", "cmo", "/channels/1"),
    Line("POST /enter", None, "/"),
    Line("GET /escalations (state)", "mika", "/escalations"),
    Line("POST /escalations/<int:escalation_id>/acknowledge", "it-lead", "/escalations/60"),
    Line("POST /escalations/<int:escalation_id>/escalate (reason)", "it-lead", "/escalations/60"),
    Line("POST /exports/<code>", "mika", "/goals", gives_a_file=True),
    Line("GET /goals (q)", "mika", "/goals"),
    Line("POST /goals (title)", "mika", "/goals/new"),
    Line("POST /goals/<key>/accept (means)", "cio", "/goals/G-7"),
    Line("POST /goals/<key>/acknowledge", "mika", "/goals/G-4"),
    Line("POST /goals/<key>/close (result)", "mika", "/goals/G-4"),
    Line("POST /goals/<key>/contributors (member)", "mika", "/goals/G-4/people"),
    Line("POST /goals/<key>/contributors/remove", "cmo", "/goals/G-18"),
    Line("POST /goals/<key>/decline (reason)", "cio", "/goals/G-7"),
    Line("POST /goals/<key>/discuss (note)", "mika", "/goals/G-4"),
    Line("POST /goals/<key>/edit (title)", "cmo", "/goals/G-1/edit", {"reason": "It is clearer so"}),
    Line("POST /goals/<key>/follow", "mika", "/goals/G-1"),
    Line("POST /goals/<key>/measurements (metric)", "cmo", "/goals/G-1", {"on": "2026-11-17"}),
    Line("POST /goals/<key>/measurements (on)", "mika", "/goals/G-4", {"on": "2026-11-17"}),
    Line("POST /goals/<key>/metrics (name)", "cmo", "/goals/G-1/edit", {"reason": "It is clearer so"}),
    Line("POST /goals/<key>/metrics/<int:metric> (name)", "cmo", "/goals/G-1/edit", {"reason": "It is clearer so"}),
    Line("POST /goals/<key>/owners (first)", "mika", "/goals/G-4/people", {"first": "sales eri@example.com"}),
    Line("POST /goals/<key>/parents (parents.1.goal)", "cmo", "/goals/G-1/edit", {"reason": "It is clearer so"}),
    Line("POST /goals/<key>/part (part)", "mika", "/goals/G-1"),
    Line("POST /goals/<key>/pause (reason)", "mika", "/goals/G-4"),
    Line("POST /goals/checkin (G-1.numerator)", "mika", "/goals/checkin"),
    Line("POST /goals/checkin (G-1.value)", "cmo", "/goals/checkin"),
    Line("GET /goals/goalposts (period)", "mika", "/goals/goalposts"),
    Line("POST /goals/journey (code)", "cmo", "/goals/journey", {"code": "after"}),
    Line("POST /goals/journey/<code> (name_ja)", "cmo", "/goals/journey"),
    Line("POST /goals/rhythm/<department> (every_weeks)", "cmo", "/goals/rhythm/marketing"),
    Line("GET /help (q)", "mika", "/help"),
    Line("POST /imports (kind)", "mika", "/imports", {"file": TABLE}),
    Line("GET /initiatives (state)", "mika", "/initiatives"),
    Line("POST /initiatives (problem)", "mika", "/initiatives/new", {"goals.0": FIRST}),
    Line("POST /initiatives/<key>/answers (rating)", "cmo", "/initiatives/I-1/dialogue"),
    Line("POST /initiatives/<key>/blueprint", "cio", "/initiatives/I-5"),
    Line("POST /initiatives/<key>/blueprint/citations (subject)", "mika", "/initiatives/I-1/blueprint", {"subject": "G-1", "version": "1"}),
    Line("POST /initiatives/<key>/blueprint/citations/remove", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/definitions (term)", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/definitions/<int:number> (term)", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/definitions/<int:number>/lay", "cmo", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/lay", "cmo", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/points (process)", "mika", "/initiatives/I-1/blueprint", {"journey_stage": FIRST, "goal": FIRST, "unjustified_reason": None}),
    Line("POST /initiatives/<key>/blueprint/points/<int:number> (process)", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements (title)", "mika", "/initiatives/I-1/blueprint", {"journey_stage": FIRST, "goal": FIRST, "unjustified_reason": None}),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/agree", "cio", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/answerer (member)", "cio", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/commit (on)", "cio", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/counter (on)", "cio", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/decline (reason)", "cio", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/met", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/requirements/<int:number>/withdraw", "mika", "/initiatives/I-1/blueprint"),
    Line("POST /initiatives/<key>/blueprint/sources (name)", "mika", "/initiatives/I-1/blueprint", {"journey_stage": FIRST, "goal": FIRST, "unjustified_reason": None}),
    Line("POST /initiatives/<key>/blueprint/sources/<int:number> (name)", "mika", "/initiatives/I-1/blueprint"),
    # a charter is kept half-written: what is missing is said when it is laid out
    Line("POST /initiatives/<key>/charter (vision)", "cmo", "/initiatives/I-1/charter/write", left=""),
    Line("POST /initiatives/<key>/close (result)", "cmo", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/constraints (kind)", "mika", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/dialogue", "cmo", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/differences (text)", "cmo", "/initiatives/I-1/dialogue"),
    Line("POST /initiatives/<key>/edit (problem)", "cmo", "/initiatives/I-1/edit"),
    Line("POST /initiatives/<key>/follow", "mika", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/goals (goal)", "cmo", "/initiatives/I-1/edit", {"goal": FIRST}),
    Line("POST /initiatives/<key>/goals/remove", "cmo", "/initiatives/I-1/edit"),
    Line("POST /initiatives/<key>/health (health)", "cmo", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/leads (lead.1)", "cmo", "/initiatives/I-1/edit", {"lead.1": "cmo@example.com"}),
    Line("POST /initiatives/<key>/log (kind)", "mika", "/initiatives/I-1", {"weight": FIRST}),
    Line("POST /initiatives/<key>/milestones (title)", "mika", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/milestones/<int:number>/drop (note)", "cmo", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/milestones/<int:number>/reach", "cmo", "/initiatives/I-1"),
    Line("POST /initiatives/<key>/participants (member)", "cmo", "/initiatives/I-1/edit", {"member": FIRST}),
    Line("POST /initiatives/<key>/participants/remove", "cmo", "/initiatives/I-1/edit"),
    Line("POST /initiatives/<key>/pilot (question)", "cmo", "/initiatives/I-1"),
    Line("GET /joint (one)", "mika", "/joint"),
    Line("POST /language", "mika", "/"),
    Line("POST /leave", "mika", "/"),
    Line("POST /me/absence (from_on)", "mika", "/me", {"from_on": "2026-12-01", "until_on": "2026-12-04"}),
    Line("POST /me/access/tokens (label)", "mika", "/me/access"),
    Line("POST /me/access/tokens/<int:token_id>/revoke", "mika", "/me/access", after="POST /me/access/tokens (label)"),
    Line("POST /me/digest (wanted)", "mika", "/me/digest"),
    Line("POST /me/follows", "mika", "/me/follows"),
    Line("POST /me/notifications (daily)", "mika", "/me/notifications"),
    Line("POST /me/standing-in/delegations (deputy)", "mika", "/me/standing-in", {"from_on": "2026-12-01", "until_on": "2026-12-04"}),
    Line("POST /me/standing-in/delegations (principal)", "admin", "/me/standing-in", {"principal": "mika@example.com", "deputy": "cmo@example.com", "from_on": "2026-12-01", "until_on": "2026-12-04"}),
    Line("POST /me/standing-in/secretaries (principal)", "admin", "/me/standing-in", {"principal": "cmo@example.com", "secretary": "mika@example.com"}),
    Line("POST /me/standing-in/secretaries (secretary)", "mika", "/me/standing-in"),
    Line("POST /people/slack/dismiss", "admin", "/people/slack"),
    Line("POST /pulses/<key>/answers (q.metrics)", "mika", "/pulses/AP-3"),
    Line("POST /pulses/<key>/cancel (reason)", "cmo", "/pulses/AP-3"),
    Line("POST /pulses/<key>/close", "cmo", "/pulses/AP-3"),
    Line("GET /purchases (state)", "mika", "/purchases"),
    Line("POST /purchases (title)", "mika", "/purchases/new", {"after_the_fact.reason": None}),
    Line("POST /purchases/<key>/amend", "mika", "/purchases/PR-4"),
    Line("POST /purchases/<key>/ask_to_return", "mika", "/purchases/PR-63"),
    Line("POST /purchases/<key>/circulate (members)", "mika", "/purchases/PR-4"),
    Line("POST /purchases/<key>/conditions/<int:number>/waive (comment)", "ceo", "/purchases/PR-78"),
    Line("POST /purchases/<key>/copy", "mika", "/purchases/PR-4"),
    Line("POST /purchases/<key>/decisions verb=approve", "cfo", "/purchases/PR-64"),
    Line("POST /purchases/<key>/decisions verb=approve (comment)", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/decisions verb=approve (condition1_text)", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/decisions verb=reject (comment)", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/decisions verb=return (comment)", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/drop", "mika", "/purchases/PR-70"),
    Line("POST /purchases/<key>/hold (reason)", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/lift (comment)", "ceo", "/purchases/PR-64"),
    Line("POST /purchases/<key>/more_time", "cmo", "/purchases/PR-63"),
    Line("POST /purchases/<key>/purchased (on)", "mika", "/purchases/PR-4", {"on": "2026-11-17"}),
    Line("POST /purchases/<key>/questions (member)", "cmo", "/purchases/PR-63", {"member": FIRST}),
    Line("POST /purchases/<key>/read", "cfo", "/purchases/PR-82"),
    Line("POST /purchases/<key>/revocation (comment)", "mika", "/purchases/PR-4"),
    Line("POST /purchases/<key>/revocation/answer", "cfo", "/purchases/PR-83"),
    Line("POST /purchases/<key>/revocation/answer (comment)", "cfo", "/purchases/PR-83"),
    Line("POST /purchases/<key>/revoke (comment)", "cmo", "/purchases/PR-1"),
    Line("POST /purchases/<key>/share (members)", "mika", "/purchases/PR-70"),
    Line("POST /purchases/<key>/steps (members)", "cmo", "/purchases/PR-63", {"members": "cio@example.com", "before": "yes"}),
    Line("POST /purchases/<key>/submit", "mika", "/purchases/PR-70"),
    Line("POST /purchases/<key>/time_to_mend", "mika", "/purchases/PR-70"),
    Line("POST /purchases/<key>/undo", "cmo", "/purchases/PR-67"),
    Line("POST /purchases/<key>/withdraw", "mika", "/purchases/PR-70"),
    Line("GET /reports/answers (from)", "mika", "/reports/answers"),
    Line("POST /reviews", "cmo", "/reviews"),
    Line("POST /routes/proposals (files)", "admin", "/routes/proposals", {"files": ROUTES}),
    Line("GET /routes/simulate (total)", "mika", "/routes/simulate"),
    Line("GET /search (q)", "mika", "/", {"q": "mail"}),
    Line("POST /signatures/<int:sheet_id>/sign", "cio", "/initiatives/I-5/charter"),
    Line("GET /slack/preview (member)", "mika", "/slack/preview"),
    Line("POST /slack/preview (line)", "mika", "/slack/preview"),
    Line("GET /tasks (state)", "mika", "/tasks"),
    Line("POST /tasks (department)", "mika", "/tasks/new"),
    Line("POST /tasks/<key>/accept", "cio", "/tasks/T-15"),
    Line("POST /tasks/<key>/accept (due)", "cio", "/tasks/T-15"),
    Line("POST /tasks/<key>/block (reason)", "cmo", "/tasks/T-22"),
    Line("POST /tasks/<key>/confirm", "it-lead", "/tasks/T-21"),
    Line("POST /tasks/<key>/counter (due)", "cmo", "/tasks/T-22"),
    Line("POST /tasks/<key>/decline (reason)", "it-lead", "/tasks/T-15"),
    Line("POST /tasks/<key>/done", "cmo", "/tasks/T-22"),
    Line("POST /tasks/<key>/escalate (reason)", "mika", "/tasks/T-15"),
    Line("POST /tasks/<key>/hand_over (to)", "cmo", "/tasks/T-22"),
    Line("POST /tasks/<key>/question (text)", "mika", "/tasks/T-15"),
    Line("POST /tasks/<key>/reopen (reason)", "it-lead", "/tasks/T-21"),
    Line("POST /tasks/<key>/share (to)", "mika", "/tasks/T-15"),
    Line("POST /tasks/<key>/snooze (until)", "agency", "/tasks/T-22"),
    Line("POST /tasks/<key>/start", "cmo", "/tasks/T-22"),
    Line("POST /tasks/<key>/unblock", "service-lead", "/tasks/T-20"),
    Line("POST /tasks/<key>/withdraw (reason)", "mika", "/tasks/T-15"),
    Line("POST /threads/<key> (body)", "mika", "/goals/G-1"),
    Line("POST /threads/comments/<int:comment_id>/withdraw", "mika", "/purchases/PR-62"),
)  # fmt: skip

BY_SCRIPT = {
    "/drafts": "what is typed, kept by a script",
    "/drafts/discard": "the same, thrown away",
    "/purchases/preview": "the way of a request while it is written",
}
"""Addresses that take what a script sends: no form of a page does."""
ELSEWHERE = re.compile(r"/(api|slack/(events|commands|interactions))\b")
"""What is no page."""
SAMPLES = ("/components",)
"""Pages that show what forms look like: nothing is sent there."""
