"""What tasks say: days as people write them, the words and blocks of Slack. No I/O."""
