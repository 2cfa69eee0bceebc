"""Passwords: argon2id, and which ones are refused. No composition rules: length and unguessability only."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from domain.text import Refused, text

MIN_LENGTH = 8
MAX_LENGTH = 256
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's argon2id profile, about 20 ms
_LIST = Path(__file__).with_name("common_passwords.txt")
_LEET = str.maketrans("@4301!5$7", "aaeoiisst")
_ROWS = (
    "1234567890",
    "0987654321",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "abcdefghijklmnop",
)


def _plain(password: str) -> str:
    """One form for what looks alike: the same Chinese text from two keyboards is the same password."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(_plain(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password fits the stored hash. None (no such account) costs the same time and answers False."""
    try:
        _HASHER.verify(stored or _dummy(), _plain(password)[: MAX_LENGTH + 1])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _HASHER.hash("no account has this password")


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(w for w in _LIST.read_text(encoding="utf-8").split("\n") if w and not w.startswith("#"))


def _core(word: str) -> str:
    """What is left when digits and signs around a word are taken away and look-alike signs are read as letters."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", word)
    return re.sub(r"[\W\d_]", "", bare.translate(_LEET))


def guessable(password: str, own: tuple[str, ...] = ()) -> bool:
    """Whether a list of common passwords, words of the district, keyboard walks or the person's own names give it away.

    `own` are the login and the name. A common word stays common with digits and signs around it.
    """
    word = _plain(password).casefold()
    core = _core(word)
    names = {form for n in own if len(n) > 1 for form in (n.casefold(), _core(n.casefold()))}
    if {word, core} & (_common() | names - {""}):
        return True
    if not core and (len(set(word)) <= 4 or re.fullmatch(r"(19|20)\d{6}|1\d{10}", word)):
        return True  # few different signs, a date, or a mobile number
    if len(set(word)) <= 2 or any(word in row * 3 or word[::-1] in row * 3 for row in _ROWS):
        return True
    half, odd = divmod(len(word), 2)
    return not odd and word[:half] == word[half:] and (word[:half] in _common() or _core(word[:half]) in _common())


def check_new(password: str, *own: str, field: str = "password") -> None:
    """Refuse a new password that is too short, too long or guessable. Raises Refused at `field`."""
    if len(password) < MIN_LENGTH:
        raise Refused(text("A password needs at least {count} characters.", count=MIN_LENGTH), field)
    if len(password) > MAX_LENGTH:
        raise Refused(text("A password has at most {count} characters.", count=MAX_LENGTH), field)
    if guessable(password, own):
        raise Refused(text("This password is easy to guess. Choose another one."), field)
