"""Speaking to an OpenID Connect provider: finding its addresses and keys, asking who somebody is, believing only its signature."""

from collab.access.provider.asking import Question, answer, ask
from collab.access.provider.knowledge import Knowledge, forget, knowledge_of
from collab.access.rules.claims import Proven

__all__ = ["Knowledge", "Proven", "Question", "answer", "ask", "forget", "knowledge_of"]
