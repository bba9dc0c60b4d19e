"""Tasks over the API, as CONTRACT promises them to scripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import time_machine

from tests.factories.company import NOW, Company, address
from tests.parts.clients import Api
from tests.parts.databases import on_both

As = Callable[[str], Api]
ASK = {"title": "Customer list of the spring campaign", "to_department": "it"}


def asked(api: Api, **fields: object) -> str:
    answer = api.post("/tasks", {**ASK, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json["key"])


@on_both
def test_two_words_are_enough_and_the_answer_says_who_must_act_by_when(as_: As) -> None:
    answer = as_("mika").post("/tasks", ASK)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/tasks/{answer.json['key']}")
    found = answer.json
    assert (found["state"], found["severity"], found["source"]) == ("asked", "normal", "api")
    assert (found["from_department"], found["to_department"], found["cross_silo"]) == ("marketing", "it", True)
    assert found["due_at"].startswith("2026-11-19T01:00:")
    assert found["waiting_on"]["member"] == address("cio")
    assert found["waiting_on"]["department"] == "it"
    assert found["waiting_on"]["since"] == found["asked_at"]
    climb = found["escalation"]
    assert (climb["rung"], climb["state"], climb["next_at"]) == (0, "waiting", found["due_at"])
    assert climb["rungs"] >= 2
    assert "withdraw" in found["actions"]
    assert "accept" not in found["actions"]


def test_the_whole_life_over_the_api(as_: As) -> None:
    mika, cio, kenji = as_("mika"), as_("cio"), as_("kenji")
    key = asked(mika, due="2bd", detail="All stores")
    path = f"/tasks/{key}"
    assert cio.post(f"{path}/question", {"text": "Which stores?"}).json["question"]["to"] == address("mika")
    assert mika.post(f"{path}/answer", {"text": "All of them"}).json["question"] is None
    assert cio.post(f"{path}/counter", {"on": "2026-11-27", "scope": "Kanto"}).json["proposal"]["scope"] == "Kanto"
    assert mika.post(f"{path}/ask_again", {"reason": "All of Japan"}).json["state"] == "asked"
    taken = kenji.post(f"{path}/accept", {"due_at": "2026-11-25T15:00:00+09:00", "note": "With pleasure"}).json
    assert (taken["state"], taken["promised_at"]) == ("accepted", "2026-11-25T06:00:00+00:00")
    assert kenji.post(f"{path}/start").json["state"] == "started"
    blocked = {"reason": "No access", "cost": {"amount": "80000", "currency": "JPY", "per": "week"}}
    assert kenji.post(f"{path}/block", blocked).json["block"] == {
        "reason": "No access", "lifter": address("mika"),
        "cost": {"amount": "80000", "currency": "JPY", "per": "week", "text": None},
    }  # fmt: skip
    assert mika.post(f"{path}/unblock", {"note": "There you are"}).json["state"] == "started"
    assert kenji.post(f"{path}/counter", {"due": "8bd"}).json["proposal"]["more_time"] is True
    assert mika.post(f"{path}/agree").json["state"] == "started"
    assert kenji.post(f"{path}/snooze", {"preset": "tomorrow"}).json["snoozes"] == 1
    assert kenji.post(f"{path}/done").json["waiting_on"]["wait"] == "confirm"
    assert mika.post(f"{path}/reopen", {"reason": "Totals"}).json["state"] == "started"
    assert kenji.post(f"{path}/done").json["state"] == "done"
    assert mika.post(f"{path}/comment", {"body": "Thank you!"}).status_code == 200
    ended = mika.post(f"{path}/confirm").json
    assert (ended["state"], ended["due_at"], ended["waiting_on"], ended["escalation"]) == (
        "confirmed",
        None,
        None,
        None,
    )
    history = mika.get(f"{path}/history").json
    assert [line["verb"] for line in history] == [
        "ask", "question", "answer", "counter", "ask_again", "accept", "start", "block", "unblock", "counter", "agree",
        "snooze", "done", "reopen", "done", "comment", "confirm",
    ]  # fmt: skip
    assert [line["seq"] for line in history] == list(range(1, 18))
    notes = {line["verb"]: line["note"] for line in history}
    assert (notes["question"], notes["answer"], notes["block"]) == ("Which stores?", "All of them", "No access")
    dates = [line["after"]["promised_at"][:16] for line in history if line["after"] and "promised_at" in line["after"]]
    assert dates == ["2026-11-25T06:00", "2026-12-01T01:00"]


def test_the_other_ways_out(as_: As) -> None:
    mika, cio = as_("mika"), as_("cio")
    key = asked(mika)
    assert cio.post(f"/tasks/{key}/handover", {"to": "sales", "note": "Theirs"}).json["handovers"] == 1
    assert as_("sales-lead").post(f"/tasks/{key}/decline", {"reason": "No data"}).json["state"] == "declined"
    key = asked(mika)
    assert mika.post(f"/tasks/{key}/escalate", {"reason": "Monday!"}).json["escalation"]["state"] == "climbing"
    assert mika.post(f"/tasks/{key}/share", {"members": [address("agency")]}).json["shared_with"] == [address("agency")]
    assert as_("agency").get(f"/tasks/{key}").status_code == 200
    assert mika.post(f"/tasks/{key}/withdraw").json["state"] == "withdrawn"


MISTAKES: list[tuple[str, dict[str, object], str]] = [
        ("accept", {}, "due"), ("accept", {"due": "2bd", "on": "2026-11-27"}, "due"), ("accept", {"due": "soon"}, "due"),
        ("accept", {"due_at": "2026-11-27T10:00"}, "due_at"), ("accept", {"on": "27/11/2026"}, "on"),
        ("accept", {"due": "99999bd"}, "due"), ("accept", {"on": "2020-01-01"}, "due"), ("decline", {}, "reason"),
        ("counter", {}, "due"), ("question", {"text": " "}, "text"), ("question", {"text": "?", "to": "x"}, "to"),
        ("snooze", {}, "until"), ("snooze", {"until": "later"}, "until"), ("snooze", {"preset": "never"}, "preset"),
        ("snooze", {"until": "2h", "preset": "2h"}, "until"), ("handover", {"to": "warehouse"}, "to"),
        ("handover", {}, "to"), ("escalate", {"reason": ""}, "reason"), ("share", {"members": "agency"}, "members"),
        ("share", {"members": []}, "members"), ("comment", {"body": " "}, "body"),
]  # fmt: skip


def test_every_mistake_is_named_by_its_field(as_: As) -> None:
    key = asked(as_("mika"))
    for move, body, field in MISTAKES:
        answer = as_("cio").post(f"/tasks/{key}/{move}", body)
        assert (answer.status_code, list(answer.json.get("errors", ()))) == (422, [field]), (move, body, answer.text)


def test_who_is_late_learns_who_was_faster_and_when(as_: As, travel: time_machine.Coordinates) -> None:
    key = asked(as_("mika"))
    as_("kenji").post(f"/tasks/{key}/accept", {"due": "2bd"})
    travel.shift(timedelta(minutes=3))
    answer = as_("admin").post(f"/tasks/{key}/accept", {"due": "2bd"})
    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["by"], answer.json["state"]) == (
        "task_moved",
        address("kenji"),
        "accepted",
    )
    assert answer.json["at"].startswith("2026-11-18T01:00")
    assert "小野 健二" in answer.json["title"]


def test_an_old_tag_is_refused_and_a_known_one_saves_the_answer(as_: As) -> None:
    key = asked(as_("mika"))
    first = as_("cio").get(f"/tasks/{key}")
    tag = first.headers["ETag"]
    assert as_("cio").get(f"/tasks/{key}", headers={"If-None-Match": tag}).status_code == 304
    as_("mika").post(f"/tasks/{key}/question", {"text": "Can you?"})
    stale = as_("cio").post(f"/tasks/{key}/accept", {"due": "2bd"}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    fresh = as_("cio").get(f"/tasks/{key}").headers["ETag"]
    assert fresh != tag
    moved = as_("cio").post(f"/tasks/{key}/accept", {"due": "2bd"}, headers={"If-Match": fresh})
    assert moved.status_code == 200


def test_pressed_twice_is_asked_once(as_: As) -> None:
    once = {"Idempotency-Key": "spring"}
    keys = {as_("mika").post("/tasks", ASK, headers=once).json["key"] for _ in range(2)}
    assert len(keys) == 1
    assert len(as_("mika").get("/tasks").json) == 1


def test_a_guest_is_not_even_told_how_many_there_are(as_: As) -> None:
    key = asked(as_("mika"))
    for name, keys in (("nao", [key]), ("agency", [])):
        listed = as_(name).get("/tasks")
        total = json.loads(listed.headers["X-Pagination"])["total"]
        assert ([row["key"] for row in listed.json], total) == (keys, len(keys)), name


def test_nobody_and_strangers(as_: As, company: Company) -> None:
    key = asked(as_("mika"), visibility="parties")
    assert Api(company.app, None).get(f"/tasks/{key}").status_code == 401
    for name in ("nao", "agency"):
        assert as_(name).get(f"/tasks/{key}").status_code == 404
        assert as_(name).get(f"/tasks/{key}/history").status_code == 404
        assert as_(name).post(f"/tasks/{key}/accept", {"due": "2bd"}).status_code == 404
    assert as_("auditor").get(f"/tasks/{key}").status_code == 200
    assert as_("auditor").post(f"/tasks/{key}/comment", {"body": "Hm"}).status_code == 403
    assert as_("agency").post("/tasks", ASK).status_code == 403
    assert as_("mika").get("/tasks/T-99").status_code == 404
    assert as_("mika").get("/tasks/X-1").status_code == 404


@on_both
def test_lists_are_narrowed_and_paged(as_: As, travel: time_machine.Coordinates) -> None:
    mika, cio, kenji = as_("mika"), as_("cio"), as_("kenji")
    first = asked(mika, title="顧客リスト", due="2h")
    second = asked(mika, title="100% of the prices", detail="For the Kanto stores", to_department="sales")
    third = asked(kenji, title="Own work")
    fourth = asked(cio, title="A budget line", to_department="marketing")
    cio.post(f"/tasks/{fourth}/withdraw")

    def keys(query: str, caller: Api = mika) -> list[str]:
        answer = caller.get(f"/tasks?{query}")
        assert answer.status_code == 200, answer.text
        return [task["key"] for task in answer.json]

    assert keys("") == [fourth, third, second, first]
    assert keys("asked_by_me=yes") == [second, first]
    assert keys("mine=true", cio) == [third, first]
    assert keys("to_department=it") == [third, first]
    assert keys("from_department=marketing&to_department=sales") == [second]
    assert keys("state=withdrawn") == keys("state=closed") == [fourth]
    assert keys("state=open") == [third, second, first]
    assert keys("cross_silo=true") == [fourth, second, first]
    assert (keys("q=リスト"), keys("q=100%25"), keys("q=KANTO+prices"), keys("q=%25%25")) == (
        [first], [second], [second], [],
    )  # fmt: skip
    assert keys("late=true") == []
    travel.move_to(NOW + timedelta(hours=3))
    assert keys("late=true") == [first]
    paged = mika.get("/tasks?page=2&page_size=3")
    assert [task["key"] for task in paged.json] == [first]
    assert json.loads(paged.headers["X-Pagination"])["total"] == 4
    assert mika.get("/tasks?state=gone").status_code == 422


def test_the_inbox_says_what_is_asked_and_until_when(as_: As, travel: time_machine.Coordinates) -> None:
    key = asked(as_("mika"))

    def inbox(name: str) -> list[tuple[str, str]]:
        return [(row["key"], row["ask"]) for row in as_(name).get("/me/inbox").json]

    assert [row[0] for row in inbox("cio")] == [key]
    assert inbox("kenji") == []
    as_("kenji").post(f"/tasks/{key}/accept", {"due": "1bd"})
    assert inbox("kenji") == inbox("cio") == []  # promised, and there is time
    travel.shift(timedelta(days=1, minutes=1))
    assert [row[0] for row in inbox("kenji")] == [key]
    as_("kenji").post(f"/tasks/{key}/done")
    assert [row[0] for row in inbox("mika")] == [key]
    assert inbox("kenji") == []
    as_("mika").post(f"/tasks/{key}/confirm")
    assert inbox("mika") == []
