"""Real parts for tests: PostgreSQL from a wheel, SQLite files, web and worker processes, a browser. No fakes here."""
