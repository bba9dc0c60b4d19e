"""The app's manifest with this installation's address in it; or without any, for Socket Mode."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from config.settings import ROOT

FILE = ROOT / "config" / "slack" / "manifest.yaml"
EXAMPLE = "https://collab.example.com"
_ADDRESSED = re.compile(r"^ *(request_)?url: .*\n", re.MULTILINE)
_UNFURLS = re.compile(r"^ *unfurl_domains:\n *- .*\n", re.MULTILINE)


def written(base_url: str, *, by_socket: bool, file: Path = FILE) -> str:
    """The manifest to paste. Links unfurl only for a host with a name: Slack takes no other."""
    text = file.read_text(encoding="utf-8")
    if by_socket:
        text = _ADDRESSED.sub("", text).replace("socket_mode_enabled: false", "socket_mode_enabled: true ")
    host = urlsplit(base_url).hostname or ""
    text = text.replace(EXAMPLE, base_url) if has_name(host) else _UNFURLS.sub("", text).replace(EXAMPLE, base_url)
    return text.replace(f"- {urlsplit(EXAMPLE).hostname}", f"- {host}")


def has_name(host: str) -> bool:
    """Whether a host has a name of the kind that others can know."""
    try:
        ip_address(host)
    except ValueError:
        return "." in host
    return False
