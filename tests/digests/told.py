"""A section as the slow way of tests/digests/slowly.py tells it."""

from __future__ import annotations

from typing import Any

from collab.digests.rules.content import Item, Section


def told(section: Section) -> tuple[list[tuple[str, str, dict[str, Any]]], int]:
    """Keys, words and arguments of its items; how many more."""
    return [_told(section.code, item) for item in section.items], section.more


def _told(code: str, item: Item) -> tuple[str, str, dict[str, Any]]:
    args = dict(item.args)
    match code:
        case "risks":
            return item.key, item.what, {"why": [_risk(one) for one in args["why"]]}
        case "moved":
            return item.key, "moved", {"turned": "status" in args}
        case "decisions":
            named = [one for one in args["by"] if "name" in one]
            rest = [one["text"] for one in args["by"] if "text" in one]
            return item.key, item.what, {"by": len(named) + sum(words.get("n", 0) for _key, words in rest)}
        case "obligations":
            return item.key, item.what, {"late": args["when"]["text"][0].endswith("overdue")}
    return item.key, item.what, {}


def _risk(written: Any) -> Any:
    key, args = written["text"]
    word = key.rpartition(".")[2]
    return word if not args else (word, args["one"]["name"][0], args["a"], args["other"]["name"][0], args["b"])
