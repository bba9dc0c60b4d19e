"""How people get in: the company's identity provider, one for guests, whose mail addresses count, how often one may try."""

import re
from dataclasses import dataclass, field

from config.environment import THIS_MACHINE, BadSetting, Environment, all_or_none, is_this_machine, missing, web_address

CALLS_PER_MINUTE = 600
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """An OpenID Connect provider that knows us as a client."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The ways in. `domains` are those of members' mail addresses; none is no rule, and then nobody joins by signing in."""

    company: Provider | None = None
    guests: Provider | None = None
    domains: tuple[str, ...] = ()
    members_join: bool = False
    demo: bool = False
    calls_per_minute: int = CALLS_PER_MINUTE
    trusted_proxies: int = 0

    @property
    def providers(self) -> dict[str, Provider]:
        """Those there are, by whom they are for: `company`, `guests`."""
        named = {"company": self.company, "guests": self.guests}
        return {name: found for name, found in named.items() if found is not None}


def read_sign_in(env: Environment, base_url: str) -> SignIn:
    """The ways in, as the environment says. Raises BadSetting."""
    company, guests = _provider(env, "OIDC"), _provider(env, "OIDC_GUEST")
    if guests is not None:
        _apart(company, guests)
    domains = _domains(env)
    return SignIn(
        company=company,
        guests=guests,
        domains=domains,
        members_join=_members_join(env, company, domains),
        demo=_demo(env, base_url, company, guests),
        calls_per_minute=env.number("COLLAB_API_PER_MINUTE", CALLS_PER_MINUTE, least=1, most=1_000_000),
        trusted_proxies=env.number("COLLAB_TRUSTED_PROXIES", 0, least=0, most=10),
    )


def _provider(env: Environment, prefix: str) -> Provider | None:
    """One provider: all three settings, or none."""
    names = [f"{prefix}_{part}" for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    all_or_none(env, *names)
    issuer, client_id, client_secret = (env.text(name) for name in names)
    if issuer is None or client_id is None or client_secret is None:
        return None
    parts = web_address(names[0], issuer)
    if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
        raise BadSetting(names[0], "is not https", "Write the provider's https address")
    return Provider(issuer=issuer, client_id=client_id, client_secret=client_secret)


def _apart(company: Provider | None, guests: Provider) -> None:
    """One issuer cannot be both: it would not tell a guest from a member."""
    if company is None:
        missing("OIDC_ISSUER", because="OIDC_GUEST_ISSUER")
    if company.issuer.rstrip("/") == guests.issuer.rstrip("/"):
        raise BadSetting(
            "OIDC_GUEST_ISSUER", "is the members' provider", "Write the guests' own provider, or remove it"
        )


def _domains(env: Environment) -> tuple[str, ...]:
    text = env.text("COLLAB_MEMBER_DOMAINS") or ""
    domains = tuple(dict.fromkeys(part.strip().lower().removeprefix("@") for part in text.split(",") if part.strip()))
    for domain in domains:
        if not _DOMAIN.fullmatch(domain):
            raise BadSetting("COLLAB_MEMBER_DOMAINS", f"names {domain[:60]!r}", "Write example.com,example.co.jp")
    return domains


def _members_join(env: Environment, company: Provider | None, domains: tuple[str, ...]) -> bool:
    """Joining by signing in is for addresses of named domains only: otherwise anybody the provider knows would be a member."""
    name = "COLLAB_MEMBERS_JOIN"
    if not env.flag(name):
        return False
    if company is None:
        missing("OIDC_ISSUER", because=name)
    if not domains:
        missing("COLLAB_MEMBER_DOMAINS", because=name)
    return True


def _demo(env: Environment, base_url: str, *providers: Provider | None) -> bool:
    """Entering by picking a name is only for a machine that nobody else reaches."""
    demo = env.flag("COLLAB_DEMO")
    if demo and any(providers):
        raise BadSetting(
            "COLLAB_DEMO", "is 1 together with OIDC_ISSUER", "Write COLLAB_DEMO=0: members sign in with the provider"
        )
    if demo and not is_this_machine(base_url):
        raise BadSetting(
            "COLLAB_DEMO",
            f"is 1 but COLLAB_BASE_URL is {base_url}",
            "Write COLLAB_DEMO=0: anybody could enter as anyone",
        )
    return demo
