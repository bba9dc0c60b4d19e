"""Pure decisions of the approval engine: no database, no clock, no framework.

`book` reads route files, `when` answers whether a rule applies, `plan` seats people, `progress` moves a round on.
"""
