"""Every way a call to Slack can end without success, and what each means for us: one table, no judgement elsewhere.

The errors are those Slack documents for each method, and the documented ones common to all methods; `cannot_dm_bot`,
`thread_not_found` and the endings of a response url come from its guides. What is not in the table is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import ClassVar

from collab.kernel.errors import Text
from collab.kernel.i18n import catalogue

DEFAULT_WAIT, LONGEST_WAIT = 30, 24 * 60 * 60
"""Seconds to wait where Slack does not say how long, and at most."""
_WAITS = {"team_added_to_org": 600, "message_limit_exceeded": 600, "external_channel_migrating": 600}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,79}")


class SlackProblem(Exception):
    """A call that did not succeed. `error` is Slack's word for it (or ours: `timed_out`, `cut_off`, `not_json`)."""

    kind: ClassVar[str] = "unknown"

    def __init__(self, error: str, *, method: str = "", retry_after: int = 0, detail: str = "") -> None:
        super().__init__(f"{method}: {error}" if method else error)
        self.error, self.method, self.retry_after, self.detail = error, method, retry_after, detail


class Later(SlackProblem):
    """Nothing was done; try again after `retry_after` seconds, not before."""

    kind = "later"


class Uncertain(SlackProblem):
    """The answer was lost: Slack may or may not have done it."""

    kind = "uncertain"


class Refused(SlackProblem):
    """Slack said no: nothing was done."""


class TargetBroken(Refused):
    """No to this recipient, message or screen; others are not concerned."""

    kind = "target"


class WorkspaceBroken(Refused):
    """No to everything: whoever runs the installation must act; nothing more may be sent until they have."""

    kind = "workspace"


class OurBug(Refused):
    """No to what we wrote: saying the same again cannot help."""

    kind = "bug"


class CannotLook(SlackProblem):
    """We may not read this conversation, or not far enough; whether a message stands there stays unknown."""

    kind = "look"


class Unknown(SlackProblem):
    """An answer the table does not know."""


Kind = type[SlackProblem]
Row = dict[Kind, str]


def _by_error(*rows: Row) -> dict[str, Kind]:
    """Rows of words per class as class per error; a later row wins."""
    return {error: kind for row in rows for kind, errors in row.items() for error in errors.split()}


_EVERYWHERE: Row = {
    # Slack did not get the whole request (`request_timeout`), so it cannot have acted on it.
    Later: "ratelimited rate_limited service_unavailable team_added_to_org request_timeout",
    Uncertain: "fatal_error internal_error",
    TargetBroken: "access_denied",
    WorkspaceBroken: """
        not_authed invalid_auth account_inactive token_revoked token_expired missing_scope not_allowed_token_type
        no_permission ekm_access_denied org_login_required two_factor_setup_required team_access_not_granted
        enterprise_is_restricted accesslimited
    """,
    OurBug: """
        method_deprecated deprecated_endpoint unknown_method is_bot user_is_bot invalid_arguments invalid_arg_name
        invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type invalid_json
        json_not_object
    """,
}
_WORDING = """
    no_text msg_too_long msg_blocks_too_long invalid_blocks invalid_blocks_format invalid_attachments
    too_many_attachments invalid_metadata_format invalid_metadata_schema metadata_too_large
    metadata_must_be_sent_from_app markdown_text_conflict as_user_not_supported
"""
"""What a message can be refused for because of how we wrote it."""
_PLACE = "channel_not_found is_archived is_inactive no_permission ekm_access_denied team_not_found"
"""What is wrong with one conversation. In chat.* the last of these say that this app may not speak *there*."""
_SHARING = "slack_connect_file_link_sharing_blocked"
_SCREEN: Row = {
    TargetBroken: "expired_trigger_id exchanged_trigger_id invalid_trigger_id",
    OurBug: "duplicate_external_id view_too_large",
}

