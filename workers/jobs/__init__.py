"""Thin jobs: an explicit name, ids as keywords, one call to a service. The clock is read here, at the edge: the one
all machines share, because what one writes (due, leased until) another compares.

`**_newer` takes keywords this version does not know, so that a worker outlives the upgrade of a web node.
"""
