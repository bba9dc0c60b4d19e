"""The registry of everything with a key: its lock, its links, its words, what needs whom."""
