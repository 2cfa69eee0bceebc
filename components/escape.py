"""Text that people typed: cleaned on the way in, made harmless on the way to Markdown."""

import re
import unicodedata

from domain.text import Refused, text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-!|:$~&=.@^\"'])")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
_JOINER = "\u2060"  # invisible: parts what Streamlit would turn into an icon, an arrow or a link after unescaping
_PARTED = re.compile(r":(?=[A-Za-z+\-_/])|(?<=www)(?=\.)|@(?=[\w\-])|(?<=[<>~=\-])(?=[<>=\-])", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def _parted(match: re.Match[str]) -> str:
    return match.group() + _JOINER


def _visible(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cs", "Cn")


def md(value: object) -> str:
    """`value` as Markdown that shows exactly what was typed: nothing is formatted, linked, fetched or run.

    Line breaks are kept; control characters and marks that turn the writing direction are taken out.
    """
    plain = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").translate(_BIDI)
    plain = "".join(char for char in plain if _visible(char))
    plain = _PARTED.sub(_parted, plain)
    plain = _INDENT.sub(lambda m: "\u00a0" * len(m.group()), plain)
    return _SPECIAL.sub(r"\\\1", plain).replace("\n", "  \n")


def clean(value: str, limit: int, *, field: str) -> str:
    """An input as it is stored: NFC, without blanks around it. Raises Refused at `field`.

    Refused are more than `limit` characters and control characters other than line break and tab, marks of
    writing direction included: they hide what a text says.
    """
    plain = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(plain) > limit:
        raise Refused(
            text("This text is too long: {count} of at most {limit} characters.", count=len(plain), limit=limit), field
        )
    if any(c not in "\n\t" and (unicodedata.category(c) in ("Cc", "Cs") or ord(c) in _BIDI) for c in plain):
        raise Refused(text("This text contains control characters. Type it again without them."), field)
    return plain
