"""Alignment pulses over HTTP."""
