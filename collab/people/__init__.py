"""Members, departments, offices from a day, absences, and how a member gets in."""
