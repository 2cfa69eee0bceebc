"""The house rules, read from the source: sizes, layers, guards of pages, one writer, nothing dangerous."""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from db.journal import _SEALED
from db.models.cases import CaseRow, EntryRow
from domain.case import Case, Entry

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("domain", "db", "seeds", "components")
MODULES = sorted(p for layer in LAYERS for p in (ROOT / layer).rglob("*.py") if "versions" not in p.parts)
PAGES = sorted(p for p in (ROOT / "pages").rglob("*.py") if p.name not in ("__main__.py", "__init__.py"))
ALL = [*MODULES, *PAGES, ROOT / "streamlit_app.py", ROOT / "pages" / "__main__.py"]
WRITERS = ("db/execute.py", "db/imports/", "seeds/", "bench/", "db/migrations/")
BUSINESS = (
    "CASES",
    "JOURNAL",
    "UNITS",
    "CONTACTS",
    "PHOTOS",
    "CaseRow",
    "EntryRow",
    "CaseUnit",
    "ContactRow",
    "PhotoRow",
)
SESSION_STATE = ("components/session.py",)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def test_there_is_something_to_look_at():
    assert len(MODULES) > 50
    assert PAGES


def test_no_module_is_longer_than_400_lines_and_no_page_than_150():
    long = {name(p): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400}
    assert long == {}
    long = {name(p): n for p in PAGES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 150}
    assert long == {}


def test_no_page_lies_loose_in_the_pages_folder():
    assert [p.name for p in (ROOT / "pages").glob("*.py")] == ["__main__.py"]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_first_thing_a_page_does_is_to_ask_for_leave(page):
    """A page that runs anything before its guard serves it to everybody who knows the address."""
    for statement in tree(page).body:
        if isinstance(statement, ast.Import | ast.ImportFrom) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        ):
            continue
        calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call)]
        assert calls, f"{name(page)}: the first statement is no call"
        assert called(calls[0]).split(".")[-1] == "require", f"{name(page)}: starts with {ast.unparse(statement)[:60]}"
        return
    pytest.fail(f"{name(page)} has no guard")


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nothing_dangerous_is_called(path):
    forbidden = {"eval", "exec", "compile", "pickle.load", "pickle.loads", "yaml.load", "marshal.loads", "os.system"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            assert called(node) not in forbidden, ast.unparse(node)
            for keyword in node.keywords:
                allowed = keyword.arg != "unsafe_allow_html" or _constant_text(node)
                assert allowed, f"{name(path)}:{node.lineno}: unsafe_allow_html with data"
                assert keyword.arg != "unsafe_allow_javascript", f"{name(path)}:{node.lineno}"
                shell = keyword.arg == "shell" and getattr(keyword.value, "value", False)
                assert not shell, f"{name(path)}:{node.lineno}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {a.name for a in node.names} | {getattr(node, "module", "") or ""}
            assert not names & {"pickle", "marshal", "shelve", "yaml"}, f"{name(path)}: {names}"


def _constant_text(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant)


@pytest.mark.parametrize("path", [p for p in ALL if not name(p).startswith(WRITERS)], ids=name)
def test_business_tables_are_written_by_the_one_writer_only(path):
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        does = called(node).split(".")[-1]
        if does in ("insert", "update", "delete", "add", "add_all", "merge"):
            targets = {n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)}
            owner = set(called(node).split("."))
            assert not (targets | owner) & set(BUSINESS), f"{name(path)}:{node.lineno}: {ast.unparse(node)[:80]}"
    words = re.compile(r"(?i)\b(insert\s+(or\s+\w+\s+)?into|update|delete\s+from)\s+(cases|journal|contacts|photos)\b")
    strings = [n.value for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert not [s for s in strings if words.search(s) and "TRIGGER" not in s]


@pytest.mark.parametrize("path", [p for p in ALL if name(p) not in SESSION_STATE], ids=name)
def test_only_the_session_touches_the_session_state(path):
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Attribute) and node.attr == "session_state"), f"{name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", sorted((ROOT / "domain").glob("*.py")), ids=name)
def test_the_rules_import_nothing_but_the_standard_library(path):
    for node in ast.walk(tree(path)):
        found = []
        if isinstance(node, ast.Import):
            found = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found = [node.module or ""]
        for module in found:
            top = module.split(".")[0]
            assert top == "domain" or top in sys.stdlib_module_names, f"{name(path)}: {module}"


@pytest.mark.parametrize("path", sorted((ROOT / "domain").glob("*.py")), ids=name)
def test_the_rules_never_read_the_clock_the_environment_or_chance(path):
    read = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "os.getenv", "random.random"}
    calls = {called(n) for n in ast.walk(tree(path)) if isinstance(n, ast.Call)}
    assert not calls & read


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_public_function_says_what_it_means(path):
    """Methods of private classes and nested functions need none."""
    body = tree(path).body
    public = [n for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    assert ast.get_docstring(tree(path)) is not None or not body, f"{name(path)}: the module"
    missing = [n.name for n in public if ast.get_docstring(n) is None]
    for owner in public:
        if isinstance(owner, ast.ClassDef):
            methods = [m for m in owner.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
            inherited = {"process_bind_param", "process_result_value"}
            missing += [m.name for m in methods if ast.get_docstring(m) is None and m.name not in inherited]
    assert missing == []


def test_nobody_catches_everything():
    for path in ALL:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                kind = None if node.type is None else ast.unparse(node.type)
                assert kind not in (None, "Exception"), f"{name(path)}:{node.lineno}"


def test_there_is_no_module_of_leftovers():
    assert [name(p) for p in MODULES if p.stem in ("utils", "helpers", "misc", "common")] == []


def test_the_columns_of_a_case_and_an_entry_are_their_fields():
    assert {f.name for f in fields(Case)} == set(CaseRow.__table__.c.keys())
    kept = {f.name for f in fields(Entry)} | {"district_id", "case_id", "day", "command_key", "prev_hash", "hash"}
    assert kept == set(EntryRow.__table__.c.keys())
    assert {*_SEALED, "hash"} == set(EntryRow.__table__.c.keys())


def test_the_layers_point_one_way():
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
