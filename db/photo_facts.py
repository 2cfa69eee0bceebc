"""What a photo's EXIF block says: which way is up, when and where it was taken. Anything odd in it counts as absent."""

import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from math import isfinite
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from db.settings import settings

_ODD = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    ZeroDivisionError,
    SyntaxError,
    OSError,
    OverflowError,
    struct.error,
)

T = TypeVar("T")

# EXIF 2.32, tag 274: the operation that puts the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _or_none(read: Callable[[Image.Image], T | None]) -> Callable[[Image.Image], T | None]:
    """Metadata is written by anybody: a block that cannot be read is no reason to lose the photo."""

    @wraps(read)
    def reader(image: Image.Image) -> T | None:
        try:
            return read(image)
        except _ODD:
            return None

    return reader


@_or_none
def orientation(image: Image.Image) -> Image.Transpose | None:
    """The turn or flip that puts the picture upright; None where it already is."""
    return _UPRIGHT.get(int(image.getexif().get(Base.Orientation, 1)))


@_or_none
def taken_when(image: Image.Image) -> datetime | None:
    """When the photo was taken, aware. A camera that names no offset is taken to show the district's time."""
    exif = image.getexif()
    detail: Mapping[int, Any] = exif.get_ifd(IFD.Exif)
    stamp = detail.get(Base.DateTimeOriginal) or exif.get(Base.DateTime)
    if not isinstance(stamp, str):
        return None
    naive = datetime.strptime(stamp.strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # the zone follows below
    offset = detail.get(Base.OffsetTimeOriginal)
    if isinstance(offset, str) and len(offset) == 6:
        return datetime.fromisoformat(naive.isoformat() + offset)
    return naive.replace(tzinfo=ZoneInfo(settings().zone))


@_or_none
def place_of(image: Image.Image) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84) rounded to six decimals (0.1 m). (0, 0) is a camera without a fix: None."""
    gps: Mapping[int, Any] = image.getexif().get_ifd(IFD.GPSInfo)
    lat = _degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef], "N", "S")
    lng = _degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef], "E", "W")
    if not (isfinite(lat) and isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180) or (lat == 0 and lng == 0):
        return None
    return round(lng, 6), round(lat, 6)


def _degrees(parts: Any, side: str, plus: str, minus: str) -> float:
    sign = {plus: 1, minus: -1}[str(side).strip("\x00 ").upper()]
    degrees, minutes, seconds = (float(p) for p in parts)
    return sign * (degrees + minutes / 60 + seconds / 3600)
