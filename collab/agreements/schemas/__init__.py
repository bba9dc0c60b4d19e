"""What comes in and goes out about data-sharing agreements."""

from collab.agreements.schemas.incoming import (
    AgreementDeliveryIn,
    AgreementHandoverIn,
    AgreementIn,
    AgreementQuery,
    AgreementReasonIn,
    NewDateIn,
)
from collab.agreements.schemas.outgoing import AgreementDeliveryOut, AgreementEventOut, AgreementOut, AgreementPairOut

__all__ = [
    "AgreementDeliveryIn",
    "AgreementDeliveryOut",
    "AgreementEventOut",
    "AgreementHandoverIn",
    "AgreementIn",
    "AgreementOut",
    "AgreementPairOut",
    "AgreementQuery",
    "AgreementReasonIn",
    "NewDateIn",
]
