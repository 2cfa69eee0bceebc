"""Drawn pictures for the demo story: plainly not photographs of anybody's street."""

import io

from PIL import Image, ImageDraw

from db.photos import Photo, read_photo

_BEFORE = ((139, 115, 85), (120, 110, 100), (96, 108, 118), (134, 120, 96), (110, 96, 88), (126, 126, 110))
_AFTER = ((120, 150, 120), (110, 140, 150), (140, 150, 130), (118, 142, 132), (128, 146, 156), (136, 152, 124))


def pictures() -> tuple[tuple[Photo, ...], tuple[Photo, ...]]:
    """Six pictures from before (with rubbish heaps) and six from after (clean)."""
    return tuple(_draw(c, n, True) for n, c in enumerate(_BEFORE)), tuple(
        _draw(c, n, False) for n, c in enumerate(_AFTER)
    )


def _draw(colour: tuple[int, int, int], n: int, dirty: bool) -> Photo:
    image = Image.new("RGB", (640, 480), (206, 220, 230))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 150, 640, 330), fill=colour)
    pen.rectangle((0, 330, 640, 480), fill=(92, 92, 96))
    for x in range(20 + 9 * n, 640, 90):
        pen.rectangle((x, 395, x + 45, 403), fill=(230, 230, 220))
    for x in range(40, 640, 120):
        pen.rectangle((x, 180, x + 60, 290), fill=(224, 214, 190), outline=(80, 70, 60), width=3)
    if dirty:
        for k in range(7 + n):
            x, y = 180 + (k * 53 + n * 31) % 280, 330 + (k * 29) % 60
            pen.ellipse((x, y, x + 44, y + 30), fill=(60 + 12 * (k % 5), 54, 40 + 9 * (k % 4)))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=70)
    return read_photo(stream.getvalue(), f"demo-{n}.jpg")
