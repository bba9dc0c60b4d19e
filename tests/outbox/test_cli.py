"""What is typed about delivery: one clear line, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result

from collab.audit import queries as audit
from collab.outbox import service
from tests.factories import Company
from tests.outbox.conftest import Post
from tests.slack_double import SlackDouble

Type = Callable[..., Result]


@pytest.fixture
def typed(company: Company, travel: object) -> Type:
    """Type a command of `flask outbox`, and elsewhere."""
    return lambda *words: company.app.test_cli_runner().invoke(args=list(words))


def test_pausing_and_resuming_may_be_repeated_and_say_what_they_did(typed: Type, company: Company, post: Post) -> None:
    said = [typed("outbox", "pause", "--reason", "moving to another region").output, typed("outbox", "pause").output]
    assert "messages are kept" in said[0]
    assert "paused already" in said[1]
    assert "moving to another region" in said[1]
    post.say("mika")
    assert post.round() == 0
    said = [typed("outbox", "resume").output, typed("outbox", "resume").output]
    assert said == ["Delivery goes on.\n", "Delivery was not paused.\n"]
    with company.indoors():
        trail = [(entry.verb, entry.actor) for entry in audit.list_entries("delivery")]
    assert trail == [("pause", "system"), ("resume", "system")]


def test_every_line_is_one_line_and_no_failure(typed: Type, post: Post) -> None:
    for command in ("pause", "pause", "resume", "resume"):
        done = typed("outbox", command)
        assert (done.exit_code, len(done.output.splitlines()), done.stderr) == (0, 1, ""), command


def test_status_says_what_stops_messages(typed: Type, post: Post, slack: SlackDouble) -> None:
    post.say("mika")
    assert "Nothing stops the messages." in typed("outbox", "status").output
    slack.revoke("token_revoked")
    post.deliver()
    said = typed("outbox", "status").output
    assert "Slack refuses us (token_revoked)" in said
    assert "       1 pending" in said
    assert "Slack is asked at once" in typed("outbox", "resume").output


class TestDoctor:
    def test_a_token_that_is_refused_is_a_problem_with_its_cause(self, typed: Type, slack: SlackDouble) -> None:
        slack.revoke("token_revoked")
        done = typed("doctor")
        assert done.exit_code == 1
        assert "PROBLEM  Slack: the token is not accepted or Slack does not answer (token_revoked)" in done.output

    def test_history_is_granted(self, typed: Type, slack: SlackDouble) -> None:
        assert "when an answer is lost, the history of direct messages says" in typed("doctor").output

    @pytest.mark.parametrize("scopes", [frozenset({"chat:write", "users:read", "users:read.email"})])
    def test_history_is_not_granted(self, typed: Type, slack: SlackDouble, scopes: object) -> None:
        assert "note     Slack: without im:history and im:write nobody can look up" in typed("doctor").output

    @pytest.mark.parametrize("scopes", [frozenset({"chat:write", "users:read"})])
    def test_a_permission_that_is_missing_is_named(self, typed: Type, slack: SlackDouble, scopes: object) -> None:
        assert (
            "PROBLEM  Slack: the app was not given users:read.email: accounts cannot be looked up"
            in typed("doctor").output
        )

    def test_what_stops_delivery_is_said(self, typed: Type, company: Company, slack: SlackDouble) -> None:
        typed("outbox", "pause", "--reason", "moving")
        assert "note     Delivery: delivery is paused by the server's command line: moving." in typed("doctor").output
        typed("outbox", "resume")
        with company.indoors():
            service.close_workspace("account_inactive", now=company.now)
        assert "PROBLEM  Delivery: Slack refuses us (account_inactive)" in typed("doctor").output
