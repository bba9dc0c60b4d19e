"""The sample company: people, goals and half a year of requests, replayed through the same services people use."""

from collab.home.service.demo.loading import Loaded, load

__all__ = ["Loaded", "load"]
