"""Pure decisions about reminders: the company's pattern, what is pressing today, when somebody is not disturbed."""
