"""Sentences the rules speak: a source string and its values, translated only where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Mark a string for translation where it stands, without translating it (the gettext convention)."""
    return message


@dataclass(frozen=True, slots=True)
class Name:
    """A name out of the reference data, for a sentence: the reader's language decides which of the two is put in."""

    name: str
    name_en: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable sentence: English source text with ``{name}`` places and the values for them.

    A value that is itself a `Text` is translated before it is put in.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**{k: str(v) for k, v in self.values.items()})


def text(message: str, **values: object) -> Text:
    """A `Text` from a source string and its values. The string must be a literal, so that it is extracted."""
    return Text(message, values)


def has_control_characters(value: str) -> bool:
    """Whether a text holds control characters other than line breaks and tabs, or halves of a character.

    Neither can be shown, and PostgreSQL does not store some of them.
    """
    return any((ord(c) < 32 and c not in "\n\t\r") or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in value)


class Refused(Exception):
    """A person asked for something the rules do not allow: the sentence is shown as it is.

    `field` names the input that is at fault, so that the sentence can stand beside it.
    """

    def __init__(self, sentence: Text, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


class Clash(Refused):
    """Somebody else was first: the screen is stale. The page offers to load the case again."""


class BadReference(Exception):
    """Reference data that cannot be used. Carries every fault found, so that they are mended in one go."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
