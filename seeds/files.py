"""Reading the files of reference data, collecting every fault instead of stopping at the first."""

import csv
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(slots=True)
class Faults:
    """Everything found wrong, each as one sentence that names file and line."""

    found: list[str] = field(default_factory=list)

    def add(self, file: str, message: str) -> None:
        """Note a fault of a whole file."""
        self.found.append(f"{file}: {message}")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a CSV file that knows where it stands. Codes stay text."""

    file: str
    number: int  # line of the file on which the row ends, the header is 1
    values: dict[str, str]
    faults: Faults

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    def fault(self, message: str) -> None:
        """Note a fault of this row."""
        self.faults.add(f"{self.file}, line {self.number}", message)

    def maybe(self, column: str) -> str | None:
        """The value, or None for an empty one."""
        return self.values[column] or None

    def needed(self, column: str) -> str:
        """The value; an empty one is a fault."""
        if not self.values[column]:
            self.fault(f"{column} is empty")
        return self.values[column]

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        """The value; one outside `allowed` is a fault."""
        if self.values[column] not in allowed:
            self.fault(f"unknown {column} {self.values[column]!r}")
        return self.values[column]

    def flag(self, column: str) -> bool:
        """1 or 0."""
        return self.one_of(column, ("0", "1")) == "1"

    def whole(self, column: str) -> int:
        """A whole number above zero; 1 stands in for a faulty one."""
        value = self.values[column]
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            self.fault(f"{column} {value!r} is not a whole number above zero")
            return 1
        return int(value)

    def number_in(self, column: str) -> float:
        """A number; 0 stands in for a faulty one."""
        try:
            return float(self.values[column])
        except ValueError:
            self.fault(f"{column} {self.values[column]!r} is not a number")
            return 0.0

    def day(self, column: str) -> date:
        """A day as yyyy-mm-dd; the first of all days stands in for a faulty one."""
        try:
            return date.fromisoformat(self.values[column])
        except ValueError:
            self.fault(f"{column} {self.values[column]!r} is not a date")
            return date.min

    def maybe_day(self, column: str) -> date | None:
        """A day, or None for an empty value."""
        return self.day(column) if self.values[column] else None


def text_of(path: Path, faults: Faults) -> str:
    """The text of a UTF-8 file; empty when it is missing or cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError:
        faults.add(path.name, "the file is missing")
        return ""
    if raw.startswith(b"\xef\xbb\xbf"):
        faults.add(path.name, "starts with a byte-order mark")
        raw = raw[3:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        faults.add(path.name, f"is not UTF-8 at byte {error.start}")
        return ""


def table(path: Path, header: str, faults: Faults) -> list[Line]:
    """The rows of a CSV file whose header line is `header`; none when the header is another."""
    content = text_of(path, faults)
    if not content:
        return []
    reader = csv.reader(io.StringIO(content))
    columns = next(reader)
    if columns != header.split(","):
        faults.add(path.name, f"the header is {','.join(columns)!r}, expected {header!r}")
        return []
    lines = []
    for cells in reader:
        if len(cells) != len(columns):
            faults.add(f"{path.name}, line {reader.line_num}", f"{len(cells)} cells, expected {len(columns)}")
            continue
        lines.append(Line(path.name, reader.line_num, dict(zip(columns, cells, strict=True)), faults))
    return lines


def unique(lines: Iterable[Line], *columns: str) -> dict[str, Line]:
    """Rows by key (several columns joined by a blank). A key that comes twice is a fault; the first row stays."""
    found: dict[str, Line] = {}
    for line in lines:
        key = " ".join(line.needed(column) for column in columns)
        if key in found:
            line.fault(f"{' '.join(columns)} {key!r} is already on line {found[key].number}")
        else:
            found[key] = line
    return found
