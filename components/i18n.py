"""Languages: what a sentence, a label, a time and a number look like to the person reading.

Source strings are English; catalogues are read from `locale/<language>/LC_MESSAGES/griddesk.po` once per process.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po

from db.settings import ROOT, settings
from domain.text import Name, Text
from domain.words import LABELS

LANGUAGES: Mapping[str, str] = MappingProxyType({"zh_CN": "中文", "en": "English"})
DEFAULT = "zh_CN"
_current: ContextVar[str | None] = ContextVar("language", default=None)


def use(language: str) -> None:
    """Speak `language` in this thread or task from now on."""
    _current.set(language if language in LANGUAGES else DEFAULT)


def lang() -> str:
    """The language of the person this code runs for: a key of `LANGUAGES`."""
    found = _current.get()
    if found is None:
        from components.session import remembered_lang  # late: the session speaks through this module

        # A callback or fragment runs before or without the page script, in a thread that nobody has told.
        found = remembered_lang() or DEFAULT
        _current.set(found)
    return found


def parse(code: object) -> str | None:
    """The language meant by `?lang=zh`, `en-US`, a cookie and the like; None when there is no such language."""
    if not isinstance(code, str):
        return None
    start = code.lower().replace("-", "_").split("_")[0]
    return {"zh": "zh_CN", "en": "en"}.get(start)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> Mapping[str, str]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "griddesk.po"
    if not path.exists():
        return MappingProxyType({})
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    found = {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}
    return MappingProxyType(found)


def _(message: str) -> str:
    """The sentence in the reader's language; the English source where the catalogue has none."""
    return _catalogue(lang()).get(message, message)


def translate(sentence: Text | str) -> str:
    """A sentence of the rules in the reader's language, its values put in (Texts and enums translated first)."""
    if isinstance(sentence, str):
        return _(sentence)
    return _(sentence.message).format(**{key: _value(value) for key, value in sentence.values.items()})


def _value(value: object) -> str:
    if isinstance(value, Text):
        return translate(value)
    if isinstance(value, Name):
        return value.name_en if lang() == "en" and value.name_en else value.name
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, datetime):
        return fmt_instant(value)
    return fmt_number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def label(word: StrEnum) -> str:
    """The label of a word of the vocabulary in the reader's language."""
    # Compared by value: Streamlit may load a module twice, and then two classes stand for one enum.
    return _(LABELS.get(word) or _labels_by_value().get((type(word).__name__, str(word)), str(word)))


@lru_cache(maxsize=1)
def _labels_by_value() -> Mapping[tuple[str, str], str]:
    return {(type(word).__name__, str(word)): text for word, text in LABELS.items()}


@lru_cache(maxsize=4)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def fmt_instant(at: datetime, *, year: bool = True) -> str:
    """An instant as local date and time to the minute: 2026年11月24日 09:05, or 24 Nov 2026, 09:05."""
    local = at.astimezone(_zone(settings().zone))
    if lang() == "zh_CN":
        day = f"{local.month}月{local.day}日"
        return f"{local.year}年{day} {local:%H:%M}" if year else f"{day} {local:%H:%M}"
    day = f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{day} {local.year}, {local:%H:%M}" if year else f"{day}, {local:%H:%M}"


def fmt_duration(length: timedelta) -> str:
    """The size of a time span in its two largest units, without its sign: 2 d 3 h, 2天3小时. Under a minute: 0 min."""
    minutes = int(abs(length).total_seconds()) // 60
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours) if hours else _("{days} d").format(days=days)
    if hours and minutes:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    return _("{hours} h").format(hours=hours) if hours else _("{minutes} min").format(minutes=minutes)


def fmt_left(due: datetime, at: datetime) -> str:
    """How far `at` is from a due time, in words: time left, or time overdue."""
    span = fmt_duration(due - at)
    return _("{span} left").format(span=span) if due >= at else _("{span} overdue").format(span=span)


def fmt_number(value: float | None, digits: int = 0) -> str:
    """A number with separators every three digits; None is a dash, never a zero."""
    return "—" if value is None else f"{value:,.{digits}f}"


def fmt_percent(value: float | None, digits: int = 1) -> str:
    """A share (0 to 1) in per cent; None is a dash."""
    return "—" if value is None else f"{value * 100:.{digits}f}%"
