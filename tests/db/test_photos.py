"""Photos: what is taken, what is refused and with which sentence, and that nothing but the picture is left."""

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from db.photos import LONG_EDGE, MAX_BYTES, THUMB_EDGE, read_photo
from domain.text import Refused

SECRET = b"PLANTED-SECRET"
ROOT = Path(__file__).parents[2]


def picture(size=(60, 40), mode="RGB"):
    image = Image.new(mode, size, 255 if mode in ("L", "1", "I;16") else "white")
    image.paste(0 if mode in ("L", "1", "I;16") else "black", (0, 0, size[0] // 2, size[1] // 2))
    return image


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(size=(60, 40), **options):
    return saved(picture(size), "JPEG", **options)


def exif(orientation=1, gps=None, stamp=None, offset=None):
    block = Image.Exif()
    block[Base.Orientation] = orientation
    block[Base.Artist] = SECRET.decode()
    if stamp:
        block.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = stamp
    if offset:
        block.get_ifd(IFD.Exif)[Base.OffsetTimeOriginal] = offset
    if gps:
        block.get_ifd(IFD.GPSInfo).update(gps)
    return block.tobytes()


def here(lat=(31, 14, 6), lng=(121, 27, 30), north="N", east="E"):
    return {
        GPS.GPSLatitudeRef: north,
        GPS.GPSLatitude: tuple(map(Fraction, lat)),
        GPS.GPSLongitudeRef: east,
        GPS.GPSLongitude: tuple(map(Fraction, lng)),
    }


def sentence(data, name="a.jpg"):
    with pytest.raises(Refused) as refused:
        read_photo(data, name)
    assert refused.value.field == "photos"
    return refused.value.sentence.message


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (jpeg(), "a.jpg"),
        (jpeg(), "A.JPEG"),
        (jpeg(progressive=True), "a.jpg"),
        (saved(picture(), "PNG"), "a.png"),
        (saved(picture(mode="RGBA"), "PNG"), "a.png"),
        (saved(picture(mode="L"), "PNG"), "a.png"),
        (saved(picture(mode="1"), "PNG"), "a.png"),
        (saved(picture().convert("P"), "PNG"), "a.png"),
        (saved(picture(mode="I;16"), "PNG"), "a.png"),
        (saved(picture(mode="CMYK"), "JPEG"), "a.jpg"),
        (saved(picture(), "WEBP"), "a.webp"),
        (saved(picture(mode="RGBA"), "WEBP"), "现场 照片.webp"),
    ],
)
def test_pictures_of_the_three_formats_are_taken_and_become_jpeg(data, name):
    photo = read_photo(data, name)
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (60, 40))
    assert (photo.width, photo.height, photo.name, photo.sent_bytes) == (60, 40, name, len(data))


