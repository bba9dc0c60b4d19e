"""Rich text: sections, lists, quotes and preformatted parts, and the inline pieces they are made of."""

from tests.slack_double.rules.shapes import anything, by_type, listing, string, typed, url, whole

_STYLE = {"style": anything}

_inline = by_type(
    {
        "text": typed({"text": string(3000)}, _STYLE),
        "link": typed({"url": url()}, {"text": string(3000), "unsafe": anything, **_STYLE}),
        "user": typed({"user_id": string(255)}, _STYLE),
        "usergroup": typed({"usergroup_id": string(255)}, _STYLE),
        "channel": typed({"channel_id": string(255)}, _STYLE),
        "emoji": typed({"name": string(255)}, {"unicode": string(255), "skin_tone": whole(1, 6), **_STYLE}),
        "broadcast": typed({"range": string(255)}, _STYLE),
        "color": typed({"value": string(255)}, _STYLE),
        "date": typed(
            {"timestamp": anything, "format": string(255)}, {"url": url(), "fallback": string(255), **_STYLE}
        ),
    }
)
_section = typed({"elements": listing(_inline, 1000, least=0)})
_block_like = typed({"elements": listing(_inline, 1000)}, {"border": whole(0, 1)})
_list = typed(
    {"elements": listing(by_type({"rich_text_section": _section}), 1000), "style": anything},
    {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
)

rich_text_elements = listing(
    by_type(
        {
            "rich_text_section": _section,
            "rich_text_list": _list,
            "rich_text_quote": _block_like,
            "rich_text_preformatted": _block_like,
        }
    ),
    1000,
)
