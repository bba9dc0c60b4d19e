"""Use-cases of signatures."""

from __future__ import annotations

from collab.signatures.rules import Signer
from collab.signatures.service.events import SheetValid, SheetVoided
from collab.signatures.service.laying import lay
from collab.signatures.service.signing import Signed, check, sign
from collab.signatures.service.voiding import void

__all__ = ["SheetValid", "SheetVoided", "Signed", "Signer", "check", "lay", "sign", "void"]
