"""Codes that a telephone reads from paper."""

from __future__ import annotations

from segno import make_qr

LONGEST = 400
"""Characters of an address; a longer one makes dots too small for a printed centimetre."""


def qr_svg(address: str, *, title: str = "") -> str:
    """A QR code of an address as SVG to be put into a page, `title` for those who do not see it. Raises ValueError when the
    address is too long."""
    if len(address) > LONGEST:
        raise ValueError(f"an address of {len(address)} characters is too long for a printed code")
    drawn: str = make_qr(address, error="m").svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None, title=title or None, dark="#000", light="#fff"
    )
    return drawn
