"""How an issue reads: in Slack, as a letter, on the web. Words and blocks, no I/O."""
