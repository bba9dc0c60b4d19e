"""One form before a person's eyes: found on its page, opened by a person's means, looked at, filled in and sent.

found = forms_on(page, app)                  # [(key, number), ...] in the order of the page
form = OpenForm(page, number, language)
form.reach(); wrong = form.faults(); form.fill({"amount": "4800000"}); answer = form.send()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page, Response

from tests.parts.form_keys import Field, key_of
from tests.parts.form_lines import FIRST

WORDS = {"en": "Words somebody wrote here", "ja": "ここに書かれた言葉"}
MOST_FOLDS = 20
VALUES = {"date": "2026-12-15", "datetime-local": "2026-12-15T10:00", "time": "10:00", "email": "mika@example.com",
          "url": "https://example.com/paper", "number": "3", "decimal": "3", "numeric": "3"}  # fmt: skip
"""What fits a field of a kind where its form says nothing else."""

FORMS = """() => [...document.forms].map((form) => [form.getAttribute("method") || "get", form.getAttribute("action") || "",
    [...form.elements].filter((one) => one.name).map((one) => [one.name, one.tagName === "INPUT" ? one.type : one.tagName.toLowerCase(), one.value])])"""

ROUND = """(form) => {
    const found = [];
    for (let one = form.parentElement; one; one = one.parentElement) if (one.tagName === "DETAILS" && !one.open) found.unshift(one.querySelector(":scope > summary"));
    return found;
}"""
"""What it is folded away in."""
FOLDS = f"""(form) => [...({ROUND})(form), ...[...form.querySelectorAll("details:not([open]) > summary")].filter((one) => one.checkVisibility())]"""
"""And what is folded away in it."""

FAULTS = r"""([form, language]) => {
    const wrong = [], japanese = /[\u3040-\u30ff\u3400-\u9fff]/, latin = /[A-Za-z]{2,}/;
    const names = /^(Slack|KPI|KGI|URL|CMO|CIO|CEO|CFO|IT|API|PDF|CSV|JPY|USD|EUR|GBP|SLA|QR|ID|OKR|CX|ROI)$/;
    const text = (one) => (one?.textContent ?? "").replace(/\s+/g, " ").trim();
    const shown = (one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true}) && one.getClientRects().length > 0;
    const foreign = (words) => language === "ja"
        ? !japanese.test(words) && words.split(/[^A-Za-z]+/).some((word) => latin.test(word) && !names.test(word))
        : japanese.test(words) && !latin.test(words);
    const spoken = (one) => one.getAttribute("aria-label") || (one.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean).map((id) => text(document.getElementById(id))).join(" ");
    const scrolls = (one) => { for (let up = one.parentElement; up; up = up.parentElement) if (["auto", "scroll"].includes(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true; };
    const fits = (one, name) => { const at = one.getBoundingClientRect(); if ((at.right > innerWidth + 1 || at.left < -1) && !scrolls(one)) wrong.push(`${name} sticks out`); };
    const fields = [...form.elements].filter((one) => one.name && !["hidden", "submit", "button", "fieldset", "output"].includes(one.type));
    for (const one of fields) {
        const labels = [...(one.labels ?? [])].filter(shown), group = one.closest("fieldset")?.querySelector(":scope > legend");
        if (!shown(one) && !labels.length) { wrong.push(`${one.name} cannot be seen`); continue; }
        const name = labels.map(text).join(" ") || spoken(one);
        if (!name) wrong.push(`${one.name} has no label`);
        if (one.type === "radio" && (!group || !text(group))) wrong.push(`${one.name} has choices and no question`);
        const asked = ["radio", "checkbox"].includes(one.type) ? text(group) : name;
        if (foreign(asked)) wrong.push(`${one.name} is asked in another language: ${asked}`);
        fits(one, one.name);
        for (const id of (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)) if (!document.getElementById(id)) wrong.push(`${one.name} is described by nothing: ${id}`);
    }
    for (const hint of form.querySelectorAll(".hint, .error, legend")) if (shown(hint) && foreign(text(hint))) wrong.push(`another language: ${text(hint)}`);
    const buttons = [...form.elements].filter((one) => one.type === "submit" && shown(one) && one.ariaHidden !== "true");
    if (!buttons.length && !fields.some((one) => one.type === "search")) wrong.push("nothing to press");
    for (const one of buttons) {
        const name = spoken(one) || text(one);
        if (!name) wrong.push("a button without a name");
        if (foreign(name) && !one.closest("[lang]:not(html)")) wrong.push(`a button in another language: ${name}`);
        let at, there;
        for (let turn = 0; turn < 3 && !one.contains(there ?? null); turn++) {  // what comes into sight may be drawn only now, and move it
            one.focus(); one.scrollIntoView({block: "center", behavior: "instant"});
            at = one.getBoundingClientRect(); there = document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
        }
        if (document.activeElement !== one && !one.disabled) wrong.push(`${name} takes no focus`);
        if (!(one === there || one.contains(there) || scrolls(one))) wrong.push(`${name} is covered by ${there?.outerHTML.slice(0, 60)}`);
        fits(one, name);
    }
    const wide = document.documentElement.scrollWidth - innerWidth;
    return wide > 0 ? [...wrong, `${wide}px too wide`] : wrong;
}"""

FIELDS = """(form) => { const said = (one) => one.type === "radio" ? one.closest("fieldset") ?? one : one; return [...form.elements].filter((one) => one.name && !["hidden", "submit", "button", "fieldset"].includes(one.type) && !one.disabled && !one.readOnly)
    .map((one) => ({name: one.name, kind: one.type, mode: one.inputMode, value: one.value, checked: one.checked === true, required: one.required,
        choices: one.options ? [...one.options].map((choice) => choice.value) : [], invalid: said(one).getAttribute("aria-invalid") === "true",
        told: (said(one).getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id.endsWith("-error")).map((id) => document.getElementById(id)).filter((said) => said?.checkVisibility()).map((said) => said.textContent.trim()).join(" ")})) }"""

SETTLED = """() => !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")"""
HELD = """(form) => form.noValidate || form.checkValidity() ? "" : [...form.elements].find((one) => !one.validity.valid).name"""
BUTTON = """([form, value]) => {
    const all = [...form.elements].filter((one) => one.type === "submit" && one.checkVisibility() && one.ariaHidden !== "true");
    return value ? all.find((one) => one.value === value || one.formAction.endsWith(value)) : all.find((one) => one.classList.contains("primary")) ?? all.at(-1);
}"""


def forms_on(page: Page, app: Flask) -> list[tuple[str, int]]:
    """The key of every form of the page, with its number there."""
    path = urlsplit(page.url).path
    return [
        (key_of(app, method, action, path, [Field(*one) for one in fields]), number)
        for number, (method, action, fields) in enumerate(page.evaluate(FORMS))
    ]


class OpenForm:
    """A form of the page that is shown."""

    def __init__(self, page: Page, number: int, language: str) -> None:
        self.page, self.number, self.language = page, number, language
        self.handle = page.evaluate_handle(f"document.forms[{number}]").as_element()
        assert self.handle is not None

    def reach(self) -> None:
        """Open whatever it, or a part of it, is folded away in, from the outside in, by the key that
        opens what stands there."""
        for _fold in range(MOST_FOLDS):
            folds = [one.as_element() for one in self.handle.evaluate_handle(FOLDS).get_properties().values()]
            if not folds:
                return
            folds[0].press("Enter")

    def is_folded(self) -> bool:
        """Whether something has to be opened to see it."""
        return bool(self.handle.evaluate(f"(form) => ({ROUND})(form).length"))

    def faults(self) -> list[str]:
        """What keeps somebody from seeing, understanding or pressing it."""
        return self.page.evaluate(FAULTS, [self.handle, self.language])

    def fields(self) -> list[dict[str, Any]]:
        """What can be filled in."""
        return self.handle.evaluate(FIELDS)

    def fill(self, told: Mapping[str, Any], *, but: str = "") -> dict[str, str]:
        """Fill everything in: as `told` by name, otherwise with what fits; `but` one field, which is left empty. Gives back what
        was typed."""
        typed: dict[str, str] = {}
        fields = self.fields()
        chosen = {one["name"] for one in fields if one["kind"] == "radio" and one["checked"]}
        for one in fields:
            name = one["name"]
            value = "" if name == but else told.get(name, _fitting(one, self.language))
            if value is FIRST:
                value = next(choice for choice in one["choices"] if choice)
            if one["kind"] == "radio" and one["required"] and name not in {*chosen, *told, but}:
                value = one["value"]
                chosen.add(name)
            if value is None or (name in typed and one["kind"] != "radio"):
                continue
            self._put(one, value)
            if name != but and one["kind"] not in ("file", "radio", "checkbox"):
                typed[name] = value
        return typed

    def _put(self, one: dict[str, Any], value: Any) -> None:
        where = f"[name='{one['name']}']"
        if one["kind"] == "radio":
            if one["value"] == value and not one["checked"]:
                self._element(f"{where}[value='{value}']").check()
        elif one["kind"] == "checkbox":
            if one["checked"] != bool(value) and one["value"] in (value, one["value"]):
                self._element(f"{where}[value='{one['value']}']").set_checked(bool(value))
        elif one["kind"] == "file":
            self._element(where).set_input_files([value] if value else [])
        elif one["choices"]:
            self._choose(where, one["value"], value)
        elif value != one["value"]:
            self._element(where).fill(value)

    def _choose(self, where: str, was: str, value: str) -> None:
        if value != was:  # choosing the same again would ask the server again for what depends on it
            self._element(where).select_option(value)
            self.page.wait_for_function(SETTLED)

    def _element(self, where: str) -> Any:
        found = self.handle.query_selector(where)
        if found is None:
            inside = self.handle.get_attribute("id")
            found = self.page.query_selector(f"{where}[form='{inside}']")
        assert found is not None, where
        return found

    def held_back(self) -> str:
        """The name of the field at which the browser itself would hold it back; "" when it leaves the answer to the server."""
        return str(self.handle.evaluate(HELD))

    def answer_of_the_server(self) -> None:
        """From now on the browser lets everything through."""
        self.handle.evaluate("(form) => { form.noValidate = true }")

    def press(self, value: str = "") -> None:
        """Press its button: the one with this value, or whose own address ends with it, or the one that stands out, or its last."""
        button = self.page.evaluate_handle(BUTTON, [self.handle, value]).as_element()
        if button is None:
            self._element("[type=search]").press("Enter")
        else:
            button.click()

    def send(self, value: str = "") -> Response:
        """Press it and see what comes back."""
        with self.page.expect_navigation(wait_until="domcontentloaded") as left:
            self.press(value)
        assert left.value is not None
        return left.value


def _fitting(one: dict[str, Any], language: str) -> Any:
    """A value for a field nothing is said about: what is there already, or what fits its kind where something has to be. None
    leaves it as it is."""
    if one["kind"] in ("checkbox", "radio", "file", "search"):
        return None
    if one["choices"]:
        return one["value"] or (
            next((choice for choice in one["choices"] if choice), None) if one["required"] else None
        )
    if one["required"] or one["kind"] == "textarea":
        return one["value"] or VALUES.get(one["kind"]) or VALUES.get(one["mode"]) or WORDS[language]
    return None
