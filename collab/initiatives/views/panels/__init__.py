"""Sections of the paper of an initiative."""

from collab.initiatives.views.panels import constraints, health, log, milestones, pilot

STEERING = {"pilot": pilot, "milestones": milestones, "health": health, "log": log, "constraints": constraints}
"""What an initiative is steered by, section by section."""
