"""Tables of access: sessions and tokens (only their hashes are kept), and whose an account at a provider is."""

from collab.access.models.identities import Identity, SpentSignIn
from collab.access.models.invitations import Invitation, SignInLink, Stay
from collab.access.models.keys import Session, Token
from collab.access.models.reviewing import AccessReview, ReviewLine

__all__ = [
    "AccessReview",
    "Identity",
    "Invitation",
    "ReviewLine",
    "Session",
    "SignInLink",
    "SpentSignIn",
    "Stay",
    "Token",
]
