"""The forms of a page, as a browser would see and send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str]
NO_LABEL = ("hidden", "submit", "button", "image", "reset")
WRITTEN = ("text", "search", "url", "tel", "email", "")


@dataclass
class Control:
    """One field of a form; a select holds its choices, a radio stands for itself."""

    tag: str
    attributes: Attributes
    labelled: bool
    choices: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def kind(self) -> str:
        """Its type; a select's or textarea's is its tag."""
        return self.attributes.get("type", "").lower() if self.tag == "input" else self.tag

    @property
    def is_written(self) -> bool:
        """Whether somebody writes words into it."""
        return self.tag == "textarea" or (
            self.tag == "input" and self.kind in WRITTEN and "readonly" not in self.attributes
        )


@dataclass
class Form:
    """One form with its fields and buttons, those outside it too that name it."""

    attributes: Attributes
    controls: list[Control] = field(default_factory=list)
    buttons: list[Attributes] = field(default_factory=list)

    @property
    def method(self) -> str:
        return self.attributes.get("method", "get").lower()

    def action(self, page: str) -> str:
        return self.attributes.get("action") or page

    def sent(self, words: str) -> dict[str, Any]:
        """What a browser sends of it when every line is filled with these words."""
        found: dict[str, Any] = {}
        for one in self.controls:
            value = self._value(one, words)
            if one.name and value is not None:
                found.setdefault(one.name, value)
        first = next(iter(self.buttons), {})
        return {**found, **({first["name"]: first.get("value", "")} if "name" in first else {})}

    def _value(self, one: Control, words: str) -> str | None:
        if one.is_written and one.attributes.get("inputmode") not in ("decimal", "numeric"):
            most = int(one.attributes.get("maxlength", 0) or 0)
            return words[:most] if most else words
        if one.tag == "select":
            return next((choice for choice in one.choices if choice), "")
        if one.kind == "file":
            return None
        if one.kind in ("checkbox", "radio") and "checked" not in one.attributes:
            return None
        return one.attributes.get("value", one.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.loose: list[tuple[str, Control | Attributes]] = []
        self.labels: set[str] = set()
        self._form: Form | None = None
        self._label = 0
        self._last: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given)
            self.forms.append(self._form)
        elif tag == "label":
            self._label += 1
            self.labels.add(given.get("for", ""))
        elif tag == "option" and self._last:
            self._last.choices.append(given.get("value", ""))
        elif tag in ("input", "select", "textarea"):
            self._control(tag, given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "label":
            self._label -= 1
        elif tag in ("select", "textarea"):
            self._last = None

    def handle_data(self, data: str) -> None:
        if self._last and self._last.tag == "textarea":
            self._last.text += data

    def _control(self, tag: str, given: Attributes) -> None:
        if tag == "input" and given.get("type") in ("submit", "image"):
            return self._button(given)
        made = Control(tag, given, bool(self._label or given.get("aria-label") or given.get("aria-labelledby")))
        self._last = made if tag != "input" else None
        if "form" in given or not self._form:
            self.loose.append((given.get("form", ""), made))
        else:
            self._form.controls.append(made)
        return None

    def _button(self, given: Attributes) -> None:
        if "form" in given or not self._form:
            self.loose.append((given.get("form", ""), given))
        else:
            self._form.buttons.append(given)


def forms_of(html: str) -> list[Form]:
    """Every form of a page, complete."""
    reader = _Reader()
    reader.feed(html)
    by_id = {form.attributes["id"]: form for form in reader.forms if "id" in form.attributes}
    for owner, one in reader.loose:
        if owner in by_id:
            (by_id[owner].controls if isinstance(one, Control) else by_id[owner].buttons).append(one)  # type: ignore[arg-type]
    for form in reader.forms:
        for control in form.controls:
            control.labelled = control.labelled or control.attributes.get("id", "-") in reader.labels
    return reader.forms


def faults(form: Form, page: str) -> Iterator[str]:
    """What a form lacks."""
    about = f"{form.method} {form.action(page)}"
    if form.method == "post" and not any(one.name == "csrf_token" for one in form.controls):
        yield f"{about}: no token against forgery"
    if not form.buttons and not any(one.kind == "search" for one in form.controls):
        yield f"{about}: nothing to press"
    for one in form.controls:
        if one.kind not in NO_LABEL and not one.labelled:
            yield f"{about}: {one.name} has no label"
        if one.kind == "email" and "autocomplete" not in one.attributes:
            yield f"{about}: {one.name} does not say what to fill in"
        if one.kind == "password":
            yield f"{about}: {one.name} asks for a password"
