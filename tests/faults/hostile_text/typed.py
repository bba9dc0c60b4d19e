"""Forms filled by hand with programs: each as whoever meets it would send it, field by field, over HTTP.

typist = Typist(company, "mika", Turns())
typist.send(path, form, room=False)       # every payload in every field: most are too long, and come back as they were typed
typist.send(path, form)                   # as many as fit, others each time; what is taken is looked at where it leads
typist.wrong == []
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urldefrag

from werkzeug.test import TestResponse

from tests.factories.company import address
from tests.faults.hostile_text.markup import astray
from tests.faults.hostile_text.payloads import PROGRAMS
from tests.parts.clients import _CSRF, Pages
from tests.parts.every_page import SampleCompany, Seen
from tests.parts.forms import Control, Form, forms_of

MARK = re.compile(r"zq\d+typed")
"""Stands before what was typed, with the number of the field."""
ROOM, SHORT = 2000, 4
"""Characters a field takes that does not say how many; fields shorter than so many marks hold codes and figures."""


def short(form: Form, page: str) -> str:
    """What a form is, whatever it is about."""
    return " ".join([re.sub(r"\d+", "1", form.action(page)), *sorted({one.name for one in form.controls})])


def fields_of(form: Form) -> list[Control]:
    """Where somebody writes words in it."""
    return [one for one in form.controls if one.name and one.is_written and not _is_figure(one)]


def _is_figure(one: Control) -> bool:
    return one.attributes.get("inputmode") in ("decimal", "numeric")


@dataclass
class Turns:
    """Which payloads come next, for each field of each form; how often each was typed there, whole."""

    numbers: dict[str, int] = field(default_factory=dict)
    next: Counter[str] = field(default_factory=Counter)
    typed: dict[str, set[str]] = field(default_factory=dict)

    def take(self, where: str, room: int | None) -> str:
        """What to type there: its mark, and as many payloads as fit, at least one; without `room`, all of them."""
        mark = f"zq{self.numbers.setdefault(where, len(self.numbers) + 1)}typed"
        names, done = list(PROGRAMS), self.typed.setdefault(where, set())
        parts: list[str] = []
        for number in range(len(names)):
            name = names[(self.next[where] + number) % len(names)]
            if room is not None and parts and len(" ".join([mark, *parts, PROGRAMS[name]])) > room:
                break
            parts.append(PROGRAMS[name].strip())
            done.add(name)
        if room is not None:
            self.next[where] += len(parts)
        return " ".join([mark, *parts])[:room].strip()

    def all_typed(self, where: str) -> bool:
        """Whether every payload had its turn there, in what fits; a field that never had one waits for nothing."""
        return where not in self.next or self.next[where] >= len(PROGRAMS)


@dataclass
class Typist:
    """Somebody who fills forms, and looks at what comes back."""

    company: SampleCompany
    name: str
    turns: Turns
    answers: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    """By a made-up address: what was answered."""
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)
    """Forms of which something was taken."""

    def __post_init__(self) -> None:
        self.pages = Pages(self.company, self.name)
        found = _CSRF.search(self.pages.get("/me").text)
        assert found, self.name
        self.token = found[1]

    def send(self, path: str, form: Form, *, room: bool = True, spare: frozenset[str] = frozenset()) -> frozenset[str]:
        """Fill a form and send it; `spare` fields stay as they are. Returns the fields whose words were refused."""
        sent, typed = self._filled(path, form, room, spare)
        answer = self.pages.client.post(form.action(path), data={**sent, "csrf_token": self.token})
        about = f"{self.name} {path}: POST {form.action(path)} {answer.status_code}"
        self.statuses[answer.status_code] += 1
        self._look(about, answer)
        if answer.status_code >= 400:
            read = html.unescape(answer.text)
            if typed and not any(MARK.search(one)[0] in read for one in typed.values()):  # type: ignore[index]
                self.wrong.append(f"{about}: what was typed is lost")
            return frozenset(
                one.name
                for again in forms_of(answer.text)
                for one in again.controls
                if "aria-invalid" in one.attributes
            )
        self.kept.add(short(form, path))
        where = urldefrag(answer.headers.get("Location", ""))[0]
        if where.startswith("/") and not where.startswith("//"):
            self._look(f"{about}, {where}", self.pages.get(where))
        return frozenset()

    def anew(self, path: str, about: str) -> Form | None:
        """The form as it stands on its page now, if it still does."""
        return next((one for one in forms_of(self.pages.get(path).text) if short(one, path) == about), None)

    def _look(self, about: str, answer: TestResponse) -> None:
        if answer.status_code >= 500:
            self.wrong.append(f"{about}: {answer.status_code}")
        self.wrong += [
            f"{about}: {name}: {value}" for name, value in answer.headers if MARK.search(value) and "\n" in value
        ]
        if answer.mimetype == "text/html":
            self.wrong += [f"{about}: {one}" for one in astray(answer.text)]
            self.answers[f"/typed/{self.name}/{len(self.answers)}"] = (200, dict(answer.headers), answer.text)
        answer.close()

    def _filled(
        self, path: str, form: Form, room: bool, spare: frozenset[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        about, sent = short(form, path), form.sent("")
        typed: dict[str, str] = {}
        for one in form.controls:
            if not one.name or "disabled" in one.attributes:
                continue
            if one in fields_of(form) and one.name not in spare:
                most = int(one.attributes.get("maxlength") or ROOM)
                if room and (most < SHORT * 10 or one.kind == "email"):
                    sent[one.name] = self._likely(one) or ""
                else:
                    typed[one.name] = self.turns.take(f"{about}: {one.name}", most if room else None)
            elif one.is_written or one.kind in ("date", "datetime-local", "radio", "email"):
                value = self._likely(one)
                if value is not None and not sent.get(one.name):
                    sent[one.name] = value
        return {**sent, **typed}, typed

    def _likely(self, one: Control) -> str | None:
        """What somebody might mean by it who is after something else."""
        value = one.attributes.get("value", one.text)
        match one.kind:
            case "date":
                return value or (self.company.now + timedelta(days=14)).date().isoformat()
            case "datetime-local":
                return value or (self.company.now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
            case "email":
                return value or address("kenji")
        return (value or "10") if _is_figure(one) else value


def fill_in(typist: Typist, forms: Iterable[tuple[str, Form]]) -> None:
    """Each form twice: full to the brim, which is mostly refused, and with what fits; once more without what was refused."""
    for path, form in forms:
        typist.send(path, form, room=False)
        if spare := typist.send(path, form):
            typist.send(path, form, spare=spare)


def fill_in_until_all_was_typed(typist: Typist, forms: Iterable[tuple[str, Form]], most: int) -> None:
    """Each form as it stands now, until every payload was typed into each of its fields, or so many times."""
    for path, form in forms:
        about = short(form, path)
        fill_in(typist, [(path, form)])
        for _round in range(most):
            typist.send(path, typist.anew(path, about) or form)
            if all(typist.turns.all_typed(f"{about}: {one.name}") for one in fields_of(form)):
                break


def forms_to_fill(pages: Iterable[Seen], known: set[str]) -> list[tuple[str, Form]]:
    """The forms of these pages in which somebody writes, but those that are known; they are known from now on."""
    found = []
    for page in pages:
        for form in forms_of(page.text):
            about = short(form, page.path)
            if form.method == "post" and about not in known and fields_of(form):
                known.add(about)
                found.append((page.path, form))
    return found
