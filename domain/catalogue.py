"""Finding a class of the catalogue (部件/事件分类) by Chinese name, pinyin, initials, English words or code."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from domain.words import Kind
from domain.world import Category, World

QUERY_LIMIT = 60
"""Characters of a query that are looked at; nobody types more to find a class."""

_MISS = 99
_LATIN = re.compile(r"[a-z0-9']+")
_CODE = re.compile(r"[cm]?\d+")

_Test = Callable[[Category, str], bool]


def _legacy(category: Category) -> tuple[str, str]:
    """The code of the 2013 standard, as it is and with the initial of the kind before it."""
    code = category.legacy_2013_code
    return code, ("c" if category.kind == Kind.COMPONENT else "m") + code


@lru_cache(maxsize=4096)
def _words(english: str) -> tuple[str, ...]:
    return tuple(_LATIN.findall(english.lower()))


# The first test that holds says how good a match is: the order of this list is the order of the results.
_TESTS: tuple[_Test, ...] = (
    lambda c, q: q in (c.id.lower(), c.code),
    lambda c, q: bool(c.legacy_2013_code) and q in _legacy(c),
    lambda c, q: q in (c.name.lower(), c.alias.lower()),
    lambda c, q: c.name.lower().startswith(q),
    lambda c, q: c.alias.lower().startswith(q),
    lambda c, q: q in (c.initials.lower(), c.pinyin.lower()),
    lambda c, q: c.initials.lower().startswith(q),
    lambda c, q: len(q) > 1 and c.pinyin.lower().startswith(q),
    lambda c, q: q in c.name.lower(),
    lambda c, q: q in c.alias.lower(),
    lambda c, q: c.code.startswith(q) or c.id.lower().startswith(q),
    lambda c, q: len(q) > 1 and bool(c.legacy_2013_code) and any(code.startswith(q) for code in _legacy(c)),
    lambda c, q: q in _words(c.name_en),
    lambda c, q: any(word.startswith(q) for word in _words(c.name_en)),
    lambda c, q: len(q) > 1 and q in c.initials.lower(),
    lambda c, q: len(q) > 2 and q in c.pinyin.lower(),
    lambda c, q: q in c.big_name.lower(),
)


def _rank(category: Category, term: str) -> int:
    for place, test in enumerate(_TESTS):
        if test(category, term):
            return place
    return _MISS


def normalised(query: str) -> str:
    """A query as it is compared: full-width forms made plain, lower case, single blanks, at most QUERY_LIMIT long."""
    plain = unicodedata.normalize("NFKC", query[: QUERY_LIMIT * 2]).lower()
    return " ".join("".join(ch if ch.isprintable() else " " for ch in plain).split())[:QUERY_LIMIT]


def _everything(category: Category) -> str:
    """All that a term can be found in, to pass over most classes with one look."""
    c = category
    legacy = " ".join(_legacy(c)) if c.legacy_2013_code else ""
    return f"{c.name} {c.alias} {c.pinyin} {c.initials} {c.id} {legacy} {c.name_en} {c.big_name}".lower()


def _score(category: Category, terms: tuple[str, ...], joined: str) -> tuple[int, int] | None:
    """How good a match is (worst term, sum of terms): lower is better, None is no match.

    The words of a query match together ("gong shui jing gai") or each by a field of its own ("供水 gai").
    """
    everything = _everything(category)
    if joined in everything:
        whole = _rank(category, joined)
        if whole != _MISS:
            return whole, whole
    if len(terms) == 1 or not all(term in everything for term in terms):
        return None
    ranks = [_rank(category, term) for term in terms]
    return None if _MISS in ranks else (max(ranks), sum(ranks))


def search(
    world: World, query: str, *, kind: Kind | None = None, limit: int = 20, frequent: Sequence[str] = ()
) -> list[Category]:
    """Classes that fit a query, best first, at most `limit`; the same query always gives the same list.

    Best is an exact code, then an exact name or alias, the start of a name, initials, pinyin, a part of the name,
    the start of a code, English words. An empty query gives the classes whose ids are in `frequent`, in that order,
    and without any of these the catalogue from its start.
    """
    asked = normalised(query)
    pool = [c for c in world.categories.values() if not c.retired and kind in (None, c.kind)]
    if not asked:
        chosen = [world.categories[i] for i in frequent if i in world.categories and not world.categories[i].retired]
        usual = [c for c in chosen if kind is None or c.kind == kind]
        return (usual or sorted(pool, key=lambda c: c.id))[:limit]
    terms = tuple(asked.split(" "))
    joined = "".join(terms)
    by_code = _CODE.fullmatch(joined) is not None
    found = []
    for category in pool:
        score = _score(category, terms, joined)
        if score is not None:
            # A short name is nearer to what was typed; codes are read in their own order.
            found.append((score, 0 if by_code else len(category.name), category.id, category))
    found.sort(key=lambda row: row[:3])
    return [row[3] for row in found[:limit]]
