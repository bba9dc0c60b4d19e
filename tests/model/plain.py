"""What a request does, said as plainly as Python can: the verbs of the glossary over dictionaries and lists.

It shares nothing with the product (a test reads its imports) and was written from the words, not from the code. Time has
no length here, only an order. Where a round's people come from is not its business: it is handed the steps and the seats
when a request is submitted, and the rule "nobody decides their own" is checked on them. `ground` says what a request is
made of; each of the other files has the verbs of one concern.
"""

from __future__ import annotations

from tests.model.ground import INVALID, NOT_ALLOWED, NOT_NOW, Refused
from tests.model.reading import Reading


class Plain(Reading):
    """Everybody and every request. Each verb either happens or raises Refused and changes nothing."""


__all__ = ["INVALID", "NOT_ALLOWED", "NOT_NOW", "Plain", "Refused"]
