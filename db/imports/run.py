"""An import from end to end: read, check, write in batches, list what was rejected."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from db.imports.convert import Taken, convert
from db.imports.mapping import ImportMap, read_map
from db.imports.reading import open_source
from db.imports.write import known_numbers, write_batch
from domain.text import Text
from domain.world import World

BATCH = 500
OnProgress = Callable[[int, int | None], None]
"""Called with the number of rows read so far, and about how many there are (None = unknown)."""


@dataclass(slots=True)
class Report:
    """What an import did: rows read = taken + known + rejected. `reasons` counts each kind of fault."""

    rows: int = 0
    taken: int = 0
    opened: int = 0  # of those taken: still open
    closed: int = 0  # of those taken: closed in the other system
    known: int = 0  # recorded before, or a second row with the same number
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    dry_run: bool = False


def run(
    engine: Engine,
    world: World,
    file: Path,
    map_file: Path,
    *,
    at: datetime,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: OnProgress | None = None,
    say: Callable[[Text], str] = str,
) -> Report:
    """Take over the cases of a file. The same file twice changes nothing; a run that was stopped goes on where it was.

    `at` is now: times after it are refused. `rejects` is where the rejected rows are listed (CSV with a byte-order
    mark). `say` turns a reason into the reader's language. Raises BadReference for a map and Refused for a file that
    cannot be used, before anything is written.
    """
    map_ = read_map(map_file)
    source = open_source(file, map_)
    report = Report(dry_run=dry_run)
    started = time.monotonic()
    seen: set[str] = set()
    batch: list[Taken] = []
    with _rejects(rejects) as reject:
        for line in source.lines:
            report.rows += 1
            found = convert(map_, world, line, at)
            if isinstance(found, Taken):
                batch.append(found)
            else:
                report.rejected += 1
                report.reasons.update(_kind(reason) for reason in found)
                reject(line.number, _number_of(map_, line.cells), [say(reason) for reason in found])
            if len(batch) >= BATCH:
                _flush(engine, world, map_, batch, report, seen)
                batch = []
            if progress is not None and report.rows % 100 == 0:
                progress(report.rows, source.rows)
        _flush(engine, world, map_, batch, report, seen)
    if progress is not None:
        progress(report.rows, report.rows)
    report.seconds = time.monotonic() - started
    return report


def _flush(
    engine: Engine, world: World, map_: ImportMap, batch: Sequence[Taken], report: Report, seen: set[str]
) -> None:
    if not batch:
        return
    if report.dry_run:
        with engine.connect().execution_options(reading=True) as connection:
            known = known_numbers(connection, world, map_.source, [t.external_no for t in batch]) | seen
        fresh = list({t.external_no: t for t in reversed(batch) if t.external_no not in known}.values())
        seen.update(t.external_no for t in fresh)
    else:
        fresh = _written(engine, world, map_, batch)
    report.taken += len(fresh)
    report.known += len(batch) - len(fresh)
    report.closed += sum(t.closed_at is not None for t in fresh)
    report.opened += sum(t.closed_at is None for t in fresh)


def _written(engine: Engine, world: World, map_: ImportMap, batch: Sequence[Taken]) -> list[Taken]:
    """A batch in one transaction, tried again when another import recorded one of its numbers meanwhile."""
    for attempt in (1, 2, 3):
        try:
            with engine.begin() as connection:
                return write_batch(connection, world, map_, batch)
        except IntegrityError:
            if attempt == 3:
                raise
    raise AssertionError("unreachable")


def _kind(reason: Text) -> str:
    """A reason without the values of the row, to count by."""
    what = reason.values.get("what")
    if isinstance(what, Text):
        return f"{reason.values['field']}: {what.message}"
    return reason.message


def _number_of(map_: ImportMap, cells: Any) -> str:
    column = map_.fields["external_no"].column
    return str(cells.get(column) or "").strip()[:60] if column is not None else ""


@contextmanager
def _rejects(path: Path | None) -> Iterator[Callable[[int, str, list[str]], None]]:
    """Writes a line for each rejected row: its number, the external number, every reason."""
    opened = nullcontext(None) if path is None else path.open("w", encoding="utf-8-sig", newline="")
    with opened as file:
        writer = None if file is None else csv.writer(file)
        if writer is not None:
            writer.writerow(("row", "external_no", "reasons"))

        def write(number: int, external_no: str, reasons: list[str]) -> None:
            if writer is not None:
                writer.writerow((number, inert(external_no), inert(" ".join(reasons))))

        yield write


def inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{cell}" if cell.lstrip()[:1] in tuple("=+-@＝＋－＠") or cell[:1] in ("\t", "\r", "\n") else cell
