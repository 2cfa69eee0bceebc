"""Which test proves which requirement of the opinion: markers are read from the tests' source, nothing is run."""

import ast
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.settings import ROOT

CLAUSES = ROOT / "seeds" / "reference" / "clauses.csv"
TESTS = ROOT / "tests"

PROVED, PARTLY, OPEN, RECORDED, OUTSIDE = "proved", "partly", "open", "recorded", "outside"
MEANING = {
    PROVED: "a test fails if the requirement is not served",
    PARTLY: "tests hold a part of it; the rest is not built or not tested",
    OPEN: "to be built, no test names it",
    RECORDED: "asks for papers or facts to be kept, not for a function",
    OUTSIDE: "not a matter of software",
}
"""What each status says, in the order of the summary."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One `@pytest.mark.clause(id)` or `@pytest.mark.clause(id, partly=True)` on a test."""

    clause: str
    test: str  # path::name, as pytest takes it
    partly: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """A requirement and what proves it."""

    id: str
    section: str
    quote: str
    requirement: str
    screen: str
    scope: str
    marks: tuple[Mark, ...]

    @property
    def status(self) -> str:
        """One of the keys of `MEANING`. Only what is to be built can be proved, partly proved or open."""
        if self.scope != "build":
            return {"record": RECORDED, "outside": OUTSIDE}[self.scope]
        if any(not mark.partly for mark in self.marks):
            return PROVED
        return PARTLY if self.marks else OPEN


def marks_in(source: str, path: str) -> Iterator[Mark]:
    """The clause markers of one test module. Raises ValueError for one that cannot be read without running it."""
    for node in ast.parse(source).body:
        names = [(node, "")]
        if isinstance(node, ast.ClassDef):
            names += [(inner, f"{node.name}::") for inner in node.body]
        for item, prefix in names:
            if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            for decorator in item.decorator_list:
                found = _mark(decorator, f"{path}::{prefix}{item.name}")
                if found is not None:
                    yield found


def _mark(decorator: ast.expr, test: str) -> Mark | None:
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "pytest.mark.clause":
        return None
    try:
        (clause,) = (ast.literal_eval(argument) for argument in decorator.args)
        more = {keyword.arg: ast.literal_eval(keyword.value) for keyword in decorator.keywords}
    except ValueError as fault:
        raise ValueError(f"{test}: a clause marker takes one clause id, written out") from fault
    if set(more) - {"partly"}:
        raise ValueError(f"{test}: a clause marker takes partly=True and nothing else")
    return Mark(clause, test, bool(more.get("partly")))


def all_marks(folder: Path = TESTS) -> list[Mark]:
    """Every clause marker of the tests, ordered by path and place."""
    found: list[Mark] = []
    for path in sorted(folder.rglob("test_*.py")):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        found += marks_in(path.read_text(encoding="utf-8"), name)
    return found


def trace(marks: list[Mark] | None = None) -> list[Clause]:
    """Every requirement with its marks, in the order of the opinion. Raises ValueError for a mark of no requirement."""
    given = all_marks() if marks is None else marks
    with CLAUSES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    unknown = {mark.clause for mark in given} - {row["clause_id"] for row in rows}
    if unknown:
        raise ValueError(f"tests name clauses that do not exist: {', '.join(sorted(unknown))}")
    return [
        Clause(
            id=row["clause_id"],
            section=row["section"],
            quote=row["quote"],
            requirement=row["requirement"],
            screen=row["screen"],
            scope=row["scope"],
            marks=tuple(mark for mark in given if mark.clause == row["clause_id"]),
        )
        for row in rows
    ]


def total(clauses: list[Clause]) -> str:
    """The closing line: how many of the requirements to be built are proved."""
    build = [clause for clause in clauses if clause.scope == "build"]
    return f"proved: {sum(clause.status == PROVED for clause in build)} of {len(build)}"
