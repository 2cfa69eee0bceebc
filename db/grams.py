"""Two-character search without extensions: bigrams made here; FTS5 on SQLite, an array with GIN on PostgreSQL."""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Text as it is searched: compatibility form (full-width letters become plain) and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def grams_of(*texts: str | None) -> list[str]:
    """Overlapping pairs of each run of letters and digits, in order: "井盖破损" gives 井盖, 盖破, 破损.

    A run of one character gives itself, so that the order of pairs never joins two runs by accident.
    """
    found: list[str] = []
    for text in texts:
        for run in _RUN.findall(fold(text or "")):
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
            if len(run) == 1:
                found.append(run)
    return found


def runs_of(query: str) -> list[str]:
    """The runs of a query that the index can answer: two characters or more."""
    return [run for run in _RUN.findall(fold(query)) if len(run) >= 2]


def phrase(run: str) -> str:
    """The FTS5 phrase that finds a run: its pairs in order."""
    return '"' + " ".join(run[i : i + 2] for i in range(len(run) - 1)) + '"'


def like(query: str) -> str:
    r"""A LIKE pattern that finds the query literally; the escape character is a backslash."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
