"""Checking the store against itself: every journal replays to its row, every chain is unbroken."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Engine, select

from db.execute import CASES
from db.journal import JOURNAL, chain_fault, to_entry
from domain.case import from_row, replay


def verify(
    engine: Engine, district_id: int, *, batch: int = 500, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[str, str]]:
    """Faults found, as (case number, what is wrong). Reads in batches; memory does not grow with the store."""
    last, seen = -1, 0
    with engine.connect().execution_options(reading=True) as connection:
        while True:
            rows = _cases(connection, district_id, last, batch)
            if not rows:
                return
            journals = _journals(connection, district_id, rows[0]["id"], rows[-1]["id"])
            for row in rows:
                fault = case_fault(row, journals.get(row["id"], []))
                if fault is not None:
                    yield str(row["no"]), fault
            last, seen = rows[-1]["id"], seen + len(rows)
            if progress is not None:
                progress(seen)


def case_fault(row: Mapping[Any, Any], journal: list[Mapping[Any, Any]]) -> str | None:
    """What is wrong with one case, None when its journal is whole and replays to its row."""
    if not journal:
        return "the journal is empty"
    broken = chain_fault(journal)
    if broken is not None:
        return broken
    case, told = from_row(row), replay(to_entry(entry) for entry in journal)
    if case == told:
        return None
    differing = [n for n in type(case).__dataclass_fields__ if getattr(case, n) != getattr(told, n)]
    return f"the row differs from its journal: {', '.join(differing)}"


def _cases(connection: Connection, district_id: int, after: int, batch: int) -> list[Mapping[Any, Any]]:
    query = (
        select(CASES).where(CASES.c.district_id == district_id, CASES.c.id > after).order_by(CASES.c.id).limit(batch)
    )
    return list(connection.execute(query).mappings())


def _journals(connection: Connection, district_id: int, first: int, last: int) -> dict[int, list[Mapping[Any, Any]]]:
    query = (
        select(JOURNAL)
        .where(JOURNAL.c.district_id == district_id, JOURNAL.c.case_id.between(first, last))
        .order_by(JOURNAL.c.case_id, JOURNAL.c.seq)
    )
    rows = connection.execute(query).mappings()
    return {key: list(group) for key, group in groupby(rows, key=lambda r: r["case_id"])}