CLASSES: Mapping[str, Mapping[str, Kind]] = MappingProxyType({
    "apps.connections.open": _by_error(
        _EVERYWHERE, {WorkspaceBroken: "access_denied forbidden_team", OurBug: "insecure_request missing_args"}
    ),
    "auth.test": _by_error(_EVERYWHERE, {WorkspaceBroken: "access_denied"}),
    "chat.postMessage": _by_error(_EVERYWHERE, {
        Later: "message_limit_exceeded external_channel_migrating",
        TargetBroken: f"""
            {_PLACE} {_SHARING} not_in_channel user_disabled user_not_found cannot_dm_bot restricted_action
            restricted_action_read_only_channel restricted_action_thread_only_channel
            restricted_action_non_threadable_channel restricted_action_thread_locked cannot_reply_to_message
            thread_not_found slack_connect_canvas_sharing_blocked slack_connect_lists_sharing_blocked
        """,
        # The app's own settings forbid people to be written to: every direct message would end like this one.
        WorkspaceBroken: "messages_tab_disabled",
        OurBug: f"""
            {_WORDING} attachment_payload_limit_exceeded too_many_contact_cards missing_file_data
            duplicate_channel_not_found duplicate_message_not_found
        """,
    }),
    "chat.update": _by_error(_EVERYWHERE, {
        Later: "external_channel_migrating",
        Uncertain: "update_failed",
        TargetBroken: f"""
            {_PLACE} {_SHARING} not_in_channel message_not_found cant_update_message edit_window_closed
            streaming_state_conflict
        """,
        OurBug: f"{_WORDING} block_mismatch cant_broadcast_message no_dual_broadcast_content_update",
    }),
    "chat.unfurl": _by_error(_EVERYWHERE, {
        TargetBroken: """
            no_permission ekm_access_denied cannot_find_channel cannot_find_message cannot_find_service cannot_unfurl_message
            cannot_unfurl_url cannot_prompt cannot_auth_user
        """,
        OurBug: """
            cannot_parse_attachment invalid_unfurls_format missing_unfurls missing_channel missing_ts missing_source
            missing_unfurl_id invalid_source invalid_unfurl_id
        """,
    }),
    "conversations.history": _by_error(_EVERYWHERE, {
        CannotLook: """
            missing_scope no_permission access_denied ekm_access_denied channel_not_found not_in_channel
            channel_is_limited_access method_not_supported_for_channel_type pagination_not_available
            list_record_comment_fetch_failed
        """,
        OurBug: "invalid_cursor invalid_limit invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest",
    }),
    "conversations.replies": _by_error(_EVERYWHERE, {
        CannotLook: """
            missing_scope no_permission access_denied ekm_access_denied channel_not_found not_in_channel thread_not_found
            channel_is_limited_access method_not_supported_for_channel_type
        """,
        OurBug: "invalid_cursor invalid_limit invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest",
    }),
    "conversations.open": _by_error(_EVERYWHERE, {  # to look into a direct message, or to gather people: both have another way on
        CannotLook: """
            missing_scope no_permission access_denied ekm_access_denied channel_not_found user_not_found user_disabled
            user_not_visible cannot_dm_bot invalid_user_combination method_not_supported_for_channel_type
        """,
        OurBug: "not_enough_users too_many_users users_list_not_supplied",
    }),
    "bots.info": _by_error(_EVERYWHERE, {TargetBroken: "bot_not_found"}),
    "users.info": _by_error(
        _EVERYWHERE, {TargetBroken: "user_not_found user_not_visible", OurBug: "too_many_users"}
    ),
    "users.lookupByEmail": _by_error(_EVERYWHERE, {TargetBroken: "users_not_found user_not_found"}),
    "views.open": _by_error(_EVERYWHERE, _SCREEN),
    "views.push": _by_error(_EVERYWHERE, _SCREEN, {TargetBroken: "not_found push_limit_reached"}),
    "views.update": _by_error(_EVERYWHERE, _SCREEN, {TargetBroken: "not_found hash_conflict"}),
    "views.publish": _by_error(_EVERYWHERE, _SCREEN, {
        TargetBroken: "hash_conflict user_not_found not_enabled",
        OurBug: "missing_profile_id not_implemented",
    }),
    "response_url": _by_error({
        Later: "ratelimited rate_limited",
        Uncertain: "rollup_error",
        TargetBroken: """
            used_url expired_url invalid_url no_service no_service_id no_active_hooks invalid_token action_prohibited
            channel_not_found channel_is_archived posting_to_general_channel_denied user_not_found
        """,
        WorkspaceBroken: "no_team team_disabled",
        OurBug: f"{_WORDING} invalid_payload invalid_json",
    }),
})  # fmt: skip
"""Method -> error -> class. Whoever calls another method adds its row."""


def problem_of(method: str, error: str, *, retry_after: int = 0, detail: str = "") -> SlackProblem:
    """What Slack's word for an error means for this method."""
    kind = CLASSES.get(method, {}).get(error, Unknown)
    wait = retry_after or _WAITS.get(error, DEFAULT_WAIT) if kind is Later else 0
    return kind(error, method=method, retry_after=wait, detail=detail)


def answered(method: str, status: int, error: str, *, retry_after: str = "", detail: str = "") -> SlackProblem:
    """What an HTTP answer that is no success means; `error` is anything that is no word of Slack's where it sent none.

    A server that failed may have acted before it did, whatever it says; a refusal that is not JSON came from
    something in between, of which nobody can say what it let through.
    """
    word = error if _CODE.fullmatch(error) else ""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Later(word or "ratelimited", method=method, retry_after=wait_of(retry_after), detail=detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Uncertain(word or f"http_{status}", method=method, detail=detail)
    if word:
        return problem_of(method, word, retry_after=wait_of(retry_after) if retry_after else 0, detail=detail)
    if status >= HTTPStatus.BAD_REQUEST:
        return Unknown(f"http_{status}", method=method, detail=detail)
    return Uncertain("not_json", method=method, detail=detail)


def wait_of(header: str) -> int:
    """The seconds of a Retry-After header; the default where it is absent or says nothing we can read."""
    header = header.strip()
    if not (header.isascii() and header.isdigit()) or len(header) > len(str(LONGEST_WAIT)):
        return DEFAULT_WAIT
    return min(max(int(header), 1), LONGEST_WAIT)


@dataclass(frozen=True)
class Explanation:
    """An error in words for whoever runs the installation: what sort it is, why it came about, what to do."""

    sort: Text
    cause: Text
    remedy: Text


def kind_of(error: str, method: str = "chat.postMessage") -> Kind:
    """The class of an error, be it Slack's word or one of ours."""
    return CLASSES.get(method, {}).get(error) or _OURS.get(error) or (Uncertain if error[:6] == "http_5" else Unknown)


def explain(error: str, method: str = "chat.postMessage") -> Explanation:
    """The words for an error; where it has none of its own, those of its class."""
    kind = kind_of(error, method)
    return Explanation(
        Text(f"slack.problem.sort.{kind.kind}"), _said("cause", error, kind), _said("remedy", error, kind)
    )


_OURS: dict[str, Kind] = {
    "no_connection": Later, "timed_out": Uncertain, "cut_off": Uncertain, "not_json": Uncertain,
    "no_slack_account": TargetBroken, "too_many_messages": CannotLook, "home_unknown": Later,
}  # fmt: skip
"""Our own words for what Slack has none for."""


def _said(what: str, error: str, kind: Kind) -> Text:
    own = f"slack.problem.{what}.{error}"
    return Text(own if own in catalogue("en") else f"slack.problem.{what}.any_{kind.kind}", {"error": error})
