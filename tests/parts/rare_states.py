"""Forms that stand on no page of the sample company as it is loaded: how their state comes about, who meets them there, and what
to fill in. What `form_lines.py` is to the company as it is, this is to what may become of it.

    lines = arrange(company, slack, TOGETHER)      # things happen through the product's own doors; the lines, where they are then

What rules out something else stands in a world apart: another copy of the company.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

from collab.access.queries import reviewing
from collab.access.service import inviting, returning
from collab.imports import service as imports
from collab.initiatives import service as initiatives
from collab.kernel.atomic import atomic
from collab.outbox import service as outbox
from collab.people import service as people
from collab.people.models import Term
from collab.people.queries import emails_of
from collab.slack.identity import Stranger
from tests.parts.clients import Pages
from tests.parts.every_page import SampleCompany
from tests.parts.form_lines import FIRST, ROUTES, Line
from tests.slack_double import SlackDouble

SETTINGS = {"COLLAB_DEMO": "1", "SMTP_URL": "smtp://127.0.0.1:9", "SMTP_FROM": "collab@example.com"}
"""Of an installation in which all of this can be: letters can be written, and nobody sends them here."""
GOAL = {"starts_on": "2026-12-01", "due_on": "2027-03-31", "metric.name": "Minutes", "metric.type": "custom", "metric.unit": "min",
        "metric.baseline": "10", "metric.baseline_on": "2026-11-01", "metric.target": "20", "accountable.0.member": "cmo@example.com", "accountable.0.department": "marketing"}  # fmt: skip


class There:
    """The sample company, in which people do things as they would: by the forms of its pages."""

    def __init__(self, company: SampleCompany, slack: SlackDouble) -> None:
        self.company, self.slack = company, slack
        self._pages: dict[str, Pages] = {}

    def pages(self, who: str) -> Pages:
        """Somebody's browser."""
        if who not in self._pages:
            self._pages[who] = Pages(self.company, who)
        return self._pages[who]

    def does(self, who: str, path: str, /, **sent: Any) -> str:
        """They send a form; gives back where it led."""
        answer = self.pages(who).send(path, sent, page="/me", content_type="multipart/form-data")
        assert answer.status_code == 303, f"{who} {path}: {answer.status_code} {_told(answer.text)}"
        return str(answer.headers["Location"])

    def number(self, who: str, page: str, before: str, after: str = "") -> str:
        """The number of a thing, as it stands in an address of a page: between `before` and `after`."""
        found = re.findall(rf"{re.escape(before)}/(\d+){re.escape(after)}", self.pages(who).get(page).text)
        assert found, f"{who} finds no {before} on {page}"
        return str(max(map(int, found)))


def _told(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part) for part in re.findall(r"(?s)notice bad.*?</div>|class=\"error\".*?</", text))[:400]  # fmt: skip


World = Mapping[Callable[[There], Mapping[str, str]], Sequence[Line]]
"""What happens, and the forms that are there then. The names it gives back stand in the addresses of the lines."""


def _an_alert_is_raised(there: There) -> Mapping[str, str]:
    return {"raised": there.does("mika", "/alert", text="Prices on the web are those of last year", department="it")}


def _an_alert_is_taken(there: There) -> Mapping[str, str]:
    taken = there.does("mika", "/alert", text="Vouchers are refused in the stores", department="it")
    there.does("it-lead", f"{taken}/take")
    return {"taken": taken}


def _an_alert_is_closed(there: There) -> Mapping[str, str]:
    closed = there.does("mika", "/alert", text="The app shows orders of strangers", department="it")
    there.does("it-lead", f"{closed}/answer", text="It is mended; nobody's data was kept.")
    there.does("it-lead", f"{closed}/close", what_happened="A cache was shared.", root_cause="A key was too short.")
    return {"closed": closed}


def _a_question_is_asked(there: There) -> Mapping[str, str]:
    there.does("cmo", "/purchases/PR-63/questions", member="mika@example.com", question="For how many stores?")
    return {}


def _held(there: There) -> Mapping[str, str]:
    there.does("cmo", "/purchases/PR-63/hold", reason="Until the offer is here", until_on="2026-11-20")
    return {}


def _revocation_is_asked(there: There) -> Mapping[str, str]:
    there.does("mika", "/purchases/PR-4/revocation", comment="It is not needed any more")
    return {}


def _two_are_circulated(there: There) -> Mapping[str, str]:
    for key in ("PR-4", "PR-62"):
        there.does("cmo", f"/purchases/{key}/circulate", members="kenji@example.com", confirm="yes")
    return {}


