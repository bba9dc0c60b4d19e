"""Every way a call to Slack can end badly, entry by entry: the double answers so, and the client says what it means."""

from __future__ import annotations

import itertools

import pytest

from collab.kernel.i18n import Reader, catalogue
from collab.slack import wire
from collab.slack.problems import (
    CLASSES,
    CannotLook,
    Later,
    OurBug,
    Refused,
    SlackProblem,
    TargetBroken,
    Uncertain,
    Unknown,
    WorkspaceBroken,
    explain,
    problem_of,
)
from collab.slack.wire import Wire
from tests.slack.wire.basics import called_methods
from tests.slack_double import SlackDouble
from tests.slack_double.rules import refusals
from tests.slack_double.rules.refusals import ANYWHERE, OWN

WEB_METHODS = [method for method in CLASSES if method != wire.RESPONSE_URL]
ENTRIES = [(method, error) for method in WEB_METHODS for error in CLASSES[method]]
NEVER_CALLED = {"chat.postEphemeral", "conversations.info", "users.list"}
"""What the double also knows, and the product does not call."""
ALL_CLASSES = {Later, Uncertain, TargetBroken, WorkspaceBroken, OurBug, CannotLook}


# The table


@pytest.mark.parametrize("method", sorted(OWN.keys() - NEVER_CALLED))
def test_every_error_slack_documents_for_a_method_is_in_the_table(method: str) -> None:
    assert refusals(method) | ANYWHERE <= CLASSES[method].keys()


def test_every_method_the_double_knows_is_in_the_table_or_never_called() -> None:
    assert OWN.keys() - NEVER_CALLED <= CLASSES.keys()


def test_every_method_the_product_calls_has_its_row() -> None:
    called = called_methods()
    assert called >= {"chat.postMessage", "conversations.history", "auth.test", "views.open", "apps.connections.open"}
    assert called <= CLASSES.keys()


@pytest.mark.parametrize(("method", "error"), ENTRIES)
def test_the_client_raises_what_the_table_says(slack: SlackDouble, method: str, error: str) -> None:
    slack.answer_next(method, {"ok": False, "error": error})
    line = Wire(slack.app.bot_token, slack.api_url, timeout=5)
    before = len(slack.record.calls(method))
    with pytest.raises(SlackProblem) as trouble:
        line.call(method, channel="C1")
    assert type(trouble.value) is CLASSES[method][error]
    assert (trouble.value.error, trouble.value.method) == (error, method)
    assert (trouble.value.retry_after > 0) == isinstance(trouble.value, Later)
    assert len(slack.record.calls(method)) == before + 1  # and nobody tried again behind our back


@pytest.mark.parametrize(
    ("method", "error", "kind"),
    [  # the judgements a reader would want to check, written down a second time
        ("chat.postMessage", "ratelimited", Later),
        ("chat.postMessage", "request_timeout", Later),
        ("chat.postMessage", "internal_error", Uncertain),
        ("chat.postMessage", "fatal_error", Uncertain),
        ("chat.update", "update_failed", Uncertain),
        ("chat.postMessage", "channel_not_found", TargetBroken),
        ("chat.postMessage", "is_archived", TargetBroken),
        ("chat.postMessage", "not_in_channel", TargetBroken),
        ("chat.postMessage", "cannot_dm_bot", TargetBroken),
        ("chat.postMessage", "ekm_access_denied", TargetBroken),
        ("chat.update", "message_not_found", TargetBroken),
        ("users.info", "user_not_found", TargetBroken),
        ("chat.postMessage", "invalid_auth", WorkspaceBroken),
        ("chat.postMessage", "token_revoked", WorkspaceBroken),
        ("chat.postMessage", "account_inactive", WorkspaceBroken),
        ("chat.postMessage", "missing_scope", WorkspaceBroken),
        ("chat.postMessage", "messages_tab_disabled", WorkspaceBroken),
        ("users.lookupByEmail", "missing_scope", WorkspaceBroken),
        ("conversations.history", "missing_scope", CannotLook),
        ("conversations.open", "missing_scope", CannotLook),
        ("conversations.history", "token_revoked", WorkspaceBroken),
        ("conversations.open", "user_disabled", CannotLook),
        ("chat.postMessage", "invalid_blocks", OurBug),
        ("chat.postMessage", "msg_too_long", OurBug),
        ("chat.postMessage", "no_text", OurBug),
        ("views.open", "expired_trigger_id", TargetBroken),
        ("views.open", "exchanged_trigger_id", TargetBroken),
        ("views.update", "hash_conflict", TargetBroken),
        ("views.update", "not_found", TargetBroken),
        ("views.open", "view_too_large", OurBug),
        ("response_url", "used_url", TargetBroken),
        ("chat.postMessage", "something_new", Unknown),
        ("a.method", "invalid_auth", Unknown),
    ],
)
def test_what_an_error_means(method: str, error: str, kind: type[SlackProblem]) -> None:
    assert type(problem_of(method, error)) is kind


def test_every_class_is_used_and_unknown_never_stands_in_the_table() -> None:
    assert {kind for row in CLASSES.values() for kind in row.values()} == ALL_CLASSES


def test_refusals_are_told_from_what_may_have_happened() -> None:
    assert all(issubclass(kind, Refused) for kind in (TargetBroken, WorkspaceBroken, OurBug))
    assert not any(issubclass(kind, Refused) for kind in (Later, Uncertain, CannotLook, Unknown))


# Words


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_every_error_has_a_sort_a_cause_and_a_remedy(locale: str) -> None:
    reader = Reader(locale)
    errors = [
        *itertools.chain(ENTRIES, (("chat.postMessage", one) for one in ("never_heard_of", "timed_out", "http_502")))
    ]
    for method, error in errors:
        said = explain(error, method)
        for text in (said.sort, said.cause, said.remedy):
            assert text.key in catalogue(locale), f"{method} {error}: {text.key}"
            assert "{" not in reader.say(text)


def test_words_belong_to_errors_that_exist() -> None:
    ours = {"no_connection", "timed_out", "cut_off", "not_json", "no_slack_account", "too_many_messages"}
    known = {error for row in CLASSES.values() for error in row} | ours
    said = {
        key.rpartition(".")[2]
        for key in catalogue("en")
        if key.startswith(("slack.problem.cause.", "slack.problem.remedy."))
    }
    assert {error for error in said if not error.startswith("any_")} <= known


def test_an_error_without_words_of_its_own_is_named() -> None:
    assert "too_many_contact_cards" in Reader("ja").say(explain("too_many_contact_cards").cause)
