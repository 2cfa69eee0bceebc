"""Photos: taking them in with a sentence beside each that cannot be used, and showing those of a case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256

import streamlit as st

from components.escape import md
from components.frontend import mount
from components.i18n import _, translate
from components.session import kept
from db.photos import MAX_BYTES, Photo, read_photo
from domain.geo import Point
from domain.text import Refused, Text, text

UPLOAD_MB = 60
"""What the field takes at all, so that photos above the limit of `db.photos` meet our own sentence."""

_strip = mount("photos", "light", "lightbox", "photos")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a photo field holds: photos that can be kept, in the order chosen, and how many files were refused."""

    photos: tuple[Photo, ...]
    refused: int

    @property
    def place(self) -> Point | None:
        """Longitude and latitude from the first photo that says where it was taken."""
        return next((photo.gps for photo in self.photos if photo.gps), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo of a case by its id (a text) and caption."""

    id: str
    caption: str


class _Bytes:
    """A file's bytes, equal by their digest: the cache keeps digests and results, not what was sent."""

    def __init__(self, data: bytes) -> None:
        self.data: bytes | None = data
        self.digest = sha256(data).digest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bytes) and other.digest == self.digest


@lru_cache(maxsize=24)
def _read(content: _Bytes, name: str) -> Photo | Text:
    """The photo, or the sentence that refuses it: a file is decoded once, not on every rerun of the page."""
    data, content.data = content.data or b"", None
    try:
        return read_photo(data, name)
    except Refused as refused:
        return refused.sentence


def photo_field(
    title: str, key: str, *, limit: int = 6, on_place: Callable[[Point], None] | None = None, required: int = 0
) -> Taken:
    """Draw an upload field for photos (a tablet offers its camera), previews, and a sentence for each refused file.

    At most `limit` photos are taken; `required` is how many the form asks for, said in the field's help. When a
    photo says where it was taken and `on_place` is given, that place is offered on a button which calls it with
    longitude and latitude: nothing else ever reads it.
    """
    files = st.file_uploader(
        title,
        type=["jpg", "jpeg", "png", "webp", "heic", "heif"],
        accept_multiple_files=True,
        key=key,
        max_upload_size=UPLOAD_MB,
        help=_("JPEG, PNG or WebP, at most {size} MB each, at most {count} photos").format(
            size=MAX_BYTES // 1024 // 1024, count=limit
        ),
    )
    photos, refused = _sorted_out(files or [], limit)
    for name, sentence in refused:
        st.error(f"{md(name)}: {md(translate(sentence))}")
    if len(photos) < required:
        st.caption(_("Photos needed: {count}").format(count=required))
    taken = Taken(tuple(photos), len(refused))
    if photos:
        st.image([photo.thumb for photo in photos], width=150)
    if taken.place and on_place is not None:
        lng, lat = taken.place
        st.button(
            _("Use the place from the photo ({lng}, {lat})").format(lng=f"{lng:.5f}", lat=f"{lat:.5f}"),
            key=f"{key}_place",
            on_click=partial(on_place, taken.place),
        )
    return taken


def photos_in(key: str, *, limit: int = 6) -> tuple[Photo, ...]:
    """The photos that can be kept in the upload field with this key, as it stands now (for callbacks)."""
    return tuple(_sorted_out(kept(key) or [], limit)[0])


def _sorted_out(files: Sequence[object], limit: int) -> tuple[list[Photo], list[tuple[str, Text]]]:
    photos: list[Photo] = []
    refused: list[tuple[str, Text]] = []
    for file in files:
        name = str(getattr(file, "name", ""))
        found = _read(_Bytes(file.getvalue()), name)  # type: ignore[attr-defined]
        if isinstance(found, Text):
            refused.append((name, found))
        elif any(photo.sha256 == found.sha256 for photo in photos):
            refused.append((name, text("This photo was chosen twice.")))
        elif len(photos) >= limit:
            refused.append((name, text("Too many photos: at most {limit}.", limit=limit)))
        else:
            photos.append(found)
    return photos, refused


def words() -> dict[str, str]:
    """Words of the enlarged view."""
    return {
        "before": _("Previous"),
        "after": _("Next"),
        "close": _("Close"),
        "enlarge": _("Enlarge"),
        "lost": _("Photo not available"),
        "nothing": _("No photos"),
    }


def photo_strip(photos: Sequence[Shown], key: str) -> None:
    """Show photos of a case in a row; a tap shows one large. Their bytes come through the signed-in photo route."""
    _draw([("", photos)], key)


def before_after(before: Sequence[Shown], after: Sequence[Shown], key: str) -> None:
    """Show photos from before and after the handling (处置前后) side by side."""
    _draw([(_("Before handling"), before), (_("After handling"), after)], key)


def _draw(groups: Sequence[tuple[str, Sequence[Shown]]], key: str) -> None:
    drawn = [
        {"title": title, "photos": [{"id": str(photo.id), "caption": photo.caption} for photo in photos]}
        for title, photos in groups
    ]
    _strip(key=key, data={"groups": drawn, "words": words()})
