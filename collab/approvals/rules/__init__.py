"""Pure decisions of the approval engine: no database, no clock, no framework.

- *the route book*: `parsing` and `written` read it, `book` holds it, `when` its conditions; `lint`, `reaching` and `examples` look for
  what is wrong with it, `table` prints it, `differing` and `ways` compare two
- *planning*: `choosing` (which route, which steps), `plan` and `seating` (who sits where), `steps`, `carrying` (what stands)
- *a round that runs*: `verbs` (the table of verbs), `progress` (what follows from a decision), `adding`, `together`, `asking`, `closing`
"""
