"""Deadline lights (红黄绿灯) for native elements: always a shape and a word beside the colour."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from components.escape import md
from components.i18n import label
from domain.words import Light

BadgeColour = Literal["green", "orange", "red", "gray"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a light looks: a badge's colour, its shape (an icon of the bundled font), and red, green, blue on maps."""

    colour: BadgeColour
    icon: str
    rgb: tuple[int, int, int]


LOOKS: dict[str, Look] = {
    Light.GREEN: Look("green", ":material/circle:", (31, 122, 75)),
    Light.YELLOW: Look("orange", ":material/warning:", (181, 118, 0)),
    Light.RED: Look("red", ":material/stop:", (190, 38, 46)),
    Light.NONE: Look("gray", ":material/remove:", (120, 128, 138)),
}
"""By value, so that a light of a reloaded module finds its look."""


def light_text(light: Light, left: str = "") -> str:
    """The light in words, and the time left or over where there is one: "Overdue, 2 h"."""
    return f"{label(light)} · {left}" if left else label(light)


def light_badge(light: Light, left: str = "") -> None:
    """A badge for a light. `left` is the time left or over in the reader's language."""
    look = LOOKS[light]
    st.badge(md(light_text(light, left)), icon=look.icon, color=look.colour)
