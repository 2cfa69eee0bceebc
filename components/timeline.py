"""The journal of a case as its timeline (办理过程): who did what, when, with what reason and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from components.frontend import mount
from components.i18n import _
from components.photos import words

_timeline = mount("timeline", "light", "lightbox", "timeline")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A journal entry as it is shown; every text is in the reader's language and shown as typed.

    `changes` are pairs of label and text; `photos` are ids as texts. `imported` entries come from another system,
    a `reminder` is one that a clock wrote and nobody decided.
    """

    at: str
    move: str
    who: str
    org: str
    note: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    photos: tuple[str, ...] = ()
    kind: Literal["move", "imported", "reminder"] = "move"


def laid_out(entries: Sequence[TimelineEntry]) -> dict[str, Any]:
    """What the timeline's script is given, in the order of `entries`."""
    tags = {"move": "", "imported": _("Imported"), "reminder": _("Automatic")}
    rows = [
        {
            "at": entry.at,
            "move": entry.move,
            "who": entry.who,
            "org": entry.org,
            "note": entry.note,
            "changes": [list(change) for change in entry.changes],
            "photos": list(entry.photos),
            "kind": entry.kind,
            "tag": tags[entry.kind],
        }
        for entry in entries
    ]
    return {"entries": rows, "words": words()}


def timeline(entries: Sequence[TimelineEntry], key: str) -> None:
    """Draw the timeline, in the order of `entries`; photos open large on a tap."""
    _timeline(key=key, data=laid_out(entries))
