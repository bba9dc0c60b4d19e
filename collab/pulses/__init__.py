"""The alignment pulse: the same few questions to every side, blind until closed, and the gap between them as a number."""
