"""The API of tasks: translate in, one call to a service, translate back."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for

from collab.kernel import clock
from collab.kernel.permits import permit
from collab.subjects.queries import list_related
from collab.tasks import queries, service
from collab.tasks.queries import Filter
from collab.tasks.schemas import (
    TaskAcceptIn,
    TaskBlockIn,
    TaskCommentIn,
    TaskCounterIn,
    TaskEventOut,
    TaskHandOverIn,
    TaskIn,
    TaskNoteIn,
    TaskOut,
    TaskQuery,
    TaskQuestionIn,
    TaskReasonIn,
    TaskReopenIn,
    TaskShareIn,
    TaskSnoozeIn,
    TaskTextIn,
    TaskWithdrawIn,
    body,
    event,
)
from collab.tasks.schemas.incoming import when_of
from collab.web.api import blueprint, paged, repeatable, seen_version, tagged, window
from collab.web.identity import bearer, reader

bp = blueprint("tasks", "Tasks (依頼): what one department asks of another")


@bp.post("/tasks")
@bp.arguments(TaskIn)
@bp.response(201, TaskOut)
@permit("task.ask")
@repeatable
def create(fields: dict[str, Any]) -> Response:
    """Ask a department, or somebody in it. The clock of whoever must answer runs at once."""
    return _one(service.ask(bearer(), fields, source="api", now=clock.now()), 201)


@bp.get("/tasks")
@bp.arguments(TaskQuery, location="query")
@bp.response(200, TaskOut(many=True))
@permit("task.list")
def index(wanted: dict[str, Any]) -> Response:
    """The tasks you may see, newest first."""
    offset, size = window()
    chosen = Filter(**{name: value for name, value in wanted.items() if value is not None})
    found, total = queries.list_tasks(bearer(), chosen, now=clock.now(), offset=offset, limit=size)
    return paged(jsonify([body(task) for task in found]), total)


@bp.get("/tasks/<key>")
@bp.response(200, TaskOut)
@permit("task.show")
def show(key: str) -> Response:
    """One task: what is asked, who must act next and by when, how far it has climbed."""
    return _one(key, 200)


@bp.get("/tasks/<key>/history")
@bp.response(200, TaskEventOut(many=True))
@permit("task.history")
def history(key: str) -> Response:
    """Everything that happened, complete and in order, with every date that was agreed and agreed anew."""
    return jsonify([event(line) for line in queries.list_history(bearer(), key)])


@bp.post("/tasks/<key>/accept")
@bp.arguments(TaskAcceptIn)
@bp.response(200, TaskOut)
@permit("task.accept")
@repeatable
def accept(said: dict[str, Any], key: str) -> Response:
    """Take it, by a date you can keep. 409 says who was faster, and when."""
    return _moved("accept", key, due=when_of(said), note=said.get("note"))


@bp.post("/tasks/<key>/decline")
@bp.arguments(TaskReasonIn)
@bp.response(200, TaskOut)
@permit("task.decline")
@repeatable
def decline(said: dict[str, Any], key: str) -> Response:
    """Say no, with the reason."""
    return _moved("decline", key, **said)


@bp.post("/tasks/<key>/counter")
@bp.arguments(TaskCounterIn)
@bp.response(200, TaskOut)
@permit("task.counter")
@repeatable
def counter(said: dict[str, Any], key: str) -> Response:
    """Propose another date or another scope; once it is accepted: ask for more time."""
    return _moved("counter", key, due=when_of(said), scope=said.get("scope"), note=said.get("note"))


@bp.post("/tasks/<key>/agree")
@bp.arguments(TaskNoteIn)
@bp.response(200, TaskOut)
@permit("task.agree")
@repeatable
def agree(said: dict[str, Any], key: str) -> Response:
    """Agree to what was proposed."""
    return _moved("agree", key, **said)


@bp.post("/tasks/<key>/ask_again")
@bp.arguments(TaskReasonIn)
@bp.response(200, TaskOut)
@permit("task.ask_again")
@repeatable
def ask_again(said: dict[str, Any], key: str) -> Response:
    """Do not agree: it stands as it was, with the time that was left."""
    return _moved("ask_again", key, **said)


@bp.post("/tasks/<key>/start")
@bp.response(200, TaskOut)
@permit("task.start")
@repeatable
def start(key: str) -> Response:
    """Say that work has begun."""
    return _moved("start", key)


@bp.post("/tasks/<key>/question")
@bp.arguments(TaskQuestionIn)
@bp.response(200, TaskOut)
@permit("task.question")
@repeatable
def question(said: dict[str, Any], key: str) -> Response:
    """Ask something first: the clock is theirs until they answer."""
    return _moved("question", key, **said)


@bp.post("/tasks/<key>/answer")
@bp.arguments(TaskTextIn)
@bp.response(200, TaskOut)
@permit("task.answer")
@repeatable
def answer(said: dict[str, Any], key: str) -> Response:
    """Answer the open question; whoever was stopped gets their time back."""
    return _moved("answer", key, **said)


@bp.post("/tasks/<key>/block")
@bp.arguments(TaskBlockIn)
@bp.response(200, TaskOut)
@permit("task.block")
@repeatable
def block(said: dict[str, Any], key: str) -> Response:
    """Say what stops it, who can lift it, what the delay costs: the clock is theirs."""
    return _moved("block", key, **said)


@bp.post("/tasks/<key>/unblock")
@bp.arguments(TaskNoteIn)
@bp.response(200, TaskOut)
@permit("task.unblock")
@repeatable
def unblock(said: dict[str, Any], key: str) -> Response:
    """It can go on: the owner gets the time back that was left."""
    return _moved("unblock", key, **said)


@bp.post("/tasks/<key>/done")
@bp.arguments(TaskNoteIn)
@bp.response(200, TaskOut)
@permit("task.done")
@repeatable
def done(said: dict[str, Any], key: str) -> Response:
    """Say that it is done; the asker confirms."""
    return _moved("done", key, **said)


@bp.post("/tasks/<key>/confirm")
@bp.arguments(TaskNoteIn)
@bp.response(200, TaskOut)
@permit("task.confirm")
@repeatable
def confirm(said: dict[str, Any], key: str) -> Response:
    """Confirm that it is done."""
    return _moved("confirm", key, **said)


@bp.post("/tasks/<key>/reopen")
@bp.arguments(TaskReopenIn)
@bp.response(200, TaskOut)
@permit("task.reopen")
@repeatable
def reopen(said: dict[str, Any], key: str) -> Response:
    """It is not done yet, and why."""
    return _moved("reopen", key, reason=said["reason"], due=when_of(said))


@bp.post("/tasks/<key>/snooze")
@bp.arguments(TaskSnoozeIn)
@bp.response(200, TaskOut)
@permit("task.snooze")
@repeatable
def snooze(said: dict[str, Any], key: str) -> Response:
    """Put off what you must do next; the other side sees it, and how often."""
    return _moved("snooze", key, until=said.get("until") or said["preset"])


@bp.post("/tasks/<key>/handover")
@bp.arguments(TaskHandOverIn)
@bp.response(200, TaskOut)
@permit("task.hand_over")
@repeatable
def handover(said: dict[str, Any], key: str) -> Response:
    """Give it to a member or a department, who is asked in turn."""
    return _moved("hand_over", key, **said)


@bp.post("/tasks/<key>/withdraw")
@bp.arguments(TaskWithdrawIn)
@bp.response(200, TaskOut)
@permit("task.withdraw")
@repeatable
def withdraw(said: dict[str, Any], key: str) -> Response:
    """It is not needed any more."""
    return _moved("withdraw", key, **said)


@bp.post("/tasks/<key>/escalate")
@bp.arguments(TaskReasonIn)
@bp.response(200, TaskOut)
@permit("task.escalate")
@repeatable
def escalate(said: dict[str, Any], key: str) -> Response:
    """Share it with the people above both sides now, with a reason everybody can read."""
    service.escalate(bearer(), key, reason=said["reason"], now=clock.now())
    return _one(key, 200)


@bp.post("/tasks/<key>/share")
@bp.arguments(TaskShareIn)
@bp.response(200, TaskOut)
@permit("task.share")
@repeatable
def share(said: dict[str, Any], key: str) -> Response:
    """Let others see it, partners too."""
    service.share(bearer(), key, members=said["members"], now=clock.now())
    return _one(key, 200)


@bp.post("/tasks/<key>/comment")
@bp.arguments(TaskCommentIn)
@bp.response(200, TaskOut)
@permit("task.comment")
@repeatable
def comment(said: dict[str, Any], key: str) -> Response:
    """Say something about it."""
    service.comment(bearer(), key, said["body"], now=clock.now())
    return _one(key, 200)


def _moved(verb: str, key: str, **said: Any) -> Response:
    """One move by the service's verb of this name; `If-Match` guards against somebody else's."""
    getattr(service, verb)(bearer(), key, **said, seen=seen_version(), now=clock.now())
    return _one(key, 200)


def _one(key: str, status: int) -> Response:
    caller, now = bearer(), clock.now()
    task = queries.get_task(caller, key, now)
    links = [summary.key for summary in list_related(caller, key)]
    response = jsonify({**body(task), "links": links})
    response.status_code = status
    if status == 201:
        response.headers["Location"] = url_for("api_tasks.show", key=key)
    climb = task.escalation
    stand = f"{climb.state}{climb.rung}" if climb else "-"
    return tagged(response, f"{task.version}.{stand}.{int(task.late)}.{len(links)}.{reader().locale}.{caller.id}")
