"""Who may see imports; what may be imported has a verb of its own (`people.import`, `purchase.import`)."""

from collab.kernel.permits import row

PERMITS = [
    row("import.use", ["member"]),
    row("import.run", ["operator"]),
]
"""Every page and the API ask `import.use`; each kind then asks its own verb. `import.run` is the command line's."""
