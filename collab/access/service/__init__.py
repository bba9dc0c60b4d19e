"""Use-cases of getting in: whose an account at the provider is (`identities`), `sessions` and `tokens`, guests who are invited
(`inviting`, `letters`), come back (`returning`) and stay (`staying`); `ending` all of it, `reviewing` who has it."""
