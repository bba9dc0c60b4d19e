"""Pages of business calendars for administrators: which there are, a month of one, a try, the proposal of a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date, get_day_names
from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.calendars import queries, rules
from collab.calendars.registry import users_of
from collab.calendars.rules import LONGEST, Mistake
from collab.controls import service as controls
from collab.controls.queries import PAGE as CHANGES
from collab.kernel import clock
from collab.kernel.business_time import BadSpan, BusinessCalendar, BusinessTimeError, parse_span
from collab.kernel.clock import day_in
from collab.kernel.errors import Invalid, NotFound, NotNow
from collab.kernel.fields import Day, Input, load
from collab.kernel.i18n import Reader
from collab.kernel.permits import permit, permits
from collab.kernel.text import storable
from collab.web.identity import current_member, reader
from collab.web.proof import require_recent_proof

bp = Blueprint("calendars", __name__, template_folder="../templates", url_prefix="/admin/calendars")
VERSION = "calendar.version"
EXAMPLE = """code = ""
zone = "Asia/Tokyo"
holidays = "JP"
closed = ["12-29/01-03"]

[hours]
mon = ["09:00-12:00", "13:00-18:00"]
tue = ["09:00-12:00", "13:00-18:00"]
wed = ["09:00-12:00", "13:00-18:00"]
thu = ["09:00-12:00", "13:00-18:00"]
fri = ["09:00-12:00", "13:00-18:00"]
"""
Answer = Response | tuple[str, int]


class FromIn(Input):
    """From which day."""

    from_on = Day(allow_none=True)


@bp.get("")
@permit("calendar.administer")
def index() -> str:
    """Every calendar in force, who uses it, whether it is open now."""
    me, how, now = current_member(), reader(), clock.now()
    permits.check("calendar.administer", me.roles)
    newest = {row.code: row for row in queries.list_versions()[::-1]}
    rows = [
        {
            "code": one.code, "zone": one.zone.key, "open": one.is_open(now), "since": how.show(newest[one.code].imported_at),
            "sites": how.show([user.site for user in users_of(one.code)]),
        }
        for one in queries.list_calendars()
    ]  # fmt: skip
    return render_template("calendars/list.html", rows=rows, may=permits.allows("control.propose", me.roles))


@bp.get("/new")
@permit("control.propose")
def new() -> str:
    """The form of a calendar that is not there yet."""
    permits.check("control.propose", current_member().roles)
    return _new(EXAMPLE, (), {}, {})


@bp.post("/new")
@permit("control.propose")
def add() -> Answer:
    """Propose a calendar that is not there yet."""
    return _propose("", _new)


@bp.get("/<code>")
@permit("calendar.administer")
def show(code: str) -> str:
    """A month of it, a try, who uses it, its versions."""
    permits.check("calendar.administer", current_member().roles)
    return _page(code)


@bp.post("/<code>")
@permit("control.propose")
def propose(code: str) -> Answer:
    """Propose a new version of it."""
    queries.get_calendar(code)
    return _propose(code, lambda *refused: _page(code, *refused))


def _propose(code: str, again: Any) -> Answer:
    """Put a version before a second person; refused, the text with what is wrong, line by line."""
    me, how, now = current_member(), reader(), clock.now()
    require_recent_proof(now)
    permits.check("control.propose", me.roles)
    text = request.form.get("text", "")[: LONGEST + 1]
    typed = {name: request.form.get(name, "") for name in ("reason", "from_on")}
    mistakes = _mistakes(text, code, how)
    if mistakes:
        return again(text, mistakes, {"text": _in_short(mistakes, how)}, typed), Invalid.status
    try:
        from_on = load(FromIn(), {"from_on": typed["from_on"]}).get("from_on")
        made = controls.propose(me, VERSION, {"text": text}, reason=typed["reason"], from_on=from_on, now=now)
    except Invalid as refused:
        found = {"" if path == "_" else path: how.say(said) for path, said in refused.fields.items()}
        return again(text, (), found, typed), refused.status
    except NotNow as refused:
        return again(text, (), {"": how.say(refused.text)}, typed), refused.status
    flash(how.say("control.page.proposed", key=made.key), "success")
    return redirect(f"{CHANGES}/{made.key}", 303)


def _mistakes(text: str, code: str, how: Reader) -> Sequence[Mistake]:
    if not text.strip() or len(text) > LONGEST or not storable(text):
        return [Mistake(None, how.say("calendar.page.no_text", n=LONGEST))]
    try:
        _data, calendar = rules.read(text)
    except rules.BadText as bad:
        return bad.mistakes
    if code and calendar.code != code:
        return [Mistake(None, how.say("calendar.page.other_code", code=calendar.code))]
    if not code and queries.find_body(calendar.code) is not None:
        return [Mistake(None, how.say("control.problem.known_already", code=calendar.code))]
    return ()


def _in_short(mistakes: Sequence[Mistake], how: Reader) -> str:
    """What stands beside the text: what is wrong, where it is one thing about the whole of it."""
    alone = len(mistakes) == 1 and not mistakes[0].line
    return mistakes[0].text if alone else how.say("calendar.page.mistakes", n=len(mistakes))


def _new(text: str, mistakes: Sequence[Mistake], errors: Mapping[str, str], typed: Mapping[str, str]) -> str:
    return render_template("calendars/new.html", text=text, mistakes=mistakes, errors=errors, typed=typed)


def _page(
    code: str, text: str | None = None, mistakes: Sequence[Mistake] = (), errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    me, how, now, calendar = current_member(), reader(), clock.now(), queries.get_calendar(code)
    today = day_in(now, calendar.zone.key)
    first = _month(request.args.get("month", ""), today)
    return render_template(
        "calendars/show.html", code=code, zone=calendar.zone.key, open=calendar.is_open(now), errors=errors or {},
        month_said=format_date(first, "y年M月" if how.locale == "ja" else "MMMM y", locale=how.locale),
        days=_days(calendar, first, today, how), before=_next(first, -1), after=_next(first, 1), users=users_of(code),
        versions=[row for row in queries.list_versions() if row.code == code][:10], mistakes=mistakes, typed=typed or {},
        text=text if text is not None else rules.written(queries.find_body(code) or {}), refused=text is not None,
        may=permits.allows("control.propose", me.roles), **_tried(calendar, now, how),
    )  # fmt: skip


def _month(written: str, today: date) -> date:
    try:
        first = date.fromisoformat(f"{written}-01") if len(written) == 7 else today.replace(day=1)
    except ValueError:
        raise NotFound from None
    return first if abs((first - today).days) < 10 * 366 else today.replace(day=1)


def _next(first: date, step: int) -> str:
    number = first.year * 12 + first.month - 1 + step
    return f"{number // 12}-{number % 12 + 1:02}"


def _days(calendar: BusinessCalendar, first: date, today: date, how: Reader) -> list[dict[str, Any]]:
    names = get_day_names("abbreviated", locale=how.locale)
    return [
        {
            "number": day.on.day, "name": names[day.on.weekday()], "weekday": day.on.weekday() + 1,
            "shifts": how.show(list(day.shifts)) if day.shifts else "", "today": day.on == today,
        }
        for day in rules.month(calendar, first)
    ]  # fmt: skip


def _tried(calendar: BusinessCalendar, now: datetime, how: Reader) -> dict[str, str]:
    """What "2bd from now" is, here."""
    span, start = request.args.get("span", "2bd").strip()[:12] or "2bd", request.args.get("start", "").strip()[:25]
    said = {"span": span, "start": start, "span_error": "", "start_error": "", "answer": ""}
    try:
        moment = datetime.fromisoformat(start).replace(tzinfo=calendar.zone) if start else now
    except ValueError:
        return {**said, "start_error": how.say("field.not_a_moment")}
    try:
        due = parse_span(span).due(moment.astimezone(UTC), calendar)
    except BadSpan:
        return {**said, "span_error": how.say("calendar.page.bad_span")}
    except (BusinessTimeError, OverflowError):
        return {**said, "span_error": how.say("calendar.problem.out_of_reach")}
    there = Reader(how.locale, calendar.zone.key)
    word = "calendar.page.answer_from" if start else "calendar.page.answer"
    return {**said, "answer": how.say(word, span=span, start=there.moment(moment), due=there.moment(due))}