def _a_task_is_countered(there: There) -> Mapping[str, str]:
    asked = there.does("mika", "/tasks", department="it", text="A list of all stores\nWith their opening hours")
    there.does("it-lead", f"{asked}/counter", due="2026-12-10", note="After the release")
    return {"countered": asked}


def _a_task_asks_back(there: There) -> Mapping[str, str]:
    asked = there.does("mika", "/tasks", department="it", text="A test account for the agency")
    there.does("it-lead", f"{asked}/question", text="For which shop?", to="mika@example.com")
    return {"asked_back": asked}


def _a_goal_rests(there: There) -> Mapping[str, str]:
    there.does("mika", "/goals/G-4/pause", reason="Until the new stores are open")
    return {}


def _a_goal_is_planned_ahead(there: There) -> Mapping[str, str]:
    return {"candidate": there.does("cmo", "/goals", title="Shorter queues", state="candidate", **GOAL)}


def _a_goal_is_accepted(there: There) -> Mapping[str, str]:
    made = there.does("cmo", "/goals", title="Fewer letters", state="draft", **GOAL)
    there.does("cmo", f"{made}/accept", means="Two people")
    return {"accepted": made}


def _an_agreement_is_proposed(there: There) -> Mapping[str, str]:
    made = there.does(
        "it-lead", "/agreements", title="Orders by store", data="Orders of a week, by store", starts_on="2026-11-19",
        **{"giver.department": "it", "giver.member": "it-lead@example.com", "receiver.department": "marketing",
           "receiver.member": "mika@example.com", "cadence.every": "1", "cadence.unit": "week", "cadence.weekday": "fri"},
    )  # fmt: skip
    return {"proposed": made}


def _an_agreement_was_delivered(there: There) -> Mapping[str, str]:
    there.does("eri", "/agreements/DA-1/deliver", due_on="2026-11-30")
    return {}


def _an_agreement_rests(there: There) -> Mapping[str, str]:
    there.does("service-lead", "/agreements/DA-2/pause", reason="The desk moves house")
    return {}


def _a_pilot_runs(there: There) -> Mapping[str, str]:
    there.does("cmo", "/initiatives/I-1/pilot", question="Do fewer people call?", cap="500000", currency="JPY", ends_on="2026-12-18")  # fmt: skip
    return {}


def _risks_and_limits(there: There) -> Mapping[str, str]:
    there.does("mika", "/initiatives/I-1/log", kind="risk", text="Two people leave in March", weight="high", owner="mika@example.com")  # fmt: skip
    there.does("mika", "/initiatives/I-1/constraints", kind="budget", text="Licences are counted per store", lifter="cfo@example.com")  # fmt: skip
    return {}


def _a_charter_is_written(there: There) -> Mapping[str, str]:
    return {"written": _initiative(there, "People stand in line twice")}


def _a_charter_is_signed(there: There) -> Mapping[str, str]:
    return {"chartered": _chartered(there, "Parcels arrive when nobody is there")}


def _a_pilot_ended_in_silence(there: There) -> Mapping[str, str]:

    silent = _chartered(there, "Returns take a month")
    there.does("cmo", f"{silent}/pilot", question="Is it faster?", cap="500000", currency="JPY", ends_on="2026-11-19")
    with there.company.indoors():
        initiatives.sweep(now=there.company.now + timedelta(days=4))
    return {"silent": silent}


def _initiative(there: There, problem: str) -> str:
    made = there.does("cmo", "/initiatives", problem=problem, title=problem, journey_stage="buy", kind="delivery", visibility="company",
                      **{"goals.0": "G-1", "lead.1": "cmo@example.com", "lead.2": "cio@example.com"})  # fmt: skip
    there.does("cmo", f"{made}/charter", vision="Nobody waits.", customer_outcome="Nobody waits twice.", scope="All stores.", out_of_scope="The web.",
               brings_1="Two people.", brings_2="The till.", brings_3="Figures.")  # fmt: skip
    return made


def _chartered(there: There, problem: str) -> str:
    made = _initiative(there, problem)
    seen = re.findall(r'name="seen" value="([^"]*)"', there.pages("cmo").get(f"{made}/charter").text)
    there.does("cmo", f"{made}/charter/lay", seen=seen[-1] if seen else "")
    for who in ("cmo", "cio"):
        sheet = there.number(who, f"{made}/charter", "/signatures", "/sign")
        version = re.findall(r'name="version" value="(\d+)"', there.pages(who).get(f"{made}/charter").text)
        there.does(who, f"/signatures/{sheet}/sign", version=version[-1] if version else "1")
    return made


def _a_review_is_in_draft(there: There) -> Mapping[str, str]:
    return {"draft": there.does("cmo", "/reviews")}


