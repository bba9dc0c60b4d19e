"""Collab: a company's departments pull in one direction for the customer. docs/architecture.md draws the house."""
