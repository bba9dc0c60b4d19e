"""What shared channels offer the rest of the house."""

from __future__ import annotations

from flask import Flask

from collab.channels import queries, service, slack
from collab.channels.permits import PERMITS
from collab.channels.views import api, pages
from collab.kernel.permits import permits
from collab.outbox.registry import owners
from collab.people.registry import know_channels
from collab.web.admin import add_admin_page
from collab.web.api import register


def install(app: Flask) -> None:
    """Tell the registries."""
    permits.add(PERMITS)
    owners.lost = service.lost
    know_channels(queries.names_of_departments)
    add_admin_page("channel.page.link", "/channels", "channel.list", about="control.page.channels_about", group="slack")
    owners.names = queries.list_names
    slack.install()
    register(app, api.bp)
    app.register_blueprint(pages.bp)
