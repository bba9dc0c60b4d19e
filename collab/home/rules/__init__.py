"""Pure decisions of the whole house: `stories` says when the parts of a story told afterwards happened, `joint` where two sides
disagree most."""

from collab.home.rules.stories import Wait, begin, day_from, unfold

__all__ = ["Wait", "begin", "day_from", "unfold"]
