"""The top of the house: what belongs to nobody alone."""

from __future__ import annotations

from flask import Flask

from collab.home import away, following, helping, settings, slack, tab, unfurls
from collab.home.permits import PERMITS
from collab.home.views import access, api, finding, follows, inbox, machines, together
from collab.kernel import clock
from collab.kernel.permits import permits
from collab.subjects import queries as subjects
from collab.web.api import register
from collab.web.pages import inbox_counter
from config.settings import Settings


def install(app: Flask, _settings: Settings) -> None:
    """Attach the home pages; the header of every page counts what waits."""
    permits.add(PERMITS)
    inbox_counter(lambda member: len(subjects.inbox(member, clock.now())))
    for part in (inbox, together, access, finding, follows, machines):
        app.register_blueprint(part.bp)
    register(app, api.bp)
    slack.install()
    away.install()
    following.install()
    helping.install()
    settings.install()
    tab.install()
    unfurls.install()
