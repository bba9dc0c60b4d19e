"""Reading a form of the pages as a browser does."""

from __future__ import annotations

import re


def as_sent(form: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    form = form[form.index('id="request"') : form.index("</form>", form.index('id="request"'))]
    sent = dict(re.findall(r'<input type="(?:text|date|hidden)"[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    sent |= dict(re.findall(r'<input inputmode[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form))
    sent |= {
        name: value.removeprefix("\n")
        for name, value in re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    }
    for tag in re.findall(r'<input type="(?:radio|checkbox)"[^>]*>', form):
        if " checked" in tag:
            sent[re.search(r'name="([^"]+)"', tag)[1]] = re.search(r'value="([^"]*)"', tag)[1]
    for name, options in re.findall(r'<select[^>]*?name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = chosen[1] if chosen else ""
    return {name: value for name, value in sent.items() if name != "csrf_token"}
