"""Two people sign the same version of a paper: the sheet, its two seats, who signed when. Knows no feature above it."""
