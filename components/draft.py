"""The draft of a form on screen: what is typed goes to the database as it is typed, and comes back by itself."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from components import session
from components.verbs import finish_form, form_key
from db.drafts import Drafts
from db.engine import engine
from db.photos import Photo
from domain.people import Actor

_KEY = "_key"


class FormDraft:
    """Ties widget keys to a stored draft. `empty` gives, for each widget key, what it holds when nothing is entered.

    Create it before the widgets are drawn: when the form is opened anew, also on coming back from another page, it
    puts the draft's values back. `always` is the key of a widget that the form shows in every state; `filled` are those
    that the form fills in by itself: they alone make no draft. The idempotency key of the form is part of the
    draft: what was saved just before the line broke is not saved twice.
    """

    def __init__(
        self, actor: Actor, form: str, empty: Mapping[str, Any], *, always: str, filled: Collection[str]
    ) -> None:
        self.form, self.empty, self.filled = form, empty, filled
        self._drafts = Drafts(engine(), session.world().district_id, actor.user_id, form)
        if not session.has(always):
            session.drop(f"_{form}_fresh")
            self._restore()

    @property
    def restored(self) -> bool:
        """Whether the form shows what an earlier draft held, until it is saved or emptied."""
        return bool(session.kept(f"_{self.form}_restored", False))

    def _restore(self) -> None:
        fields = self._drafts.fields()
        if not fields or fields.keys() <= {_KEY, *self.filled}:
            return
        session.keep(f"_{self.form}_restored", True)
        if fields.get(_KEY):
            session.keep(f"_key:{self.form}", fields[_KEY])
        for name in self.empty:
            if fields.get(name) is not None and not session.has(name):
                session.keep(name, fields[name])

    def save(self) -> None:
        """Keep the present values if they differ from what was kept last. Called at the end of a run."""
        fields = {n: session.kept(n) for n in self.empty if session.kept(n) not in (None, "", False)}
        packed = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)
        known = session.kept(f"_{self.form}_saved")
        if packed == known or (known is None and fields.keys() <= set(self.filled)):
            return
        self._drafts.save(json.loads(packed) | {_KEY: form_key(self.form)}, session.now())
        session.keep(f"_{self.form}_saved", packed)

    def photos(self, part: str, fresh: tuple[Photo, ...]) -> tuple[Photo, ...]:
        """The photos of a field: those kept from before and the fresh ones, which are kept now."""
        prefix = f"{part}:"
        stored = {name for name in self._drafts.names() if name.startswith(prefix)}
        for photo in fresh:
            name = prefix + photo.sha256
            if name not in stored:
                self._drafts.save_part(name, _packed(photo), session.now())
        hashes = {photo.sha256 for photo in fresh}
        seen: dict[str, tuple[str, ...]] = dict(session.kept(f"_{self.form}_fresh") or {})
        for sha in set(seen.get(part, ())) - hashes:  # taken out of the upload field again
            self._drafts.drop_part(prefix + sha)
            stored.discard(prefix + sha)
        session.keep(f"_{self.form}_fresh", seen | {part: tuple(hashes)})
        older = sorted(name for name in stored if name.removeprefix(prefix) not in hashes)
        # What still stands in the upload field is at hand: only photos of an earlier session are read from the store.
        kept = tuple(_unpacked(data) for data in self._drafts.parts(older).values()) if older else ()
        return kept + fresh

    def drop_photo(self, part: str, sha256: str) -> None:
        """Take a kept photo out of the draft (for a button's on_click)."""
        self._drafts.drop_part(f"{part}:{sha256}")

    def clear(self) -> None:
        """Forget the draft and empty the form (for a callback). The next thing saved is a new command.

        Values are set, not dropped: a browser goes on showing what it was never told to change.
        """
        self._drafts.clear()
        for name, value in self.empty.items():
            session.keep(name, value)
        for name in ("_saved", "_restored", "_fresh"):
            session.drop(f"_{self.form}{name}")
        finish_form(self.form)


def _packed(photo: Photo) -> bytes:
    head: dict[str, Any] = {
        "name": photo.name,
        "width": photo.width,
        "height": photo.height,
        "sha256": photo.sha256,
        "jpeg": len(photo.jpeg),
    }
    return json.dumps(head).encode() + b"\n" + photo.jpeg + photo.thumb


def _unpacked(data: bytes) -> Photo:
    line, body = data.split(b"\n", 1)
    head = json.loads(line)
    size = head.pop("jpeg")
    return Photo(**head, jpeg=body[:size], thumb=body[size:], taken_at=None, gps=None, sent_bytes=size)
