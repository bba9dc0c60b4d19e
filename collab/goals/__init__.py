"""Shared customer-experience goals."""
