"""What must never come through a shared channel, and what must never silence one."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text

from collab.channels import queries, service
from collab.channels.service.connecting import Place
from collab.channels.slack import connecting
from collab.home import settings
from collab.kernel.atomic import atomic
from collab.kernel.db import db
from collab.kernel.errors import DomainError, NotAllowed, NotFound, Stale
from collab.kernel.i18n import Reader
from collab.outbox import service as outbox
from collab.purchases import service as purchases
from collab.slack.talk import Talk
from collab.subjects import service as subjects
from collab.subjects.models import Subject
from collab.subjects.registry import registry
from collab.tasks import service as tasks
from collab.threads import service as threads
from tests.channels.conftest import Channels
from tests.factories import Company
from tests.parts.clients import Api, Pages
from tests.parts.databases import POSTGRESQL, on_both

FAR = 10**30
NO_CHANNELS = ("U123", "D123", "W123", "members:[1][2]", "member:1", "mika@example.com")
"""Where only somebody in particular reads."""
STRANGE = ("%00", "C%0d%0aX", "%ff", "C" * 5000, "..%2f..", "%F0%9F%92%A3", "%25")


@on_both
def test_no_address_of_a_channel_breaks_anything(
    channels: Channels, as_: Callable[[str], Api], pages_as: Callable[[str], Pages]
) -> None:
    channels.connect("C-marketing")
    cmo, admin = as_("cmo"), pages_as("admin")
    body = {"whose": "department:marketing"}
    found = {}
    for name in STRANGE:
        found["GET", name] = cmo.get(f"/channels/{name}").status_code
        found["PUT", name] = cmo.send("PUT", f"/channels/{name}", json=body).status_code
        found["DELETE", name] = cmo.send("DELETE", f"/channels/{name}").status_code
    for path in (
        f"/channels/{FAR}", f"/digests/channels/{FAR}/2026-W47", "/digests/%00", "/digests/channels/1/%00", f"/digests/{'9' * 4000}",
        f"/digests?page={FAR}", "/digests/2026-W54", "/digests/0000-W01", "/digests/channels/0/2026-W47",
    ):  # fmt: skip
        found["page", path] = admin.get(path).status_code
    assert {what: status for what, status in found.items() if status >= 500} == {}


def test_a_subject_that_breaks_its_feature_does_not_silence_the_others(
    channels: Channels, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels.connect("C-it", "it", "cio")
    channels.hear()
    poison, other = asked(company), asked(company)
    kind = registry.kind_of(poison)

    def departments(keys: Sequence[str]) -> Mapping[str, frozenset[str]]:
        if poison in keys:
            raise ZeroDivisionError
        return kind.departments(keys)

    registry.add_kind(replace(kind, departments=departments))
    try:
        channels.hear()
    finally:
        registry.add_kind(kind)
    said = "\n".join(channels.said("C-it"))
    assert other in said
    assert poison not in said
    channels.hear()
    assert poison in "\n".join(channels.said("C-it")), "what could not be said is said once that is mended"


@pytest.mark.parametrize("connected", [True, False])
def test_a_card_that_stands_says_nothing_once_its_subject_is_narrowed(
    channels: Channels, company: Company, connected: bool
) -> None:
    """Not even in a channel that was disconnected, while nobody else listens."""
    here = channels.connect("C-marketing")
    channels.hear()
    key = company.filed("mika", title="Beacon", visibility="company")
    channels.hear()
    assert key in channels.card("C-marketing", key)
    if not connected:
        with company.indoors():
            service.disconnect(company.member("cmo"), here, now=company.now)
    with company.indoors():
        purchases.withdraw(company.member("mika"), key, now=company.now)
    channels.hear()
    assert key not in channels.card("C-marketing", key)


def test_nobodys_direct_messages_are_a_shared_channel(as_: Callable[[str], Api]) -> None:
    cmo, body = as_("cmo"), {"whose": "department:marketing"}
    assert {cmo.send("PUT", f"/channels/{name}", json=body).status_code for name in NO_CHANNELS} == {422}


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_where_nobody_listens_a_sweep_waits_for_nobody(channels: Channels, company: Company) -> None:
    """It goes over every subject: whoever decides about two of them at that moment must not meet it halfway."""
    key, other = asked(company), asked(company)
    held, swept = threading.Event(), threading.Event()

    def decide() -> None:
        with company.app.app_context(), atomic():
            subjects.lock(key)
            held.set()
            assert swept.wait(10)

    with ThreadPoolExecutor(1) as pool:
        deciding = pool.submit(decide)
        assert held.wait(10)
        with company.indoors():
            with atomic() as unit:
                unit.session.execute(text("SET LOCAL lock_timeout = '2s'"))
                assert subjects.tell_nobody() > 0
            swept.set()
            deciding.result()
            left = db.session.scalars(select(Subject.key).where(Subject.told_seq < Subject.audit_seq)).all()
    assert (key in left, other in left) == (True, False)


@pytest.mark.parametrize("database", [POSTGRESQL], indirect=True)
def test_sweeps_decisions_and_settings_at_once_never_block_each_other(channels: Channels, company: Company) -> None:
    here = channels.connect("C-it", "it", "cio")
    keys, now = [asked(company) for _n in range(8)], company.now
    mika, cio = company.member("mika"), company.member("cio")

    def decide() -> None:
        with atomic():
            some = random.sample(keys, 3)
            subjects.lock_all(some)
            threads.comment(mika, some[0], "Hello", now=now)

    def change() -> None:
        found = queries.get_open("C-it")
        wanted = replace(found.settings, digest_minute=random.randrange(1440))
        service.connect(cio, Place(found.team, found.channel, found.name), wanted, now=now)

    def wish() -> None:
        service.wish(cio, here, random.choice(keys), random.choice(("follow", "mute", None)), now=now)

    end = time.monotonic() + 2

    def again(act: Callable[[], object]) -> int:
        """How often it was done; a Busy is a deadlock, and comes out."""
        done = 0
        while time.monotonic() < end:
            with company.app.app_context(), suppress(Stale):
                act()
            done += 1
        return done

    acts = (lambda: service.sweep(now=now), lambda: outbox.drain(now=now, limit=5), decide, change, wish)
    with ThreadPoolExecutor(8) as pool:
        counts = [done.result() for done in [pool.submit(again, act) for act in (*acts, *acts[:3])]]
    assert min(counts) > 0, counts


def asked(company: Company) -> str:
    with company.indoors():
        return tasks.ask(company.member("mika"), {"title": "Consent flag", "to_department": "it"}, now=company.now)


OTHERS = ("cmo", "mika", "agency", "auditor")
WHOSE = ("department:it", "department:marketing", "leaders", "department:", "x", "department:it:")
WRONG = ("9" * 10_000, "-1", "²", "1; drop", "\x00", "", "{}", "1.5", "ａ")


def test_no_forged_press_ends_another_departments_channel(channels: Channels, company: Company) -> None:
    here = channels.connect("C-it", "it", "cio")
    with company.indoors():
        for name, value in product(OTHERS, (*WRONG, str(here.id))):
            with pytest.raises((NotFound, NotAllowed)):
                connecting.disconnect(_talk(company, name, pressed=value))
        assert queries.find_open(here.team, here.channel) == here


def test_a_form_that_names_another_channel_changes_it_for_nobody_who_may_not(
    channels: Channels, company: Company
) -> None:
    """What a form keeps about its channel is looked at as if anybody had written it."""
    here = channels.connect("C-it", "it", "cio")
    kept = ({"channel": "C-it", "name": "x", "version": here.version}, {"channel": "C-it"}, {"channel": ["C-it"]}, {})
    entered = {"details": "none", "digest_at": "09:00", "digest_weekday": "0", "language": "ja"}
    with company.indoors():
        for name, whose, data in product(OTHERS, WHOSE, kept):
            with suppress(DomainError):
                connecting.send(_talk(company, name, data=data, entered={**entered, "whose": whose}))
        assert queries.find_open(here.team, here.channel) == here


def test_settings_nobody_offered_are_chosen_for_nobody(company: Company) -> None:
    """Neither kinds nobody knows nor languages we do not speak; each is refused in words, and half of it is not kept."""
    with company.indoors():
        before = settings.held_by(company.member("mika"))
        for held in ({"news.ZZ": "need"}, {"news.": "need"}, {"language": "en"}, {"owner": "cmo"}):
            with suppress(DomainError):
                talk = _talk(company, "mika", data={"held": held}, entered=dict.fromkeys(held, "follow"))
                settings.send(talk)
        assert settings.held_by(company.member("mika")) == before


def _talk(company: Company, name: str, **more: Any) -> Talk:
    me = company.member(name)
    return Talk(me, Reader(me.locale, me.zone), company.now, "console", "U1", **more)
