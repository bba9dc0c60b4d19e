"""A plain model beside the engine: what a request does, written a second time from the words alone, and played against it.

`plain` is the model, one file per concern from `ground` and `standing` up: dictionaries, no import from the product. `engine`
does the same verbs with the product. `acts` and `beside` make up what somebody does next, sensible or hostile.
`test_machine` plays both side by side and looks for the first difference; `--soak` plays thousands of steps per database,
and eight people at once on PostgreSQL.
"""
