"""QR codes of links."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """Return a QR code as an inline SVG, dark on the white that `.qr` gives it.

    A text of `limits.URL` characters fits.
    """
    code = segno.make(text, error="m")
    drawn = code.svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=0, svgversion=None)
    return Markup(drawn)  # noqa: S704  segno writes paths, never the text
