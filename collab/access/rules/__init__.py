"""Pure decisions about getting in: how long things last, and what state they are in."""
