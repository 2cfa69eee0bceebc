"""Reading CSV and XLSX as a stream of rows, with bounded memory and without trusting the file."""

import codecs
import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from db.imports.mapping import ImportMap
from domain.text import Refused, Text, text

Value = str | datetime | None
MAX_CELL = 200_000
MAX_RATIO = 200
MAX_UNPACKED = 4 * 1024**3
MAX_MEMBERS = 5_000
_BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What openpyxl and the parsers below it raise on a broken file (XML faults are SyntaxError, bombs ValueError)."""
_FORMULA = re.compile(r"\s*[=＝][\w(+\-@\"']")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file: its number as a spreadsheet counts (the head is 1), its cells, and what is wrong with them."""

    number: int
    cells: Mapping[str, Value]
    faults: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: about how many rows it has (None = unknown), and the rows, read as they are asked for."""

    rows: int | None
    lines: Iterator[Line] = field(repr=False)


def open_source(file: Path, map_: ImportMap) -> Source:
    """The rows of a CSV or XLSX file. Raises Refused when it cannot be read or misses a column of the map."""
    if not file.is_file():
        raise Refused(text("There is no file {name}.", name=file.name))
    with file.open("rb") as raw:
        start = raw.read(4)
    if file.suffix.lower() in (".xlsx", ".xlsm") or start == b"PK\x03\x04":
        return _xlsx(file, map_)
    if start == b"\xd0\xcf\x11\xe0":
        raise Refused(text("{name} is an old or encrypted Excel file: save it as XLSX or CSV.", name=file.name))
    encoding, count = _encoding(file, map_.encoding)
    return Source(count, _csv(file, encoding, map_))


def _encoding(file: Path, wanted: str) -> tuple[str, int]:
    """The encoding that reads the whole file without a fault, and the number of line ends in it."""
    with file.open("rb") as raw:
        mark = raw.read(3)
    tries = ["utf-8-sig", "gb18030"] if wanted == "auto" else [wanted]
    if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        tries = ["utf-16"]
    for encoding in tries:
        try:
            with file.open(encoding=encoding, newline="") as lines:
                count = 0
                while chunk := lines.read(1 << 20):
                    count += chunk.count("\n")
            return encoding, count
        except (UnicodeError, LookupError):
            continue
    raise Refused(
        text("{name} cannot be read as {encodings}: save it as UTF-8.", name=file.name, encodings=" / ".join(tries))
    )


def _need_columns(head: list[str], map_: ImportMap) -> None:
    missing = [name for name in map_.columns if name not in head]
    twice = sorted({name for name in map_.columns if head.count(name) > 1})
    if missing:
        raise Refused(text("The file has no column {names}.", names=", ".join(missing)))
    if twice:
        raise Refused(text("The file has more than one column {names}.", names=", ".join(twice)))


def _csv(file: Path, encoding: str, map_: ImportMap) -> Iterator[Line]:
    csv.field_size_limit(MAX_CELL)
    handle = file.open(encoding=encoding, newline="")
    reader = csv.reader(handle, delimiter=map_.delimiter)
    try:
        head = [name.strip() for name in next(reader, [])]
        _need_columns(head, map_)
    except csv.Error as fault:
        handle.close()
        raise Refused(text("The head of the file cannot be read: {fault}.", fault=fault)) from fault
    except Refused:
        handle.close()
        raise
    return _csv_lines(handle, reader, head, map_)


def _csv_lines(handle: Any, reader: Any, head: list[str], map_: ImportMap) -> Iterator[Line]:
    wanted = [(name, head.index(name)) for name in map_.columns]
    with closing(handle):
        number = 1
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                yield Line(number, {}, (text("The row cannot be read: {fault}.", fault=fault),))
                continue
            if not row:
                continue
            if len(row) != len(head):
                sentence = text("The row has {n} cells, the head has {m}.", n=len(row), m=len(head))
                yield Line(number, {}, (sentence,))
                continue
            cells = {name: row[at] for name, at in wanted}
            yield Line(number, cells, tuple(_formula(n) for n, v in cells.items() if _FORMULA.match(v)))


def _formula(column: str) -> Text:
    return text("Column {name}: the cell holds a formula.", name=column)


def _xlsx(file: Path, map_: ImportMap) -> Source:
    _refuse_bomb(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except _BROKEN as fault:
        raise _unreadable(file, fault) from fault
    if map_.sheet and map_.sheet not in book.sheetnames:
        raise Refused(text("The file has no sheet {name}.", name=map_.sheet))
    if not book.worksheets:
        raise Refused(text("{name} has no sheet with cells.", name=file.name))
    sheet: Any = book[map_.sheet] if map_.sheet else book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size is not to be trusted
    rows = sheet.iter_rows()
    try:
        head = ["" if c.value is None else str(c.value).strip() for c in next(rows, ())]
        _need_columns(head, map_)
    except Refused:
        book.close()
        raise
    except _BROKEN as fault:
        book.close()
        raise _unreadable(file, fault) from fault
    return Source(None, _xlsx_lines(file, book, rows, head, map_))


def _unreadable(file: Path, fault: Exception) -> Refused:
    return Refused(text("{name} cannot be read as XLSX: {fault}.", name=file.name, fault=fault))


def _refuse_bomb(file: Path) -> None:
    """Look at the sizes the archive declares before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise _unreadable(file, fault) from fault
    unpacked = sum(m.file_size for m in members)
    packed = max(1, sum(m.compress_size for m in members))
    small = unpacked < 10_000_000
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or (unpacked / packed > MAX_RATIO and not small):
        raise Refused(text("{name} unpacks to far more than it should: refused.", name=file.name))


def _whole(file: Path, rows: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from rows
    except _BROKEN as fault:  # the sheet is parsed as it is read: a fault may lie behind good rows
        raise _unreadable(file, fault) from fault


def _xlsx_lines(file: Path, book: Any, rows: Iterator[Any], head: list[str], map_: ImportMap) -> Iterator[Line]:
    wanted = [(name, head.index(name)) for name in map_.columns]
    with closing(book):
        for number, row in enumerate(_whole(file, rows), start=2):
            cells: dict[str, Value] = {}
            faults: list[Text] = []
            for name, at in wanted:
                cell = row[at] if at < len(row) else None
                kind = getattr(cell, "data_type", "n")
                if kind == "f":
                    faults.append(_formula(name))
                elif kind == "e":
                    faults.append(text("Column {name}: the cell holds an error.", name=name))
                else:
                    cells[name] = _value(None if cell is None else cell.value)
            if faults or any(value not in (None, "") for value in cells.values()):
                yield Line(number, cells, tuple(faults))


def _value(value: object) -> Value:
    if value is None or isinstance(value, str | datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # the map's zone is put to it later
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
