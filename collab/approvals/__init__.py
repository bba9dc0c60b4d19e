"""The approval engine: routes, rounds, steps, seats, decisions. It knows no purchase."""
