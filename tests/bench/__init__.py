"""`make bench`: the product beside floors that do the bare minimum, in the same minute, in alternating rounds.

Absolute figures drift with the machine; the ratio to the floor and the CPU per operation are what counts.
"""
