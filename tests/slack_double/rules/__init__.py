"""Slack's rules without Slack: pure checks of calls, messages and views. A `SlackError` names every fault's place."""

from tests.slack_double.rules.methods import METHODS, check_arguments, check_scopes, check_token, method_named, tier_of
from tests.slack_double.rules.refusals import refusals
from tests.slack_double.rules.shapes import Fault
from tests.slack_double.rules.surfaces import EDIT_TEXT_LIMIT, check_message, check_view

__all__ = [
    "EDIT_TEXT_LIMIT",
    "METHODS",
    "Fault",
    "check_arguments",
    "check_message",
    "check_scopes",
    "check_token",
    "check_view",
    "method_named",
    "refusals",
    "tier_of",
]
