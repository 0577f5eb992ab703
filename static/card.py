"""Draw card.png, the picture that a link to this site shows in a chat: `python static/card.py [FILE]`.

Needs Pillow, which serving does not. The picture is the same for all rounds; their words stand in the
page's own title and description.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
FONTS = HERE / "vendor" / "fonts" / "be-vietnam-pro"
SIZE = (1200, 630)
GREEN, INK, PAPER, SOFT = "#14532d", "#1c2321", "#f6f7f3", "#e6f0e8"


def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"BeVietnamPro_{name}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


def draw_card() -> Image.Image:
    card = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, SIZE[0], 18), fill=GREEN)
    pen.text((80, 76), "LÒNG DÂN", font=font("700Bold", 40), fill=GREEN)
    pen.text((80, 150), "Mời bà con\ncho ý kiến", font=font("700Bold", 104), fill=INK, spacing=12)
    pen.text((80, 432), "về kết quả xây dựng nông thôn mới", font=font("400Regular", 44), fill=INK)
    pen.rounded_rectangle((80, 512, 748, 580), radius=34, fill=SOFT)
    pen.text(
        (414, 545),
        "Không ghi tên – trả lời trong vài phút",
        font=font("700Bold", 32),
        fill=GREEN,
        anchor="mm",
    )
    draw_tick(card, 965, 262, 150)
    return card


def draw_tick(card: Image.Image, x: int, y: int, radius: int) -> None:
    """A white tick in a green disc, drawn large and made small for smooth edges."""
    scale = 4
    side = 2 * radius * scale
    disc = Image.new("L", (side, side), 0)
    ImageDraw.Draw(disc).ellipse((0, 0, side - 1, side - 1), fill=255)
    tick = Image.new("L", (side, side), 0)
    points = [(side * 0.28, side * 0.52), (side * 0.44, side * 0.68), (side * 0.74, side * 0.34)]
    ImageDraw.Draw(tick).line(points, fill=255, width=side // 11, joint="curve")
    for mask, colour in ((disc, GREEN), (tick, "#ffffff")):
        small = mask.resize((2 * radius, 2 * radius), Image.Resampling.LANCZOS)
        card.paste(colour, (x - radius, y - radius), small)


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "card.png"
    draw_card().quantize(64, dither=Image.Dither.NONE).save(out, optimize=True)
