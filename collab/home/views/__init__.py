"""The pages that belong to nobody alone: `inbox`, `access` (entering, leaving, language), `finding`, `machines`."""