def test_a_large_picture_is_brought_down_to_the_long_edge_and_the_thumbnail_to_its_own():
    photo = read_photo(jpeg((5000, 2500)), "a.jpg")
    assert (photo.width, photo.height) == (LONG_EDGE, LONG_EDGE // 2)
    with Image.open(io.BytesIO(photo.thumb)) as thumb:
        assert thumb.size == (THUMB_EDGE, THUMB_EDGE // 2)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_upright_whichever_way_the_camera_was_held(orientation):
    # The dark corner is at the upper left of the picture as taken; the table of EXIF says where it belongs.
    turned = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    photo = read_photo(jpeg(exif=exif(orientation)), "a.jpg")
    wide = orientation < 5
    assert (photo.width, photo.height) == ((60, 40) if wide else (40, 60))
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        right, low = photo.width - 1, photo.height - 1
        corner = [(x, y) for x in (0, 1) for y in (0, 1) if image.getpixel((x * right, y * low))[0] < 90]
    assert corner == [turned[orientation]]


def test_time_and_place_are_read_before_they_are_dropped():
    block = exif(gps=here(), stamp="2026:11:24 09:05:00", offset="+08:00")
    photo = read_photo(jpeg(exif=block), "a.jpg")
    assert photo.gps == (121.458333, 31.235)
    assert photo.taken_at == datetime(2026, 11, 24, 9, 5, tzinfo=timezone(timedelta(hours=8)))


def test_a_time_without_an_offset_is_the_districts_time():
    photo = read_photo(jpeg(exif=exif(stamp="2026:11:24 09:05:00")), "a.jpg")
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() == "2026-11-24T09:05:00+08:00"


def test_south_and_west_are_negative():
    assert read_photo(jpeg(exif=exif(gps=here(north="S", east="W"))), "a.jpg").gps == (-121.458333, -31.235)


@pytest.mark.parametrize(
    "gps",
    [here((0, 0, 0), (0, 0, 0)), here((91, 0, 0)), here(lng=(181, 0, 0)), here(north="Q"), {GPS.GPSLatitude: (1,)}],
)
def test_a_place_that_cannot_be_is_no_place(gps):
    assert read_photo(jpeg(exif=exif(gps=gps)), "a.jpg").gps is None


@pytest.mark.parametrize("stamp", ["0000:00:00 00:00:00", "yesterday", "2026:13:40 25:61:61"])
def test_a_time_that_cannot_be_is_no_time(stamp):
    assert read_photo(jpeg(exif=exif(stamp=stamp)), "a.jpg").taken_at is None


def text_chunk():
    info = PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return info


HTML = b"<html><script>alert(1)</script>" + SECRET
DIRTY = [
    (jpeg(exif=exif(gps=here())), "a.jpg"),
    (jpeg(comment=SECRET), "a.jpg"),
    (jpeg(icc_profile=SECRET * 20), "a.jpg"),
    (jpeg(xmp=SECRET), "a.jpg"),
    (jpeg() + HTML, "a.jpg"),
    (saved(picture(), "PNG", pnginfo=text_chunk()), "a.png"),
    (saved(picture(), "PNG", exif=exif(gps=here())), "a.png"),
    (saved(picture(), "PNG") + b"PK\x03\x04" + SECRET, "a.png"),
    (saved(picture(), "WEBP", exif=exif(gps=here()), xmp=SECRET), "a.webp"),
    (saved(picture(), "WEBP") + HTML, "a.webp"),
]


@pytest.mark.parametrize(("data", "name"), DIRTY)
def test_nothing_but_the_picture_is_left(data, name):
    assert SECRET in data
    photo = read_photo(data, name)
    for kept in (photo.jpeg, photo.thumb):
        assert SECRET not in kept
        assert b"Exif" not in kept
        with Image.open(io.BytesIO(kept)) as image:
            assert len(image.getexif()) == 0
            assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(image.info)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("white", "black", "black")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    with Image.open(io.BytesIO(read_photo(data, f"a.{kind.lower()}").jpeg)) as image:
        assert image.getpixel((10, 10))[0] > 240


NOT_A_PHOTO = "This is not a photo. Send a JPEG, PNG or WebP picture."
DAMAGED = "The photo is damaged or incomplete. Take it again or choose another."
NAME = "The file's name says {suffix}, but it is a {kind} picture."
HEIC = "HEIC photos cannot be read here. Set the camera to the most compatible format (JPEG) and try again."


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.jpg", "The file is empty."),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.jpg", NOT_A_PHOTO),
        (HTML, "a.png", NOT_A_PHOTO),
        (b"%PDF-1.7", "a.jpg", NOT_A_PHOTO),
        (b"MZ\x90", "a.jpg", NOT_A_PHOTO),
        (b"PK\x03\x04", "a.webp", NOT_A_PHOTO),
        (saved(picture(), "GIF"), "a.gif", NOT_A_PHOTO),
        (saved(picture(), "BMP"), "a.bmp", NOT_A_PHOTO),
        (saved(picture(), "TIFF"), "a.jpg", NOT_A_PHOTO),
        (b"GIF89a" + jpeg(), "a.jpg", NOT_A_PHOTO),
        (jpeg(), "a.png", NAME),
        (saved(picture(), "PNG"), "a.jpg", NAME),
        (saved(picture(), "WEBP"), "a.jpg", NAME),
        (jpeg(), "a.php", NAME),
        (jpeg(), "a.jpg.html", NAME),
        (jpeg(), "jpg", NAME),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "a.heic", HEIC),
        (b"\x00\x00\x00\x18ftypmif1" + bytes(40), "a.jpg", HEIC),
        (jpeg((400, 300))[:1500], "a.jpg", DAMAGED),
        (jpeg()[:30], "a.jpg", DAMAGED),
        (b"\xff\xd8\xff", "a.jpg", DAMAGED),
        (saved(picture((400, 300)), "PNG")[:120], "a.png", DAMAGED),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "a.png", DAMAGED),
        (saved(picture((400, 300)), "WEBP")[:60], "a.webp", DAMAGED),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(20), "a.webp", DAMAGED),
    ],
)
def test_what_is_no_sound_photo_is_refused_with_its_reason(data, name, message):
    assert sentence(data, name) == message


