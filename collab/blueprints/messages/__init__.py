"""What blueprints say: words and blocks, no I/O."""
