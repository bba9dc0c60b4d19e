"""What may be taken out as a spreadsheet, safe to open."""
