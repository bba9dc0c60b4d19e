"""Files somebody hands in: checked row by row, written whole or not at all."""
