"""What threads offer the rest of the house, and what they react to."""

from __future__ import annotations

from flask import Flask

from collab.kernel.permits import permits
from collab.kernel.storage import Storage
from collab.threads import slack
from collab.threads.permits import PERMITS
from collab.threads.views import api, pages
from collab.threads.views.panel import thread_panel
from collab.web.api import register


def install(app: Flask) -> None:
    """Attach pages, API, messages and commands; files have a folder of their own, so that strays can be told apart."""
    permits.add(PERMITS)
    app.extensions["threads.storage"] = Storage(app.extensions["settings"].var_dir / "attachments")
    app.jinja_env.globals["thread_panel"] = thread_panel
    register(app, api.bp)
    app.register_blueprint(pages.bp)
    slack.install()
