"""The floors: the least that does the business of a row, without sign-in, permits, audit trail or outbox."""
