"""Composition objects of Block Kit: texts, options, confirmation dialogs."""

from collections.abc import Iterator
from typing import Any

from tests.slack_double.rules.shapes import Check, Fault, boolean, by_type, listing, one_of, shape, string, typed, url

identifier = string(255)


def text(most: int, *kinds: str) -> Check:
    """A text object; `emoji` belongs to plain text only and `verbatim` to mrkdwn only."""
    forms = {
        "plain_text": typed({"text": string(most)}, {"emoji": boolean}),
        "mrkdwn": typed({"text": string(most)}, {"verbatim": boolean}),
    }
    return by_type({kind: forms[kind] for kind in kinds or forms})


def plain(most: int) -> Check:
    """A text object where Slack takes `plain_text` alone."""
    return text(most, "plain_text")


def option(*text_kinds: str, links: bool = False) -> Check:
    """One choice; a `url` is for overflow menus only, and `"url": ""` is refused as well."""
    extras = {"description": text(75, *text_kinds)}
    return shape({"text": text(75, *text_kinds), "value": string(150)}, {**extras, "url": url()} if links else extras)


def options(most: int, *text_kinds: str, least: int = 1, links: bool = False) -> Check:
    """The list of choices of one element."""
    return listing(option(*text_kinds, links=links), most, least)


def option_groups(*text_kinds: str) -> Check:
    """Choices under headings."""
    return listing(shape({"label": plain(75), "options": options(100, *text_kinds)}), 100)


def confirm_dialog(value: Any, at: str) -> Iterator[Fault]:
    """The question asked before an action is sent."""
    return _CONFIRM(value, at)


_CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)


def offered(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every choice of an element, in order, whether grouped or not."""
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    return [choice for group in groups for choice in group["options"]]


def same_option(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Options are compared by value and text, as Slack does when it says `must be one of the provided options`."""
    return one.get("value") == other.get("value") and one["text"].get("text") == other["text"].get("text")


def initial_among_options(element: dict[str, Any], at: str) -> Iterator[Fault]:
    """What is chosen at first is one of the choices; an empty `initial_options` is refused, not ignored."""
    for name in ("initial_option", "initial_options"):
        if name not in element:
            continue
        chosen = element[name] if name == "initial_options" else [element[name]]
        if not chosen or not all(any(same_option(one, choice) for choice in offered(element)) for one in chosen):
            yield Fault(f"{at}/{name}", "must be one of the provided options")


def options_or_groups(element: dict[str, Any], at: str) -> Iterator[Fault]:
    """A static menu has options or groups of options: exactly one of the two."""
    if "options" not in element and "option_groups" not in element:
        yield Fault(at, "missing required field: options")
    if "options" in element and "option_groups" in element:
        yield Fault(at, "options and option_groups cannot both be specified")


dispatch_config = shape({}, {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 2)})

conversation_filter = shape(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)

PICTURE = {"image_url": url(), "slack_file": shape({}, {"id": string(255), "url": url()})}


def one_picture(holder: dict[str, Any], at: str) -> Iterator[Fault]:
    """An image is named by its address or by a file in Slack: exactly one of the two."""
    if ("image_url" in holder) == ("slack_file" in holder):
        yield Fault(at, "exactly one of image_url and slack_file is required")
