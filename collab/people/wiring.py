"""What people offer the rest of the house: who they are, whose a Slack account is."""

from __future__ import annotations

from flask import Flask

from collab.audit.registry import registry as trail
from collab.exports.registry import registry as exports
from collab.imports.registry import Kind, registry
from collab.kernel import clock
from collab.kernel.permits import permits
from collab.outbox.registry import MessageKind, add_kind
from collab.people import admin_pages, governed, queries, service
from collab.people import slack as slack_edge
from collab.people.permits import PERMITS
from collab.people.queries.administering import sites_by_code
from collab.people.queries.guests import partners_by_code
from collab.people.queries.organisation import departments_by_code
from collab.people.schemas.files import DepartmentRow, MemberRow, OfficeRow, PartnerRow, SiteRow
from collab.people.service.importing import DepartmentRows, MemberRows, OfficeRows, PartnerRows, SiteRows
from collab.people.slack import standing_in as standing_in_cards
from collab.people.slack import welcome
from collab.people.views import accounts, accounts_api, api, exporting, mine, pages, standing_in, standing_in_api
from collab.slack import identity as slack
from collab.subjects.registry import registry as registry_of_inboxes
from collab.web.api import register


def install(app: Flask) -> None:
    """Fill the loaders."""
    permits.add(PERMITS)
    exports.add(*exporting.EXPORTS)
    registry.know_members(queries.find_actor)
    for kind in FILES:
        registry.add(kind)
    register(app, api.bp)
    register(app, accounts_api.bp)
    register(app, standing_in_api.bp)
    for part in (pages.bp, mine.bp, accounts.bp, standing_in.bp):
        app.register_blueprint(part)
    app.extensions["slack.identity"] = slack.Loaders(
        actor_of=lambda member: queries.find_actor(member, clock.now()),
        meet=slack_edge.meet,
        greet=lambda stranger: service.greet(stranger, now=clock.now()),
        account_of=slack_edge.account_of,
        everybody=lambda: queries.list_actors(clock.now()),
    )
    trail.know_names(queries.names_by_email)
    trail.know_things(
        ("department", "department_code", "from_department", "to_department", "used_by"), departments_by_code
    )
    trail.know_things(("site_code",), sites_by_code)
    trail.know_things(("partner", "partner_code"), partners_by_code)
    registry_of_inboxes.know_members(lambda ids, now: queries.list_actors(now, ids=ids))
    registry_of_inboxes.add_inbox_source("people.delegations", queries.delegation_inbox)
    governed.install()
    admin_pages.install(app)
    asked, told = service.DELEGATION_ASKED, service.DELEGATION_TOLD
    add_kind(
        MessageKind(
            asked, standing_in_cards.asked, standing_in_cards.repainted, standing_in_cards.line, must_arrive=True,
            newest_only=True, name="delegation.message.asked",
        )
    )  # fmt: skip
    add_kind(MessageKind(told, standing_in_cards.told, line=standing_in_cards.line, name="delegation.message.told"))
    add_kind(MessageKind(service.WELCOME, welcome.rendered, line=welcome.line, name="people.welcome.message"))
    slack_edge.install()


FILES = (
    Kind("sites", "people.import", SiteRow, SiteRows),
    Kind("partners", "people.import", PartnerRow, PartnerRows),
    Kind("departments", "people.import", DepartmentRow, DepartmentRows),
    Kind("members", "people.import", MemberRow, MemberRows),
    Kind("offices", "people.import", OfficeRow, OfficeRows),
)
"""In the order in which a fresh installation needs them; leads and managers may come in a second round."""
