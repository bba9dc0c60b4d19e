"""What escalates and why: pages, API, and the proof that clocks run."""
