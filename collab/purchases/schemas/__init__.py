"""Shapes at the edges: `incoming` is read from any edge, `outgoing` is what the API answers."""

from collab.purchases.schemas.deciding import DecisionIn, HoldIn, LiftIn, StepIn, TogetherIn
from collab.purchases.schemas.incoming import PurchaseIn, PurchaseQuery, ReasonIn
from collab.purchases.schemas.outgoing import DecisionOut, EventOut, OutcomeOut, PlanOut, PurchaseOut

__all__ = [
    "DecisionIn",
    "DecisionOut",
    "EventOut",
    "HoldIn",
    "LiftIn",
    "OutcomeOut",
    "PlanOut",
    "PurchaseIn",
    "PurchaseOut",
    "PurchaseQuery",
    "ReasonIn",
    "StepIn",
    "TogetherIn",
]