def _stands_in(there: There) -> Mapping[str, str]:
    there.does("mika", "/me/standing-in/delegations", deputy="cmo@example.com", from_on="2026-12-01", until_on="2026-12-04")  # fmt: skip
    there.does("cmo", "/me/standing-in/secretaries", secretary="kenji@example.com")
    return {}


def _is_away(there: There) -> Mapping[str, str]:
    there.does("service-lead", "/me/absence", from_on="2026-11-18", until_on="2026-11-20")
    return {}


def _a_file_was_looked_at(there: There) -> Mapping[str, str]:
    table = b"title,to_department\r\nA list of stores,it\r\n"
    led = there.does("mika", "/imports", kind="tasks", file=(BytesIO(table), "tasks.csv"))
    with there.company.indoors():
        imports.sweep(now=there.company.now + timedelta(minutes=1))
    return {"import": led}


def _an_office_was_taken(there: There) -> Mapping[str, str]:
    """By an administrator for themselves, as former days left it: today a second person is asked before anything is written."""
    with there.company.indoors(), atomic() as unit:
        unit.session.add(Term(office_code="CIO", member_id=there.company.id("it-lead"), from_on=date(2026, 12, 1), confirmed=False))  # fmt: skip
    return {}


def _came_in_twice(there: There) -> Mapping[str, str]:
    Pages(there.company, "mika")
    return {}


def _a_guest_is_invited(there: There) -> Mapping[str, str]:
    company = there.company
    with company.indoors(), _without_letters(company):
        sent = inviting.invite(company.member("cmo"), {"email": "rie@hoshi.example", "name": "Rie Ogawa", "partner": "hoshi"}, now=company.now)  # fmt: skip
    return {"invitation": f"/invitations/{sent.code}"}


def _a_guest_has_a_link(there: There) -> Mapping[str, str]:
    company = there.company
    with company.indoors(), _without_letters(company):
        code = returning.make_link(company.member("cmo"), company.id("agency"), now=company.now)
    return {"link": f"/sign-in/link/{code}"}


def _without_letters(company: SampleCompany) -> AbstractContextManager[Any]:
    """As an installation without a mail server, where a code is handed over instead of sent."""
    return patch.dict(company.app.extensions, {"mail": None})


def _somebody_wrote_just_now(there: There) -> Mapping[str, str]:
    there.does("mika", "/threads/G-1", body="Is that the figure of all stores?")
    return {}


def _routes_are_proposed(there: There) -> Mapping[str, str]:
    table = BytesIO(ROUTES["buffer"])
    return {"routes": there.does("admin", "/routes/proposals", reason="More time", files=(table, "routes.toml"))}


def _accounts_are_tied(there: There) -> Mapping[str, str]:
    """Mika's; the CIO's is offered to him, and a stranger has one that is nobody's."""
    slack, company = there.slack, there.company
    codes = {}
    for name, why in (("mika", "unlinked"), ("cio", "unlinked"), ("stranger", "no_member")):
        user = slack.add_user(f"{name}@example.com", name.title())
        with company.indoors():
            seen = Stranger(slack.app.team_id, user, why, name.title(), name, f"{name}@example.com")
            codes[name] = user, people.greet(seen, now=company.now)
    there.does("mika", f"/link/{codes['mika'][1]}")
    return {"offered": f"/link/{codes['cio'][1]}", "account": f"team={slack.app.team_id}&user={codes['stranger'][0]}"}


def _everybody_was_looked_at(there: There) -> Mapping[str, str]:
    company = there.company
    with company.indoors():
        review = reviewing.get_review(company.member("auditor"), "AR-1")
        waits = [(line.id, line.reviewer_id) for line in reviewing.list_lines(company.member("auditor"), review) if not line.verdict]  # fmt: skip
        names = emails_of({one for _line, one in waits if one})
    for number, reviewer in waits:
        who = names[reviewer].partition("@")[0] if reviewer else "admin"
        there.does(who, "/admin/access-review/AR-1/lines", **{f"verdict-{number}": "keep"})
    return {}


def _messages_are_held_back(there: There) -> Mapping[str, str]:
    """And some could not be delivered: nobody but Mika has an account."""
    with there.company.indoors():
        outbox.drain(now=there.company.now, limit=8)
    there.does("admin", "/admin/delivery/pause", reason="The workspace moves")
    return {}


def _no_review_of_access_is_open(there: There) -> Mapping[str, str]:
    _everybody_was_looked_at(there)
    there.does("admin", "/admin/access-review/AR-1/sign")
    return {}


def _no_pulse_runs(there: There) -> Mapping[str, str]:
    there.does("cmo", "/pulses/AP-3/close")
    return {}


