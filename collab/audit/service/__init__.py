"""Recording and anchoring what happened (`recording`), and checking the whole trail some at a time (`checking`)."""

from collab.audit.service.checking import ask_for_check, go_on
from collab.audit.service.recording import anchor, record, write_waiting

__all__ = ["anchor", "ask_for_check", "go_on", "record", "write_waiting"]
