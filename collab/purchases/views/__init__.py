"""The HTTP edge of purchase requests: `api` speaks JSON; of the pages `pages` reads and `writing` fills in, `deeds` are the buttons,
those of whoever decides too; `looking`, `paper` and `panels` put a page together, `printing` and `printed` its A4."""
