"""Keeps the catalogue in step with the source: `python -m components.messages` writes, `--check` only reports.

A message is the literal first argument of `_`, `N_` or `text` from `domain.text` (not SQLAlchemy's).
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from db.settings import ROOT

SOURCES = ("domain", "db", "components", "pages", "seeds")
LANGUAGE = "zh_CN"
PO = ROOT / "locale" / LANGUAGE / "LC_MESSAGES" / "griddesk.po"
_PLACE = re.compile(r"\{(\w*)[^}]*\}")


def messages_of(path: Path) -> Iterator[str]:
    """The messages of one source file, in order."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {"_", "N_"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "domain.text":
            names |= {alias.asname or alias.name for alias in node.names if alias.name == "text"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                yield first.value


def all_messages() -> list[str]:
    """Every message of the source, sorted, each once."""
    found: set[str] = set()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found.update(messages_of(path))
    return sorted(found)


def load(path: Path = PO) -> dict[str, str]:
    """The pairs of a catalogue; fuzzy ones count as not translated."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGE)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def save(pairs: dict[str, str]) -> None:
    """Write the catalogue: every message of the source, sorted, nothing else."""
    catalogue = Catalog(locale=LANGUAGE, project="GridDesk", version="0", fuzzy=False)
    for message in all_messages():
        catalogue.add(message, pairs.get(message, ""))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_output=True)
    # The header of the library carries the time of the run: a file that changes without a change is noise.
    text = PO.read_text(encoding="utf-8")
    PO.write_text(re.sub(r'^"(POT-Creation|PO-Revision)-Date:.*\n', "", text, flags=re.MULTILINE), encoding="utf-8")


def faults() -> list[str]:
    """What is wrong with the catalogue: not translated, no longer in the source, other places than the source."""
    pairs, messages = load(), all_messages()
    found = [f"not translated: {m}" for m in messages if m not in pairs]
    found += [f"not in the source any more: {m}" for m in pairs if m not in set(messages)]
    found += [
        f"other places than the source: {m}"
        for m, s in pairs.items()
        if sorted(_PLACE.findall(m)) != sorted(_PLACE.findall(s))
    ]
    return found


def main(arguments: list[str]) -> int:
    """Bring the catalogue up to date unless `--check` is given; further arguments are catalogues to take pairs from."""
    if "--check" not in arguments:
        pairs = load()
        for name in arguments:
            pairs = load(Path(name)) | pairs
        save(pairs)
    found = faults()
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
