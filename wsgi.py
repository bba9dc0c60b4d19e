"""Composition for the web: any WSGI server serves `wsgi:app`."""

from config.loading import for_good

with for_good():
    from collab.app import create_app
    from config import logging
    from config.settings import load
    from workers.bell import ring

    settings = load()
    logging.configure(settings)
    app = create_app(settings, wake=ring)
