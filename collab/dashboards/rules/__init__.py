"""Pure rules of what is counted: figures, shares, medians, business days, months."""
