"""The HTTP edge of getting in: `sign_in` leaves for the provider and comes back (`attempts` holds what the browser has meanwhile,
`doors` are the ways in), `entering` is the sample company's; `carrying` says whose a request is afterwards. `mine` and `api` show one's
own, `invitations` and `partners` are about guests, `reviewing` about who has access (`holders` says it in words)."""