def test_ten_megabytes_are_taken_and_one_byte_more_is_not():
    padded = jpeg() + bytes(MAX_BYTES - len(jpeg()))
    assert read_photo(padded, "a.jpg").width == 60
    assert sentence(padded + b"\x00") == "The photo is larger than {limit} MB."


def bomb(width, height):
    """A PNG that says it is so large; its picture data is a few kilobytes of zeros, deflated."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes((width // 8 + 1) * min(height, 20_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


CHILD = """
import re, resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from db.photos import read_photo
from domain.text import Refused
data = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))
start = time.perf_counter()
try:
    read_photo(data, sys.argv[2])
    word = "taken"
except Refused as refused:
    word = str(refused.sentence)
# Not ru_maxrss: that remembers the process that started this one.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(word, time.perf_counter() - start, peak, sep="|")
"""


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (12_000, 12_000), (8_000, 5_001), (2_000_000, 2_000)])
def test_a_decompression_bomb_is_refused_at_once_and_in_little_memory(width, height):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOT), "a.png"], input=bomb(width, height), capture_output=True, check=True
    )
    word, seconds, megabytes = done.stdout.decode().strip().split("|")
    assert word == "The photo has more than 40 million pixels."
    assert float(seconds) < 1
    assert int(megabytes) < 200


def test_a_text_chunk_that_unpacks_without_end_is_refused_in_little_memory():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    png = saved(picture(), "PNG")
    packed = zlib.compress(bytes(300 << 20), 9)
    data = png[:33] + chunk(b"zTXt", b"Comment\x00\x00" + packed) + png[33:]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOT), "a.png"], input=data, capture_output=True, check=True
    )
    word, seconds, megabytes = done.stdout.decode().strip().split("|")
    assert word in ("taken", "The photo is damaged or incomplete. Take it again or choose another.")
    assert float(seconds) < 1
    assert int(megabytes) < 200


def test_forty_million_pixels_are_still_a_photo():
    assert read_photo(bomb(8_000, 5_000), "a.png").width == LONG_EDGE


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([jpeg((80, 60), exif=exif(gps=here())), saved(picture(), "PNG"), saved(picture(), "WEBP")]),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=12),
    st.integers(0, 6000),
)
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(data, hits, cut):
    broken = bytearray(data[: max(cut, 4)])
    for place, value in hits:
        broken[place % len(broken)] = value
    name = {b"\xff\xd8": "a.jpg", b"\x89P": "a.png", b"RI": "a.webp"}.get(data[:2], "a.jpg")
    with suppress(Refused):  # anything else that is raised fails the test
        assert read_photo(bytes(broken), name).jpeg[:3] == b"\xff\xd8\xff"


def test_the_same_picture_gives_the_same_bytes_and_digest():
    assert read_photo(jpeg(), "a.jpg").sha256 == read_photo(jpeg(), "b.jpg").sha256
