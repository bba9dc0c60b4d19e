"""Controls are controlled: a change of an office, a role, a department or a calendar waits for a second person."""
