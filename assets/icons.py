"""Draws the app's icons from the mark of static/icon.svg: `python assets/icons.py`. The pictures are committed."""

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
GREEN, WHITE, SMOOTH = "#0b5d3b", "#ffffff", 8
BUBBLE = [(7, 8), (25, 8), (25, 20), (16, 20), (10, 25), (10, 20), (7, 20)]
TICK, STROKE = [(11, 14.5), (14.2, 17.5), (21, 11)], 2.6


def mark(side: int, corner: float) -> Image.Image:
    """Draw the mark, so many points wide, on a ground with corners as round as in a drawing of 32."""
    scale = side * SMOOTH / 32
    picture = Image.new("RGBA", (side * SMOOTH, side * SMOOTH))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, *picture.size), corner * scale, GREEN)
    pen.polygon([(x * scale, y * scale) for x, y in BUBBLE], WHITE)
    pen.line([(x * scale, y * scale) for x, y in TICK], GREEN, round(STROKE * scale))
    return picture.resize((side, side), Image.Resampling.LANCZOS).quantize(32)


def main() -> None:
    """Draw all of them: a maskable one fills its square, because the telephone cuts its own shape out of it."""
    ICONS.mkdir(exist_ok=True)
    for side in (192, 512):
        mark(side, corner=6).save(ICONS / f"icon-{side}.png", optimize=True)
        mark(side, corner=0).save(ICONS / f"maskable-{side}.png", optimize=True)


if __name__ == "__main__":
    main()
