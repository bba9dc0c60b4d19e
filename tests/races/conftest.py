"""Races run against whole installations, as journeys do."""

from tests.journeys.conftest import house

__all__ = ["house"]
