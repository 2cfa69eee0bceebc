"""Photos people send: checked by content and name, re-encoded, and freed of everything but the picture.

Limits from the reliability goals of the project: 10 MB, 40 megapixels, JPEG, PNG or WebP. Nothing of the file that
was sent is kept: decoding and encoding again drops EXIF, GPS, comments, profiles and whatever was glued to the end.
"""

import struct
import threading
import warnings
import zlib
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from typing import Final

from PIL import Image, UnidentifiedImageError

from db.photo_facts import orientation, place_of, taken_when
from domain.text import Refused, Text, text

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
LONG_EDGE: Final = 1600
THUMB_EDGE: Final = 320
QUALITY: Final = 82

_SUFFIXES: Final = {
    "JPEG": (".jpg", ".jpeg", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
}
_HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif")

# What Pillow raises on files that are broken, cut off or made to harm.
_BROKEN: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

# Pillow only warns between 89 and 179 megapixels. Set once for the process: changing filters later is not thread-safe.
warnings.simplefilter("error", Image.DecompressionBombWarning)

# One picture at a time is decoded, so that many uploads at once do not add up to gigabytes.
_decoding = threading.Lock()


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo ready to be kept. `jpeg` and `thumb` carry no metadata; what the file said is in the other fields.

    Sizes are those of `jpeg` in pixels; `sha256` is its digest, hexadecimal. `taken_at` is aware; `gps` is longitude,
    latitude (WGS 84) and is only an offer: nothing keeps it unless the person says so. `sent_bytes` is the size sent.
    """

    name: str
    jpeg: bytes
    thumb: bytes
    width: int
    height: int
    sha256: str
    taken_at: datetime | None
    gps: tuple[float, float] | None
    sent_bytes: int


def _refuse(sentence: Text) -> Refused:
    return Refused(sentence, "photos")


def read_photo(data: bytes, name: str) -> Photo:
    """The photo in a file that a person sent.

    `name` is the file's name as sent; only its ending counts. An animation gives its first frame. Raises Refused with
    a sentence that says what is wrong; never anything else for any bytes.
    """
    kind = _kind(data, name)
    try:
        with _decoding, Image.open(BytesIO(data), formats=[kind]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise _too_many_pixels()
            turn, taken, gps = orientation(image), taken_when(image), place_of(image)
            picture = _plain(image, turn)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except _BROKEN:
        raise _refuse(text("The photo is damaged or incomplete. Take it again or choose another.")) from None
    jpeg = _encoded(picture)
    picture.thumbnail((THUMB_EDGE, THUMB_EDGE), Image.Resampling.LANCZOS)
    return Photo(
        name=PurePath(name.replace("\\", "/")).name[:200],
        jpeg=jpeg.data,
        thumb=_encoded(picture).data,
        width=jpeg.width,
        height=jpeg.height,
        sha256=sha256(jpeg.data).hexdigest(),
        taken_at=taken,
        gps=gps,
        sent_bytes=len(data),
    )


def _too_many_pixels() -> Refused:
    return _refuse(text("The photo has more than {limit} million pixels.", limit=MAX_PIXELS // 1_000_000))


def _kind(data: bytes, name: str) -> str:
    """Format of a file by its first bytes, agreeing with its name. Raises Refused."""
    if not data:
        raise _refuse(text("The file is empty."))
    if len(data) > MAX_BYTES:
        raise _refuse(text("The photo is larger than {limit} MB.", limit=MAX_BYTES // 1024 // 1024))
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    if (data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS) or suffix in (".heic", ".heif"):
        raise _refuse(
            text("HEIC photos cannot be read here. Set the camera to the most compatible format (JPEG) and try again.")
        )
    kind = _by_content(data)
    if kind is None:
        raise _refuse(text("This is not a photo. Send a JPEG, PNG or WebP picture."))
    if suffix not in _SUFFIXES[kind]:
        raise _refuse(text("The file's name says {suffix}, but it is a {kind} picture.", suffix=suffix, kind=kind))
    return kind


def _by_content(data: bytes) -> str | None:
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _plain(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """First frame, upright, on white, at most LONG_EDGE, in a fresh image that carries no metadata."""
    image.draft("RGB", (LONG_EDGE, LONG_EDGE))  # JPEG only: decode at a fraction of the size where that is enough
    image.seek(0)
    image.load()
    if image.mode not in ("RGB", "RGBA", "L"):
        image = image.convert("RGBA" if image.mode in ("P", "PA", "LA", "La", "RGBa") else "RGB")
    factor = max(image.size) // (LONG_EDGE * 2)
    if factor > 1:
        image = image.reduce(factor)
    image.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    if turn is not None:
        image = image.transpose(turn)
    fresh = Image.new("RGB", image.size, "white")
    fresh.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return fresh


@dataclass(frozen=True, slots=True)
class _Encoded:
    data: bytes
    width: int
    height: int


def _encoded(image: Image.Image) -> _Encoded:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return _Encoded(out.getvalue(), *image.size)
