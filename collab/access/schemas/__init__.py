"""What comes in and goes out about getting in."""
