"""What comes in and goes out about people: columns of `files`, `members` and what they belong to, what is `governed` by two
persons, who is `standing_in` for whom, whose `accounts` are whose."""
