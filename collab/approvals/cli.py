"""The audit trail, for whoever has to prove or keep it."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
