"""Drawn stand-ins for photographs: steps at night, before and after; a van in the lane."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1200, 800)


def steps_at_night(*, lit: bool) -> BytesIO:
    """The steps behind building 3 as a JPEG, hardly visible or lit."""
    picture = Image.new("RGB", SIZE, "#16242c" if lit else "#0b1216")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 490, 580), fill="#22323a" if lit else "#10181c")
    for row in range(4):
        for column in range(4):
            corner = (45 + column * 110, 50 + row * 125)
            is_on = (row, column) in {(1, 1), (0, 3)} or (lit and (row, column) == (2, 0))
            colour = "#f7d58f" if is_on else ("#3b5058" if lit else "#172227")
            draw.rectangle((*corner, corner[0] + 75, corner[1] + 80), fill=colour)
    for step in range(6):
        top, left = 580 + step * 25, 490 + step * 65
        draw.rectangle((left, top, left + 85, 730), fill="#66706c" if lit else "#182023")
        if lit:
            draw.line((left, top, left + 85, top), fill="#ffd98f", width=7)
    draw.rectangle((0, 715, *SIZE), fill="#3a4644" if lit else "#12191a")
    return _jpeg(_with_lamps(picture) if lit else picture)


def _with_lamps(picture: Image.Image) -> Image.Image:
    glow = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(glow)
    for x, y, radius in ((440, 430, 250), (750, 490, 220), (1050, 470, 220)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill="#7a5c28")
        draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill="#fff0c4")
    return Image.blend(picture, glow.filter(ImageFilter.GaussianBlur(70)), 0.45)


def van_in_lane() -> BytesIO:
    """A van that blocks the middle of the lane, its number plate unreadable."""
    picture = Image.new("RGB", SIZE, "#cfd8d3")
    draw = ImageDraw.Draw(picture)
    for left in (0, 880):
        draw.rectangle((left, 0, left + 320, 620), fill="#a2543c")
    draw.polygon(((0, 800), (320, 600), (880, 600), (1200, 800)), fill="#8d9793")
    draw.rounded_rectangle((420, 330, 800, 660), 40, fill="#f3f6f4")
    draw.rounded_rectangle((455, 365, 765, 490), 20, fill="#44575a")
    draw.rectangle((540, 560, 680, 600), fill="#9bb0b5")
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> BytesIO:
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    file.seek(0)
    return file
