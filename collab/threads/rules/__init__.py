"""Pure decisions of threads: what may be said and until when, who is meant by an @, which files are taken."""
