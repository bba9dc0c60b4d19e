"""Pure decisions about delivery: which state follows which, how fast, when several become one."""
