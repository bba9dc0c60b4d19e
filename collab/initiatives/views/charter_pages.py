"""The page of the charter: to read, to write, to compare two versions, to lay it out and to sign it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.initiatives.queries.charter_page import CharterPaper, get_paper
from collab.initiatives.queries.charter_sheets import content_now, rows, shown
from collab.initiatives.queries.charters import CharterView, differences, mark_of
from collab.initiatives.queries.initiatives import InitiativeView
from collab.initiatives.rules.chartering import MUST, TEXTS
from collab.initiatives.schemas.charters import LONG, CharterIn
from collab.initiatives.service import chartering
from collab.initiatives.views.panels.charter import lead_names, seats_shown
from collab.kernel import clock
from collab.kernel.actor import Actor
from collab.kernel.errors import DomainError, Invalid, NotAllowed, NotNow, Stale
from collab.kernel.fields import load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit
from collab.people import queries as people
from collab.signatures.queries.reading import new_to
from collab.web.identity import current_member, reader

bp = Blueprint("charters", __name__)
Answer = Response | tuple[str, int]


@bp.get("/initiatives/<key>/charter")
@permit("initiative.charter_show")
def show(key: str) -> str:
    """As it stands; `?since=2` shows what differs from version 2."""
    return _page(get_paper(current_member(), key))


@bp.get("/initiatives/<key>/charter/write")
@permit("initiative.charter_write")
def edit(key: str) -> str:
    """The form, with what is written."""
    me = current_member()
    paper = get_paper(me, key)
    if "write" not in paper.can:
        raise NotAllowed("initiative_not_yours", verb="initiative.charter_write")
    return _form(paper, paper.charter.texts if paper.charter else {}, mark_of(paper.charter))


@bp.post("/initiatives/<key>/charter")
@permit("initiative.charter_write")
def write(key: str) -> str | Answer:
    """Keep what was typed; nothing typed is lost when somebody else wrote at the same time."""
    me, how = current_member(), reader()
    typed = {name: request.form.get(name, "") for name in TEXTS if name in request.form}
    seen = request.form.get("seen") or None
    try:
        chartering.write(me, key, load(CharterIn(), typed), seen=seen, now=clock.now())
    except (Invalid, Stale, NotNow, NotAllowed) as refused:
        paper = get_paper(me, key)
        mark = mark_of(paper.charter) if isinstance(refused, Stale) else seen
        return _form(paper, typed, mark or "", refused), refused.status
    flash(how.say("initiative.charter.page.kept"), "success")
    return redirect(f"/initiatives/{key}/charter", 303)


@bp.post("/initiatives/<key>/charter/lay")
@permit("initiative.charter_lay")
def lay(key: str) -> Answer:
    """Ask both leads to sign what was shown."""
    me, how = current_member(), reader()
    try:
        chartering.lay(me, key, seen=request.form.get("seen") or None, now=clock.now())
    except (Invalid, Stale, NotNow, NotAllowed) as refused:
        return _page(get_paper(me, key), refused), refused.status
    flash(how.say("initiative.charter.page.laid"), "success")
    return redirect(f"/initiatives/{key}/charter", 303)


def _page(paper: CharterPaper, refused: DomainError | None = None) -> str:
    me, how, now = current_member(), reader(), clock.now()
    names = lead_names(paper.initiative, how)
    since = _since(paper)
    return render_template(
        "initiatives/charter.html", paper=paper, row=paper.initiative, charter=paper.charter, sheet=paper.in_force,
        rows=_rows(me, paper, how), names=names, seen=mark_of(paper.charter),
        seats=seats_shown(paper.in_force, how, now) if paper.in_force else [], lacks=[_lack(code, how, names) for code in paper.lacks],
        problem=_problem(refused, how), since=since, changed=_changed(since, paper, how, names), versions=_versions(paper, how),
        new=new_to(me, paper.in_force, how) if paper.in_force and "sign" in paper.can else (None, ()),
    )  # fmt: skip


def _rows(me: Actor, paper: CharterPaper, how: Reader) -> Any:
    """What stands on it: of the sheet where one is in force, else what would stand there."""
    if paper.in_force is not None:
        return rows(shown(me, paper.in_force.content), how)
    blank = CharterView(paper.initiative.id, 0, dict.fromkeys(TEXTS, ""), 0, paper.initiative.created_at)
    return rows(shown(me, content_now(paper.initiative, paper.charter or blank)), how)


def _since(paper: CharterPaper) -> CharterView | None:
    wanted = request.args.get("since", "")
    return next((one for one in paper.versions[1:] if str(one.version) == wanted), None)


def _changed(since: CharterView | None, paper: CharterPaper, how: Reader, names: Mapping[int, str]) -> list[Any]:
    if since is None or paper.charter is None:
        return []
    found = differences(since, paper.charter)
    return [(field_label(name, how, names, areas_of(paper.initiative)), before, after) for name, before, after in found]


def _versions(paper: CharterPaper, how: Reader) -> list[dict[str, Any]]:
    """Every version, the latest first: who wrote it, when, and its sheet."""
    named = people.names_of(one.written_by for one in paper.versions)
    laid = {sheet.version: sheet for sheet in paper.sheets}
    return [
        {
            "version": one.version, "who": how.name(named[one.written_by]), "at": how.moment(one.written_at),
            "sheet": laid.get(one.version),
        }
        for one in paper.versions
    ]  # fmt: skip


def _form(paper: CharterPaper, typed: Mapping[str, Any], seen: str, refused: DomainError | None = None) -> str:
    how = reader()
    names = lead_names(paper.initiative, how)
    errors = {path: how.say(text) for path, text in refused.fields.items()} if isinstance(refused, Invalid) else {}
    fields = [
        {"name": name, "label": field_label(name, how, names, areas_of(paper.initiative)), "may": name not in (*MUST, "brings_3"),
         "hint": how.say(f"initiative.charter.hint.{name.partition('_')[0] if name.startswith('brings') else name}")}
        for name in TEXTS
        if name != "brings_3" or paper.initiative.lead(3)
    ]  # fmt: skip
    theirs = paper.charter.texts if isinstance(refused, Stale) and paper.charter else {}
    return render_template(
        "initiatives/charter_form.html", paper=paper, row=paper.initiative, typed=typed, seen=seen, fields=fields,
        errors=errors, longest=LONG, theirs=theirs, problem=_problem(refused, how) if not errors else "",
    )  # fmt: skip


def areas_of(initiative: InitiativeView) -> dict[int, str]:
    """The area of the third lead, by slot."""
    return {held.slot: held.area for held in initiative.leads if held.area}


def field_label(name: str, how: Reader, names: Mapping[int, str], areas: Mapping[int, str] | None = None) -> str:
    """What a field of the text is called; who brings it is said by name, a third lead's by area."""
    if name.startswith("brings_"):
        slot = int(name[-1])
        area = (areas or {}).get(slot)
        return how.say(f"initiative.charter.field.brings{f'_{area}' if area else ''}", unit=names.get(slot, ""))
    return how.say(f"initiative.charter.field.{name}")


def _lack(code: str, how: Reader, names: Mapping[int, str]) -> str:
    if code in TEXTS:
        return how.say("initiative.charter.page.unwritten", field=field_label(code, how, names))
    return how.say(f"initiative.lacks.{code}")


def _problem(refused: DomainError | None, how: Reader) -> str:
    if refused is None:
        return ""
    if isinstance(refused, Stale):
        return how.say("initiative.charter.page.stale")
    if isinstance(refused, Invalid) and "signers" in refused.fields:
        return how.say(refused.fields["signers"])
    return how.say("initiative.charter.page.incomplete") if isinstance(refused, Invalid) else how.say(refused.text)
