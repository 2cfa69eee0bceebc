"""The dispatch board (派遣看板): six steps as columns of cards, drawn by one component. See docs/decisions/0006."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from components.frontend import fired, mount, said
from components.i18n import _, label
from domain.words import Light, Step

NUMBER_LIMIT = 40
"""Characters of a case number; anything longer from the browser is not one."""

TEXT_LIMIT = 40
"""Characters of a text on a card: the two lines of a card show no more, and the board stays a small message."""

_board = mount("board", "light", "board")


@dataclass(frozen=True, slots=True)
class Card:
    """A case on the board. All texts are in the reader's language; `left` is the time left or over, in words.

    `light` and `whole_light` are the lights of the present stage and of the whole case. `flags` are short labels.
    """

    no: str
    title: str
    place: str
    unit: str
    light: Light
    left: str
    whole_light: Light
    flags: tuple[str, ...]
    channel: str
    version: int


@dataclass(frozen=True, slots=True)
class Column:
    """A step of the board: its cards, most urgent first, how many cases it has in all, and whether more can come."""

    step: Step
    title: str
    count: int
    more: bool
    cards: Sequence[Card]


class _Texts:
    """Texts by number: units, classes, flags and lights come many times and travel once."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, value: str) -> int:
        short = value if len(value) <= TEXT_LIMIT else value[: TEXT_LIMIT - 1] + "…"
        return self.numbers.setdefault(short, len(self.numbers))


def _row(card: Card, texts: _Texts) -> list[Any]:
    return [
        card.no,
        texts(card.title),
        texts(card.place),
        texts(card.unit),
        texts(str(card.light)),
        texts(card.left),
        texts(str(card.whole_light)),
        [texts(flag) for flag in card.flags],
        texts(card.channel),
        card.version,
    ]


def packed(columns: Sequence[Column], *, selected: str | None = None, height: int | None = None) -> dict[str, Any]:
    """What the board's script is given. Ids of the database never go to the browser: cards carry case numbers."""
    texts = _Texts()
    drawn = [
        {
            "step": str(column.step),
            "title": column.title,
            "count": column.count,
            "more": column.more,
            "cards": [_row(card, texts) for card in column.cards],
        }
        for column in columns
    ]
    words = {
        "steps": _("Steps"),
        "whole": _("Whole case"),
        "more": _("Show more"),
        "nothing": _("No cases in this step"),
        "lights": {str(light): label(light) for light in Light},
    }
    return {"columns": drawn, "texts": list(texts.numbers), "words": words, "selected": selected, "height": height}


def board(
    columns: Sequence[Column],
    key: str,
    *,
    on_open: Callable[[str], None] | None = None,
    on_more: Callable[[Step], None] | None = None,
    selected: str | None = None,
    height: int | None = None,
) -> str | None:
    """Draw the board; give the number of the case that was tapped in this run, or None.

    `on_open` and `on_more` run as callbacks, before the page, with the case number and the step. `height` in pixels;
    without it the board fills the window. A number from the browser is only a wish: whoever opens it asks permission.
    """
    shown = _board(
        key=key,
        data=packed(columns, selected=selected, height=height),
        on_open_change=partial(_opened, key, on_open),
        on_more_change=partial(_asked_more, key, on_more),
    )
    return said(shown.get("open"), NUMBER_LIMIT)


def _opened(key: str, on_open: Callable[[str], None] | None) -> None:
    no = fired(key, "open", NUMBER_LIMIT)
    if no is not None and on_open is not None:
        on_open(no)


def _asked_more(key: str, on_more: Callable[[Step], None] | None) -> None:
    step = fired(key, "more", NUMBER_LIMIT)
    if step in [str(s) for s in Step] and on_more is not None:
        on_more(Step(step))
