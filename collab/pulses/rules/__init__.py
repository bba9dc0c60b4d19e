"""Pure rules of the alignment pulse: what is asked, what may be shown, how far apart two groups are."""
