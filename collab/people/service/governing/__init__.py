"""The controls of an organisation: what may change only with a second person. Each module checks a change as things stand, and
writes it; who proposes and confirms, and when, is the business of controls."""
