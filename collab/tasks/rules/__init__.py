"""Pure rules of tasks (依頼): their life as one table, their clocks, their defaults."""
