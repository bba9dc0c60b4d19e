"""Panels on the paper of an initiative: a section each, told at start-up by whoever has something to show there.

A registry because features above initiatives (the blueprint) have a place on the paper too. A panel is a partial template and
a function that gives it its context; the template reads it as `panel`, beside `initiative`, `reader` and `me`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collab.initiatives.queries import InitiativeView
from collab.kernel.actor import Actor
from collab.kernel.i18n import Reader

PanelOf = Callable[[Actor, InitiativeView, Reader, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """One section: its name (also the anchor `#name`), where it stands (lower is higher on the page), what it shows to a viewer
    (None: nothing), and the partial template."""

    name: str
    position: int
    panel: PanelOf
    template: str
    beside: bool = False
    """In the narrow column, where there is one."""


_panels: dict[str, Panel] = {}


def add_panel(name: str, position: int, panel: PanelOf, template: str, *, beside: bool = False) -> None:
    """Put a section on the paper. Positions: charter 10, pilot 20, milestones 30, blueprint 40, health 50, log 60,
    constraints 70, dialogue 80; `health` stands with the leads. `beside`: in the narrow column. Told once at start-up; telling it again replaces it."""
    _panels[name] = Panel(name, position, panel, template, beside)


@dataclass(frozen=True)
class Shown:
    """A section as one viewer sees it."""

    name: str
    template: str
    panel: Mapping[str, Any]
    beside: bool = False


def panels_for(viewer: Actor, initiative: InitiativeView, how: Reader, now: datetime) -> list[Shown]:
    """The sections a viewer sees, from top to bottom. Guests see those whose panel shows them something."""
    ordered = sorted(_panels.values(), key=lambda one: (one.position, one.name))
    found = ((one, one.panel(viewer, initiative, how, now)) for one in ordered)
    return [Shown(one.name, one.template, context, one.beside) for one, context in found if context is not None]
