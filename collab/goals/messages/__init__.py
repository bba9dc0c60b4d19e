"""What goals say, in both languages."""
