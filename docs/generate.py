"""Writes the documents that can be computed: `python -m docs.generate`; `--check` only names those that drifted."""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping

from components.shell import PAGES
from db.__main__ import _parser
from db.settings import ROOT
from docs import trace
from domain.machine import Ask, Grant, Move, Reach
from domain.moves import DONE, MOVES, OPENING, STEP_OF
from domain.people import ROLES, Role
from domain.words import LABELS, Status

HEAD = "<!-- Written by `make docs`; changes made by hand are lost. -->\n\n"

REACH: Mapping[Reach, str] = {
    Reach.OWN_AREA: "in the own area",
    Reach.OWN_UNIT: "orders of the own unit",
    Reach.OWN_REPORT: "own reports",
    Reach.UNIT_WITHOUT_LOGIN: "for a unit without login",
}
SETTINGS: Mapping[str, tuple[str, str]] = {
    "DATABASE_URL": (
        "`sqlite:///…/var/griddesk.db`",
        "where the data are: `sqlite:////path/file.db` or `postgresql+psycopg://user:password@host/name`",
    ),
    "GRIDDESK_SECRET": (
        "made once, kept in `var/secret`",
        "key of everything sealed or signed, 32 characters or more; the same for all servers of one database",
    ),
    "GRIDDESK_DEMO": ("`0`", "`1`: demo accounts and the demo story (`make run` sets it)"),
    "GRIDDESK_DISTRICT": ("`jingan`", "folder under `seeds/districts/`"),
    "GRIDDESK_ZONE": ("`Asia/Shanghai`", "time zone of what is shown; the database stores UTC"),
    "GRIDDESK_HTTPS": ("`0`", "`1`: the site is reached by HTTPS only, cookies carry `Secure`"),
    "GRIDDESK_OIDC": ("`0`", "`1`: offer a sign-in by OpenID Connect beside local accounts"),
}
"""Each environment variable: default, meaning. A test compares the names with `db.settings`."""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; line breaks and bars in cells cannot break it."""
    head = list(head)
    lines = [
        head,
        ["---"] * len(head),
        *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows),
    ]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(ROLES[role].label for role in Role if role in set(roles))


def clauses() -> str:
    """docs/clauses.md: every requirement of the opinion, what proves it, and the total as the last line."""
    found = trace.trace()
    parts = [
        HEAD,
        "# The opinion, requirement by requirement\n\n",
        "The 154 requirements of the 2016 opinion (`seeds/reference/clauses.csv`) and the tests that name them with\n"
        '`@pytest.mark.clause("…")`. A test that holds only a part says `partly=True` and does not count.\n\n',
        table(
            ("Status", "Clauses", "Means"),
            ((s, str(sum(c.status == s for c in found)), why) for s, why in trace.MEANING.items()),
        ),
    ]
    for section in dict.fromkeys(c.section for c in found):
        rows = (
            (
                c.id, c.quote, c.requirement, c.screen, c.scope, c.status,
                "<br>".join(f"`{m.test}`" + (" (partly)" if m.partly else "") for m in c.marks) or "—",
            )
            for c in found
            if c.section == section
        )  # fmt: skip
        parts += [
            f"\n## {section}\n\n",
            table(("Clause", "Quote", "Requirement", "Screen", "Scope", "Status", "Tests"), rows),
        ]
    return "".join(parts) + f"\n{trace.total(found)}\n"


def _grant(grant: Grant) -> str:
    return f"{_names(grant.roles)} ({REACH[grant.reach]})"


def _ask(ask: Ask) -> str:
    return ask.label + ("" if ask.required or ask.least else " (optional)")


def _arrows() -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        targets = [move.to, *([move.branch[1]] if move.branch else [])]
        for start in Status:
            for target in targets:
                if start in move.from_ and target is not None:
                    found.setdefault((str(start), str(target)), []).append(move.name)
    return [f"    {start} --> {target}: {', '.join(names)}\n" for (start, target), names in found.items()]


def _move(move: Move) -> tuple[str, ...]:
    to = "stays" if move.to is None else str(move.to) + (f" or {move.branch[1]}" if move.branch else "")
    return (
        f"`{move.name}`", move.label, ", ".join(str(s) for s in Status if s in move.from_), to,
        "; ".join(map(_grant, move.grants)), "; ".join(map(_ask, move.asks)) or "—",
        ", ".join(f"`{guard.__name__}`" for guard in move.guards) or "—", move.basis,
    )  # fmt: skip


def workflow() -> str:
    """docs/workflow.md: the diagram and the table of moves, read from `domain.moves`."""
    ends = "".join(f"    {status} --> [*]\n" for status in Status if status in DONE)
    return "".join(
        (
            HEAD,
            "# The way of a case\n\n",
            "Read from `domain/moves.py`, the one table that also draws the buttons and their forms. Who may do what\n"
            "where is written out in [permission-matrix.csv](permission-matrix.csv), which tests compare with it.\n\n",
            "```mermaid\nstateDiagram-v2\n    [*] --> reported\n    [*] --> filed: register\n"
            "    [*] --> appraised: self_handle\n",
            *_arrows(),
            ends,
            "```\n\nMoves that keep the status are not drawn.\n\n## Statuses\n\n",
            table(("Status", "Label", "Step"), ((str(s), LABELS[s], LABELS[step]) for s, step in STEP_OF.items())),
            "\n## Moves\n\n",
            table(("Move", "Button", "From", "To", "Who", "Asks", "Guards", "Basis"), map(_move, MOVES)),
            "\n## How a case begins\n\n",
            table(("Entry", "The journal says"), ((f"`{name}`", said) for name, said in OPENING.items())),
        )
    )


def pages() -> str:
    """docs/pages.md: the page table of `components.shell`."""
    rows = (
        (
            "`/`" if p.url == "home" else f"`/{p.url}`",
            p.title,
            f"`pages/{p.file}`",
            "everybody" if p.roles == frozenset(Role) else _names(p.roles),
        )
        for p in PAGES
    )
    roles = ((ROLES[r].label, ROLES[r].sentence) for r in Role)
    return "".join(
        (
            HEAD,
            "# Pages and roles\n\nEvery page asks for a sign-in and then for the role.\n\n",
            table(("Address", "Title", "File", "Roles"), rows),
            "\n## Roles\n\n",
            table(("Role", "What it does"), roles),
        )
    )


def settings() -> str:
    """docs/settings.md: the environment variables."""
    rows = ((f"`{name}`", default, meaning) for name, (default, meaning) in SETTINGS.items())
    return HEAD + "# Settings\n\nRead from the environment when a process starts.\n\n" + table(
        ("Variable", "Without it", "Meaning"), rows
    )  # fmt: skip


def leaves(parser: argparse.ArgumentParser) -> list[tuple[argparse.ArgumentParser, str]]:
    """The commands that do something, with their help: subcommands without subcommands of their own."""
    found: list[tuple[argparse.ArgumentParser, str]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, child in action.choices.items():
                below = leaves(child)
                found += below or [(child, said[name])]
    return found


def _option(action: argparse.Action) -> tuple[str, str, str]:
    name = action.option_strings[-1] if action.option_strings else action.dest.upper()
    said = action.help or ""
    if action.choices:
        said = "one of " + ", ".join(map(str, action.choices))
    elif isinstance(action.default, int) and not isinstance(action.default, bool):
        said += f" (default {action.default})"
    return f"`{name}`", "yes" if action.required else "no", said


def commands() -> str:
    """docs/commands.md: the command line, read from its parser (not its help text, which differs between Pythons)."""
    parts = [HEAD, "# Command line\n\nExit code 0: done. 1: refused, or `verify` found a fault.\n"]
    for parser, said in leaves(_parser()):
        parts.append(f"\n## {parser.prog}\n\n{said[:1].upper()}{said[1:]}.\n")
        options = [a for a in parser._actions if not isinstance(a, argparse._HelpAction)]
        if options:
            parts += ["\n", table(("Argument", "Needed", "Meaning"), map(_option, options))]
    return "".join(parts)


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "clauses.md": clauses,
    "workflow.md": workflow,
    "pages.md": pages,
    "settings.md": settings,
    "commands.md": commands,
}


def drifted() -> list[str]:
    """Names of the documents that differ from what would be written now."""
    return [name for name, make in DOCUMENTS.items() if _read(name) != make()]


def _read(name: str) -> str:
    path = ROOT / "docs" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Write the documents, or with `--check` name those that drifted (exit code 1)."""
    if "--check" in arguments:
        stale = drifted()
        sys.stdout.write("".join(f"docs/{name} is out of date: run `make docs`\n" for name in stale))
        return 1 if stale else 0
    for name, make in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(make(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(DOCUMENTS)} documents, {trace.total(trace.trace())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
