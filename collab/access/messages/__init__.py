"""What is said about getting in."""
