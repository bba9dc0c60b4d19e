"""Pages and API of lists as files."""
