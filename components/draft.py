"""The draft of a form on screen: what is typed goes to the database as it is typed, and comes back by itself."""

import json
from collections.abc import Sequence
from typing import Any

from components import session
from db.drafts import Drafts
from db.engine import engine
from db.photos import Photo
from domain.people import Actor


class FormDraft:
    """Ties widget keys to a stored draft. `names` are the widget keys, all starting with the form's name.

    Create it before the widgets are drawn: it puts the draft's values back when the widgets have none.
    """

    def __init__(self, actor: Actor, form: str, names: Sequence[str]) -> None:
        self.form, self.names = form, tuple(names)
        self._drafts = Drafts(engine(), session.world().district_id, actor.user_id, form)
        self.restored = False
        if not session.kept(f"_{form}_open", False) or not any(session.has(n) for n in self.names):
            self._restore()
            session.keep(f"_{form}_open", True)

    def _restore(self) -> None:
        fields = self._drafts.fields()
        if not fields:
            return
        self.restored = True
        for name in self.names:
            if fields.get(name) is not None and not session.has(name):
                session.keep(name, fields[name])

    def save(self) -> None:
        """Keep the present values if they differ from what was kept last. Called at the end of a run."""
        fields = {n: session.kept(n) for n in self.names if session.kept(n) not in (None, "", False)}
        packed = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)
        if packed == session.kept(f"_{self.form}_saved") or (not fields and not session.kept(f"_{self.form}_saved")):
            return
        self._drafts.save(json.loads(packed), session.now())
        session.keep(f"_{self.form}_saved", packed)

    def photos(self, part: str, fresh: tuple[Photo, ...]) -> tuple[Photo, ...]:
        """The photos of a field: those kept from before and the fresh ones, which are kept now."""
        prefix = f"{part}:"
        stored = {name: data for name, data in self._drafts.parts().items() if name.startswith(prefix)}
        for photo in fresh:
            name = prefix + photo.sha256
            if name not in stored:
                self._drafts.save_part(name, _packed(photo), session.now())
        hashes = {photo.sha256 for photo in fresh}
        kept = tuple(_unpacked(d) for name, d in stored.items() if name.removeprefix(prefix) not in hashes)
        return kept + fresh

    def drop_photo(self, part: str, sha256: str) -> None:
        """Take a kept photo out of the draft (for a button's on_click)."""
        self._drafts.drop_part(f"{part}:{sha256}")

    def clear(self) -> None:
        """Forget the draft and empty the form (for a callback, or before a rerun)."""
        self._drafts.clear()
        for name in (*self.names, f"_{self.form}_saved", f"_{self.form}_open"):
            session.drop(name)


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
