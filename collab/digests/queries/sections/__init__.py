"""The sections of an issue, each for many members at once: what it reads, and how a row becomes an item."""
