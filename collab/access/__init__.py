"""How a member gets in: the company's identity provider, invitations, sessions, tokens, limits."""