def _conditions_are_set(there: There) -> Mapping[str, str]:
    company = there.company
    key = company.filed("mika")
    there.does("cmo", f"/purchases/{key}/decisions", verb="approve", form="conditions", rows="1", condition0_text="An offer of a second vendor",
               condition0_owner="kenji@example.com", condition0_due_on="2026-12-10", seen_version="1")  # fmt: skip
    company.decide(key, "cio")
    return {"conditional": f"/purchases/{key}"}


def _several_wait_for_one(there: There) -> Mapping[str, str]:
    for title in ("Paper for the stores", "Ink for the stores"):
        there.company.filed("mika", title=title, amount="90000", category="service")
    return {}


def _as_it_is(_there: There) -> Mapping[str, str]:
    return {}


BLUEPRINT = "/initiatives/I-1/blueprint"
PART = "POST /initiatives/<key>/blueprint"
TOGETHER = {
    _an_alert_is_raised: (
        Line("POST /incidents/<key>/take", "it-lead", "{raised}"),
        Line("POST /incidents/<key>/answer (text)", "it-lead", "{raised}"),
        Line("POST /incidents/<key>/timeline (text)", "mika", "{raised}"),
        Line("POST /incidents/<key>/false_alarm (reason)", "it-lead", "{raised}"),
    ),
    _an_alert_is_taken: (
        Line("POST /incidents/<key>/answer (text)", "it-lead", "{taken}"),
        Line("POST /incidents/<key>/timeline (text)", "it-lead", "{taken}"),
        Line("POST /incidents/<key>/close (what_happened)", "it-lead", "{taken}"),
    ),
    _an_alert_is_closed: (Line("POST /incidents/<key>/review (findings)", "it-lead", "{closed}"),),
    _as_it_is: (
        Line("POST /purchases/<key>/edit (title)", "mika", "/purchases/PR-70/edit", {"after_the_fact.reason": None}),
        Line("POST /sign-in", "mika", "/sign-in?again=1"),
        Line("POST /sign-in/link (email)", None, "/sign-in/link"),
        *(Line(f"{PART}/{part}", "mika", BLUEPRINT, left="", press="/remove")
          for part in ("points/<int:number> (process)", "sources/<int:number> (name)", "definitions/<int:number> (term)")),
    ),
    _a_question_is_asked: (Line("POST /purchases/<key>/questions/<int:number>/answer (answer)", "mika", "/purchases/PR-63"),),
    _held: (Line("POST /purchases/<key>/release", "cmo", "/purchases/PR-63"),),
    _revocation_is_asked: (Line("POST /purchases/<key>/revocation/withdraw", "mika", "/purchases/PR-4"),),
    _two_are_circulated: (
        Line("POST /purchases/read (item)", "kenji", "/", {"item": True}, left="item"),
        Line("POST /purchases/read (item)", "kenji", "/purchases?circulated=yes", {"item": True}, left="item"),
    ),
    _conditions_are_set: (
        Line("POST /purchases/<key>/conditions/<int:number>/meet (comment)", "kenji", "{conditional}"),
        Line("POST /purchases/<key>/conditions/<int:number>/ask_to_waive (comment)", "kenji", "{conditional}"),
    ),
    _several_wait_for_one: (Line("POST /inbox/approve (item)", "cmo", "/", {"item": True, "comment": "Both are needed"}, left="item"),),
    _a_task_is_countered: (
        Line("POST /tasks/<key>/agree", "mika", "{countered}"),
        Line("POST /tasks/<key>/ask_again (reason)", "mika", "{countered}"),
    ),
    _a_task_asks_back: (Line("POST /tasks/<key>/answer (text)", "mika", "{asked_back}"),),
    _a_goal_rests: (Line("POST /goals/<key>/resume", "mika", "/goals/G-4"),),
    _a_goal_is_planned_ahead: (Line("POST /goals/<key>/plan", "cmo", "{candidate}"),),
    _a_goal_is_accepted: (Line("POST /goals/<key>/activate", "cmo", "{accepted}"),),
    _an_agreement_is_proposed: (Line("POST /agreements/<key>/agree", "mika", "{proposed}"),),
    _an_agreement_was_delivered: (
        Line("POST /agreements/<key>/confirm", "mika", "/agreements/DA-1"),
        Line("POST /agreements/<key>/dispute (reason)", "mika", "/agreements/DA-1"),
    ),
    _an_agreement_rests: (Line("POST /agreements/<key>/resume", "service-lead", "/agreements/DA-2"),),
    _a_pilot_runs: (
        Line("POST /initiatives/<key>/vote choice=scale", "cmo", "/initiatives/I-1"),
        Line("POST /initiatives/<key>/vote choice=stop (reason)", "cmo", "/initiatives/I-1"),
    ),
    _risks_and_limits: (
        Line("POST /initiatives/<key>/log/<int:number>/close (note)", "mika", "/initiatives/I-1"),
        Line("POST /initiatives/<key>/constraints/<int:number>/lift (note)", "cmo", "/initiatives/I-1"),
    ),
    _a_charter_is_written: (Line("POST /initiatives/<key>/charter/lay", "cmo", "{written}/charter"),),
    _a_charter_is_signed: (Line("POST /initiatives/<key>/start", "cmo", "{chartered}"),),
    _a_pilot_ended_in_silence: (Line("POST /initiatives/<key>/lesson (outcome)", "cmo", "{silent}"),),
    _a_review_is_in_draft: (
        Line("POST /reviews/<key>/words (words)", "cmo", "{draft}", left=""),  # an empty text takes back what was said
        Line("POST /reviews/<key>/freeze", "cio", "{draft}"),
        Line("POST /reviews/<key>/retake", "cmo", "{draft}"),
    ),
    _stands_in: (
        Line("POST /me/standing-in/delegations/<int:number>/end", "mika", "/me/standing-in"),
        Line("POST /me/standing-in/delegations/<int:number>/confirm", "cmo", "/me/standing-in"),
        Line("POST /me/standing-in/secretaries/<int:number>/end", "cmo", "/me/standing-in"),
        Line("POST /me/standing-in/absence (from_on)", "kenji", "/me/standing-in", {"from_on": "2026-12-01", "until_on": "2026-12-04"}),
        Line("POST /me/standing-in/back", "kenji", "/me/standing-in"),
    ),
    _is_away: (Line("POST /me/back", "service-lead", "/me"),),
    _a_file_was_looked_at: (Line("POST /imports/<int:import_id>/confirm", "mika", "{import}"),),
    _an_office_was_taken: (Line("POST /people/terms/<int:term_id>/confirm", "admin", "/people"),),
    _came_in_twice: (Line("POST /me/access/sessions/end", "mika", "/me/access"),),
    _a_guest_is_invited: (Line("POST /invitations/<code>", None, "{invitation}"),),
    _a_guest_has_a_link: (Line("POST /sign-in/link/<code>", None, "{link}"),),
    _somebody_wrote_just_now: (Line("POST /threads/comments/<int:comment_id>/correct (body)", "mika", "/goals/G-1"),),
    _routes_are_proposed: (
        Line("POST /routes/proposals/<int:number>/take", "ceo", "{routes}"),
        Line("POST /routes/proposals/<int:number>/decline (comment)", "cfo", "{routes}"),
        Line("POST /routes/proposals/<int:number>/withdraw", "admin", "{routes}"),
    ),
    _accounts_are_tied: (
        Line("POST /me/slack/disconnect", "mika", "/me"),
        Line("POST /link/<code>", "cio", "{offered}"),
        Line("POST /people/slack/disconnect", "admin", "/people/slack"),
        Line("GET /people/slack/connect (member)", "admin", "/people/slack/connect?{account}", {"member": FIRST}),
        Line("POST /people/slack/connect", "admin", "/people/slack/connect?{account}&member=kenji@example.com"),
    ),
    _everybody_was_looked_at: (Line("POST /admin/access-review/<key>/sign", "admin", "/admin/access-review/AR-1"),),
    _no_pulse_runs: (Line("POST /pulses", "cmo", "/pulses"),),
    _messages_are_held_back: (
        Line("POST /admin/delivery/resume", "admin", "/admin/delivery"),
        Line("POST /admin/delivery/retry", "admin", "/admin/delivery"),
    ),
}  # fmt: skip
"""What can be in one company at the same time."""
APART = {_no_review_of_access_is_open: (Line("POST /admin/access-review", "admin", "/admin/access-review"),)}
"""What rules out something above."""
WORLDS: tuple[World, ...] = (TOGETHER, APART)
RARE = [line for world in WORLDS for lines in world.values() for line in lines]
REMOVED = {f"/initiatives/<key>/blueprint/{part}/<int:number>/remove" for part in ("points", "sources", "definitions")}
"""Addresses to which a second button of a form sends."""


def arrange(company: SampleCompany, slack: SlackDouble, world: World) -> list[Line]:
    """Bring all of a world about; the lines, at the addresses they have there."""
    there, names = There(company, slack), dict[str, str]()
    for happen in world:
        names |= happen(there)
    return [replace(line, at=line.at.format(**names)) for lines in world.values() for line in lines]
