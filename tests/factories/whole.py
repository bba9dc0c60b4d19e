"""A company with one of everything, in which every relation somebody can have to a thing is somebody's.

    world = whole(company)
    world.address("/tasks/<key>/accept")      # "/tasks/T-1/accept"

What is Mika's: a request before the CIO (shown to a guest while it was a draft), a task for the CIO, an agreement whose giver the
CIO is, a brand alert, and a goal and an initiative with the CIO on the other side. Sora leads the department it is of; the guest
`agency` is shown what can be shown to one, the guest `visitor` nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from collab.access.service import inviting, reviewing, tokens
from collab.approvals import service as approvals
from collab.channels import service as channels
from collab.channels.rules import Settings
from collab.channels.service.connecting import Place
from collab.controls import service as controls
from collab.digests.models import Issue
from collab.digests.rules.content import Content, to_json
from collab.digests.rules.needs import Needs, needs_to_json
from collab.imports import service as imports
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.outbox.models import Message
from collab.people import queries as people
from collab.people import service as staffing
from collab.people.models import Term
from collab.people.service import Terms
from collab.purchases import service as purchases
from collab.reviews import service as reviews
from tests.approvals.test_service_planning import route
from tests.factories import blueprints, pulses, threads
from tests.factories.agreements import proposed
from tests.factories.company import Company, address
from tests.factories.goals import goal, helps, metric_ids
from tests.factories.incidents import alerted
from tests.factories.signatures import laid
from tests.factories.tasks import Tasks

WEEK, QUARTER = "2026-W46", "FY2026-Q2"
OWN, SEAT, GUEST, STRANGE_GUEST = "mika", "cio", "agency", "visitor"


@dataclass
class World:
    """What stands in the places of addresses. First by the first word of the address and the place, then by the place."""

    company: Company
    places: dict[str, str] = field(default_factory=dict)

    def address(self, rule: str) -> str:
        """The address of a rule, its places filled. KeyError for a place nothing is known about."""
        words = [part for part in rule.split("/") if part not in ("", "api", "v1")]
        for place in re.findall(r"<[^>]+>", rule):
            name = place.strip("<>").rpartition(":")[2]
            near = [f"{'/'.join(words[:many])} {name}" for many in range(len(words), 0, -1)]
            rule = rule.replace(place, next(self.places[one] for one in [*near, name] if one in self.places), 1)
        return rule


def whole(company: Company) -> World:
    """Found it all."""
    company.leads("service-lead", "marketing")
    with company.indoors():
        staffing.add_member({"email": address(STRANGE_GUEST), "name_en": "Ana Silva", "name_ja": "アナ", "site_code": "tokyo",
                             "locale": "en", "partner_code": "kumo"}, by=None, now=company.now)  # fmt: skip
    places = {
        "code": "x", "topic": "approver", "week": WEEK, "quarter": QUARTER, "kind": "tasks", "department": "marketing",
        "number": "1", "email": address("nao"), "channel": "C1", "token_id": "1", "message_id": "1", "escalation_id": "1",
        "filename": "collab.css", "static/htmx name": "htmx.min.js", "help/images name": "none.png", "calendars code": "tokyo",
        "admin/calendars code": "tokyo", "departments code": "marketing", "admin/departments code": "marketing",
        "offices code": "CMO", "admin/offices code": "CMO",
        "subject": "G-1", "goal": "G-1", "admin/members email": address("nao"), "exports code": "people",
    }  # fmt: skip
    for found in (_asked(company), _tied(company), _governed(company), _of_people(company)):
        places.update(found)
    return World(company, places)


def _asked(company: Company) -> Mapping[str, str]:
    """A request, a task, an agreement, an alert, and what was said."""
    company.routes(route("office:CIO", "office:CFO"))
    request = company.drafted(OWN, category="other")
    with company.indoors():
        me = company.member(OWN)
        purchases.share(me, request, [address(GUEST)], None, now=company.now)
        purchases.submit(me, request, now=company.later())
    tasks = Tasks(company)
    task = tasks.ask(OWN, "it", assignee=address(SEAT))
    with company.indoors():
        from collab.tasks import service

        service.share(company.member(OWN), task, members=[address(GUEST)], now=company.now)
    sides = {"giver": {"department": "it", "member": address(SEAT)}}
    agreement = proposed(company, OWN, **sides)
    incident = alerted(company, OWN, department="it")
    comment = threads.said(company, OWN, request, files=threads.uploads("photo.png"))
    return {
        "purchases key": request, "threads key": request, "subjects key": request, "key": request, "tasks key": task,
        "agreements key": agreement, "incidents key": incident, "comment_id": str(comment), "attachment_id": "1",
    }  # fmt: skip


def _tied(company: Company) -> Mapping[str, str]:
    """A goal, an initiative with a charter before both and a blueprint with one of everything, and a pulse."""
    mine = goal(company, owners=(OWN, SEAT))
    helps(company, mine, GUEST, may_check_in=True)
    key = blueprints.a_blueprint(company, leads=(OWN, SEAT), participants=(), guests=(GUEST,), goals=(mine,))
    owners = {"owner_1": address(OWN), "owner_2": address(SEAT), "goal": mine}
    blueprints.point(company, key, by=OWN, **owners)
    blueprints.requirement(company, key, by=OWN, goal=mine)
    blueprints.source(company, key, by=OWN, owner=address(SEAT), goal=mine)
    blueprints.definition(company, key, by=OWN, goals=[mine])
    sheet = laid(company, key, OWN)
    pulse = pulses.opened(company)
    return {
        "goals key": mine, "metric": str(metric_ids(company, mine)[0]), "initiatives key": key, "sheet_id": str(sheet),
        "pulses key": pulse, "goals/rhythm department": "marketing", "goals/journey code": "buy", "journey-stages code": "buy",
        "initiatives subject": mine, "initiatives goal": mine,
        "goals email": address(GUEST), "initiatives email": address(GUEST),
    }  # fmt: skip


def _governed(company: Company) -> Mapping[str, str]:
    """A change that asks a second administrator, access under review, a review of the quarter, a route proposal, an import."""
    with company.indoors():
        admin, now = company.member("admin"), company.now
        change = controls.propose(admin, "office.give", {"office": "CFO", "member": address("nao"), "acting": True},
                                  reason="She is away.", now=now)  # fmt: skip
        listed = reviewing.begin(admin, now=now)
        review = reviews.open_now(company.member("cmo"), now=now)
        proposal = approvals.propose(
            [route("department_lead", "office:CEO")], actor=admin, reason="Small ones.", now=now
        )
        handed = imports.hand_in(
            company.member(OWN), "tasks", file_name="a.csv", content=b"title\r\n", preview_only=True, now=now
        )
        invited = inviting.invite(company.member("service-lead"),
                                  {"email": "rie@kumo.example", "name": "Rie Ogawa", "partner": "kumo"}, now=now)  # fmt: skip
        return {
            "admin/changes key": change.key, "changes key": change.key, "admin/access-review key": listed.key,
            "reviews key": review.key, "routes/proposals number": str(proposal), "import_id": str(handed.id),
            "admin/partners/invitations number": str(invited.id), "invitations number": str(invited.id),
            "admin/partners/guests number": str(company.id(GUEST)), "invitations code": invited.code,
        }  # fmt: skip


def _of_people(company: Company) -> Mapping[str, str]:
    """Who stands in for whom, a channel, an issue of the digest, and keys."""
    with company.indoors():
        me, seat, today, now = company.member(OWN), company.member(SEAT), people.today(company.now), company.now
        terms = Terms(today, today + timedelta(days=5))
        delegation = staffing.propose_delegation(seat, deputy=me.email, terms=terms, now=now)
        staffing.name_secretary(me, secretary=address("nao"), now=now)
        channels.connect(
            company.member("service-lead"),
            Place("T1", "C1", "C1"),
            Settings("department", "marketing", "ja", "Asia/Tokyo"),
            now=now,
        )
        with atomic() as unit:
            content, needs = to_json(Content(())), needs_to_json(Needs(()))
            unit.session.add_all(Issue(week=WEEK, empty=False, content=content, made_at=now, **whose, needs=needs)
                                 for whose in ({"member_id": me.id}, {"channel_id": 1}))  # fmt: skip
        tokens.create_token(me, label="Mine", by=me, now=now)
        return {
            "delegations number": str(delegation.number if hasattr(delegation, "number") else delegation.id),
            "term_id": str(db.session.scalar(select(Term.id).order_by(Term.id))),
            "message_id": str(db.session.scalar(select(Message.id).order_by(Message.id))),
            "session_id": "none",
        }  # fmt: skip
