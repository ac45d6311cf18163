"""A QR code as an SVG picture."""

import segno


def svg(address: str) -> str:
    """The picture that a phone reads as `address`; whoever shows it says the address in words as well."""
    return segno.make(address, micro=False, error="m").svg_inline(border=2)


def picture(address: str) -> str:
    """As `svg`, for an <img>."""
    return segno.make(address, micro=False, error="m").svg_data_uri(scale=4, border=2, light="#fff", dark="#000")
