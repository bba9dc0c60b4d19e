"""Recording and anchoring what happened (`recording`), what was refused (`refusing`), and checking the whole trail some at a time
(`checking`)."""

from collab.audit.service.checking import ask_for_check, go_on
from collab.audit.service.recording import anchor, record, write_waiting
from collab.audit.service.refusing import keep_refusal, refusals_kept

__all__ = ["anchor", "ask_for_check", "go_on", "keep_refusal", "record", "refusals_kept", "write_waiting"]
