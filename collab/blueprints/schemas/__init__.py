"""What comes in and goes out about a blueprint."""
