"""How much may hang on a comment and on a subject."""

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
"""Of one file."""
MOST_FILES = 5
"""On one comment."""
MOST_OF_A_SUBJECT = 100 * MEGABYTE
"""All files of a subject that are still kept."""
LONGEST_NAME = 120
"""Characters of a file's name, its extension included."""
