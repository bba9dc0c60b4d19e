"""Every error Slack documents for the methods the double knows, from the method reference.

Written from Slack's own pages, not from the product: a contract test compares the two. `OBSERVED` are codes Slack
answers with although the reference does not list them.
"""

COMMON = frozenset(
    [
        "access_denied",
        "accesslimited",
        "account_inactive",
        "deprecated_endpoint",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "fatal_error",
        "internal_error",
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_auth",
        "invalid_charset",
        "invalid_form_data",
        "invalid_post_type",
        "method_deprecated",
        "missing_post_type",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    ]
)
"""Any method may answer with these."""

_TRIGGERED = frozenset({"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"})
_VIEW = frozenset({"duplicate_external_id", "view_too_large"})

OWN: dict[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "bots.info": frozenset({"bot_not_found", "user_is_bot"}),
    "apps.connections.open": frozenset({"forbidden_team", "insecure_request", "is_bot", "missing_args"}),
    "chat.postMessage": frozenset(
        [
            "as_user_not_supported",
            "attachment_payload_limit_exceeded",
            "cannot_reply_to_message",
            "channel_not_found",
            "duplicate_channel_not_found",
            "duplicate_message_not_found",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "is_archived",
            "markdown_text_conflict",
            "message_limit_exceeded",
            "messages_tab_disabled",
            "metadata_must_be_sent_from_app",
            "metadata_too_large",
            "missing_file_data",
            "msg_blocks_too_long",
            "msg_too_long",
            "no_text",
            "not_in_channel",
            "rate_limited",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "slack_connect_canvas_sharing_blocked",
            "slack_connect_file_link_sharing_blocked",
            "slack_connect_lists_sharing_blocked",
            "team_not_found",
            "too_many_attachments",
            "too_many_contact_cards",
        ]
    ),
    "chat.postEphemeral": frozenset(
        [
            "cannot_reply_to_message",
            "channel_not_found",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "is_archived",
            "markdown_text_conflict",
            "message_limit_exceeded",
            "messages_tab_disabled",
            "msg_too_long",
            "no_text",
            "not_in_channel",
            "restricted_action",
            "too_many_attachments",
            "user_not_in_channel",
        ]
    ),
    "chat.update": frozenset(
        [
            "as_user_not_supported",
            "block_mismatch",
            "cant_broadcast_message",
            "cant_update_message",
            "channel_not_found",
            "edit_window_closed",
            "external_channel_migrating",
            "invalid_attachments",
            "invalid_blocks",
            "invalid_blocks_format",
            "invalid_metadata_format",
            "invalid_metadata_schema",
            "is_inactive",
            "markdown_text_conflict",
            "message_not_found",
            "metadata_must_be_sent_from_app",
            "metadata_too_large",
            "msg_too_long",
            "no_dual_broadcast_content_update",
            "no_text",
            "slack_connect_file_link_sharing_blocked",
            "streaming_state_conflict",
            "team_not_found",
            "too_many_attachments",
            "update_failed",
        ]
    ),
    "chat.unfurl": frozenset(
        [
            "cannot_auth_user",
            "cannot_find_channel",
            "cannot_find_message",
            "cannot_find_service",
            "cannot_parse_attachment",
            "cannot_prompt",
            "cannot_unfurl_message",
            "cannot_unfurl_url",
            "invalid_source",
            "invalid_unfurl_id",
            "invalid_unfurls_format",
            "missing_channel",
            "missing_source",
            "missing_ts",
            "missing_unfurl_id",
            "missing_unfurls",
        ]
    ),
    "conversations.history": frozenset(
        [
            "channel_is_limited_access",
            "channel_not_found",
            "invalid_cursor",
            "invalid_metadata_filter_keys",
            "invalid_ts_latest",
            "invalid_ts_oldest",
            "not_in_channel",
        ]
    ),
    "conversations.replies": frozenset(
        [
            "channel_not_found",
            "invalid_cursor",
            "invalid_metadata_filter_keys",
            "invalid_ts_latest",
            "invalid_ts_oldest",
            "thread_not_found",
        ]
    ),
    "conversations.info": frozenset({"channel_not_found"}),
    "conversations.open": frozenset(
        [
            "channel_not_found",
            "invalid_user_combination",
            "method_not_supported_for_channel_type",
            "not_enough_users",
            "too_many_users",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "users_list_not_supplied",
        ]
    ),
    "users.info": frozenset({"too_many_users", "user_not_found", "user_not_visible"}),
    "users.list": frozenset({"invalid_cursor", "limit_required", "missing_argument"}),
    "users.lookupByEmail": frozenset({"users_not_found"}),
    "views.open": _VIEW | _TRIGGERED,
    "views.publish": _VIEW | {"hash_conflict", "missing_profile_id", "not_enabled", "not_implemented"},
    "views.push": _VIEW | _TRIGGERED | {"not_found", "push_limit_reached"},
    "views.update": _VIEW | {"hash_conflict", "not_found"},
}

OBSERVED: dict[str, frozenset[str]] = {
    "chat.postMessage": frozenset({"cannot_dm_bot", "invalid_attachments", "thread_not_found", "user_not_found"}),
    "chat.postEphemeral": frozenset({"cannot_dm_bot", "user_not_found"}),
    "conversations.history": frozenset({"invalid_limit"}),
    "conversations.replies": frozenset({"invalid_limit", "not_in_channel"}),
    "conversations.open": frozenset({"cannot_dm_bot"}),
    "users.list": frozenset({"invalid_limit"}),
    "views.publish": frozenset({"user_not_found"}),
}
"""Codes of these methods that are met in life and missing in the reference."""

ANYWHERE = frozenset({"invalid_json", "json_not_object", "unknown_method"})
"""Codes of no method: the request could not be read, or nobody knows the method."""


def refusals(method: str) -> frozenset[str]:
    """Every error a method is known to answer with."""
    return COMMON | OWN[method] | OBSERVED.get(method, frozenset())
