"""The top of the house: what belongs to nobody alone."""

from __future__ import annotations

from functools import partial

from flask import Flask

from collab.home import away, comparing, controlling, following, helping, seconding, settings, slack, tab, unfurls
from collab.home.permits import PERMITS
from collab.home.queries import watch
from collab.home.views import api, finding, follows, inbox, joint, joint_api, language, machines, together
from collab.kernel import clock
from collab.kernel.permits import permits
from collab.subjects import queries as subjects
from collab.subjects.selections import add_figure
from collab.web import drafts
from collab.web.api import register
from collab.web.pages import inbox_counter
from config.settings import Settings


def install(app: Flask, _settings: Settings) -> None:
    """Attach the home pages; the header of every page counts what waits."""
    permits.add(PERMITS)
    drafts.see_subjects(lambda member, key: key in subjects.list_summaries(member, [key]))
    inbox_counter(lambda member: len(subjects.inbox(member, clock.now())))
    for part in (inbox, joint, together, language, finding, follows, machines):
        app.register_blueprint(part.bp)
    for kind in watch.ODD:
        add_figure(f"watch.{kind}", partial(watch.select_watched, kind))
    register(app, api.bp)
    register(app, joint_api.bp)
    slack.install()
    away.install()
    comparing.install()
    controlling.install()
    following.install()
    helping.install()
    seconding.install()
    settings.install()
    tab.install()
    unfurls.install()
