"""Read-only answers about waits and policies."""

from collab.escalations.queries.policies import current_policies, forget, policy_digest, policy_files
from collab.escalations.queries.views import (
    IS_OPEN,
    PUT_BEFORE_ME,
    EscalationView,
    NoticeView,
    count_running,
    find_by_key,
    get_escalation,
    list_by_id,
    list_of,
    list_of_many,
    list_put_before,
    list_put_before_each,
    list_running,
    next_at_of,
)
from collab.escalations.rules.states import ACKNOWLEDGED, CLIMBING, ENDED, EXHAUSTED, STATES, WAITING

__all__ = [
    "ACKNOWLEDGED",
    "CLIMBING",
    "ENDED",
    "EXHAUSTED",
    "IS_OPEN",
    "PUT_BEFORE_ME",
    "STATES",
    "WAITING",
    "EscalationView",
    "NoticeView",
    "count_running",
    "current_policies",
    "find_by_key",
    "forget",
    "get_escalation",
    "list_by_id",
    "list_of",
    "list_of_many",
    "list_put_before",
    "list_put_before_each",
    "list_running",
    "next_at_of",
    "policy_digest",
    "policy_files",
]
