"""The documents say what is: every setting, command, page and link, in both languages."""

import ast
import csv
import re

import pytest

from components.shell import PAGES
from db.__main__ import _parser
from db.settings import ROOT
from docs import generate, trace
from domain.moves import MOVES
from seeds.story.cast import DEMO_PASSWORD

READMES = ("README.md", "README.zh-CN.md")
WRITTEN = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "deploy/*.md")
    for path in ROOT.glob(pattern)
)
SHELL_LINE = re.compile(r"^    (\S.*?)(?:\s{2,}#.*)?$", flags=re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shell_lines(name: str) -> list[str]:
    """The lines set as code: what a reader would type."""
    return SHELL_LINE.findall(read(name))


def variables_read() -> set[str]:
    """The environment variables that the settings module reads, from its source."""
    found = set()
    for node in ast.walk(ast.parse(read("db/settings.py"))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in ("env.get", "flag"):
            first = node.args[0]
            if isinstance(first, ast.Constant):
                found.add(first.value)
    return found


@pytest.mark.parametrize("name", generate.DOCUMENTS)
def test_a_generated_document_is_up_to_date(name: str) -> None:
    assert read(f"docs/{name}") == generate.DOCUMENTS[name]()


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_in_both_readmes_and_no_other(name: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", read(name), flags=re.MULTILINE)
    assert rows == list(generate.SETTINGS)
    assert set(generate.SETTINGS) == variables_read()


def test_both_readmes_name_the_same_commands_pictures_and_documents() -> None:
    first, second = (shell_lines(name) for name in READMES)
    assert first == second
    links = [{target for target in re.findall(r"\]\(([^)]+)\)", read(n)) if "README" not in target} for n in READMES]
    assert links[0] == links[1]


def test_the_make_commands_of_the_readmes_are_those_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", read("Makefile"), flags=re.MULTILINE)
    named = {word for line in shell_lines("README.md") for word in re.findall(r"\bmake ([a-z]+)", line)}
    assert named == set(targets) - {"help"}


def test_the_database_commands_of_the_readmes_can_be_parsed() -> None:
    commands = [line.split("-m db ")[1] for line in shell_lines("README.md") if "-m db " in line]
    assert len(commands) == 4
    for command in commands:
        assert _parser().parse_args(command.split()).run


def test_every_command_and_page_is_documented() -> None:
    said = re.findall(r"^## (python -m db .*)$", read("docs/commands.md"), flags=re.MULTILINE)
    assert said == [parser.prog for parser, _ in generate.leaves(_parser())]
    pages = re.findall(r"`pages/([^`]+)`", read("docs/pages.md"))
    assert pages == [row.file for row in PAGES]


@pytest.mark.parametrize("name", READMES)
def test_the_demo_accounts_are_those_of_the_story(name: str) -> None:
    named = re.findall(r"^\| `([a-z]+)` \|", read(name), flags=re.MULTILINE)
    source = ast.parse(read("seeds/story/cast.py"))
    posts = next(n for n in ast.walk(source) if isinstance(n, ast.FunctionDef) and n.name == "demo_posts")
    table = next(n.value for n in posts.body if isinstance(n, ast.Return))
    assert isinstance(table, ast.Dict)
    assert named == [ast.literal_eval(key) for key in table.keys if key is not None]
    assert DEMO_PASSWORD in read(name)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", read(name)) if "://" not in t]
    missing = [target for target in targets if not (folder / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", WRITTEN)
def test_every_file_named_in_code_marks_is_there(name: str) -> None:
    named = re.findall(r"`((?:pages|components|db|domain|seeds|tests|docs|deploy)/[\w./-]+)`", read(name))
    missing = [path for path in named if not (ROOT / path).exists()]
    assert missing == []


def test_the_picture_is_small() -> None:
    assert (ROOT / "docs/images/board.png").stat().st_size < 200_000


def test_decisions_are_numbered_without_gaps_and_each_can_be_quoted() -> None:
    files = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}: ")
        assert re.search(r"^\*\*[^*]{30,}\.\*\*$", text, flags=re.MULTILINE | re.DOTALL), path.name


@pytest.mark.clause("3.0-1")
def test_every_requirement_is_shown_with_its_screen_status_and_tests() -> None:
    found = {clause.id: clause for clause in trace.trace()}
    with trace.CLAUSES.open(encoding="utf-8", newline="") as file:
        assert list(found) == [row["clause_id"] for row in csv.DictReader(file)]
    rows = {line.split(" | ")[0][2:]: line for line in read("docs/clauses.md").splitlines() if line.startswith("| ")}
    for clause in found.values():
        assert f" | {clause.screen} | {clause.scope} | {clause.status} | " in rows[clause.id]
        assert [mark.test in rows[clause.id] for mark in clause.marks] == [True] * len(clause.marks)


def test_the_last_line_counts_the_proved_of_those_to_be_built() -> None:
    def mark(clause: str, partly: bool = False) -> trace.Mark:
        return trace.Mark(clause, "tests/test_x.py::test_x", partly)

    marks = [mark("2.3-3"), mark("2.3-3"), mark("2.3-8", partly=True), mark("3.0-1"), mark("1-1")]
    found = trace.trace(marks)
    status = {clause.id: clause.status for clause in found}
    assert trace.total(found) == "proved: 2 of 144"
    assert [status[c] for c in ("2.3-3", "2.3-8", "3.0-1", "3.4-1", "0-1")] == [
        "proved", "partly", "recorded", "outside", "open",
    ]  # fmt: skip
    assert re.fullmatch(r"proved: \d+ of 144", read("docs/clauses.md").splitlines()[-1])


def test_a_mark_of_no_requirement_or_with_anything_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"9\.9-9"):
        trace.trace([trace.Mark("9.9-9", "tests/test_x.py::test_x", False)])
    for marker in ("clause(ID)", 'clause("1-1", reason="x")', 'clause("1-1", "1-2")'):
        with pytest.raises(ValueError, match="clause marker"):
            list(trace.marks_in(f"@pytest.mark.{marker}\ndef test_x(): ...", "tests/test_x.py"))


def test_marks_are_found_on_functions_and_in_classes() -> None:
    source = (
        '@pytest.mark.clause("1-1")\n@pytest.mark.clause("1-2", partly=True)\ndef test_a(): ...\n'
        'class TestB:\n    @pytest.mark.clause("1-3")\n    def test_c(self): ...\n'
    )
    assert list(trace.marks_in(source, "tests/test_x.py")) == [
        trace.Mark("1-1", "tests/test_x.py::test_a", False),
        trace.Mark("1-2", "tests/test_x.py::test_a", True),
        trace.Mark("1-3", "tests/test_x.py::TestB::test_c", False),
    ]


def test_every_move_names_a_requirement_as_its_basis() -> None:
    known = {clause.id for clause in trace.trace([])}
    assert [move.name for move in MOVES if move.basis not in known] == []
