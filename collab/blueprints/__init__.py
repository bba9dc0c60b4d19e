"""The blueprint (連携図) of an initiative: where the two worlds meet, and what each side sees there."""
