"""Use-cases of reminders: choose how one is told things, remind whoever's time of day has come."""

from collab.nudges.service.choosing import choose_mail, choose_quiet, choose_reminder
from collab.nudges.service.reminding import REMINDER, SUBJECT, sweep

__all__ = ["REMINDER", "SUBJECT", "choose_mail", "choose_quiet", "choose_reminder", "sweep"]
