"""Shapes at the edges: `incoming` is read from any edge, `outgoing` is what the API answers."""

from collab.purchases.schemas.incoming import DecisionIn, PurchaseIn, PurchaseQuery, ReasonIn
from collab.purchases.schemas.outgoing import DecisionOut, EventOut, PlanOut, PurchaseOut

__all__ = ["DecisionIn", "DecisionOut", "EventOut", "PlanOut", "PurchaseIn", "PurchaseOut", "PurchaseQuery", "ReasonIn"]
