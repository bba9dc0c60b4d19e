"""Data-sharing agreements: who gives what to whom, how often, and when it last came."""
