"""The command line: `python -m db …`. Says what it did; a fault is one clear sentence and exit code 1."""

import argparse
import getpass
import logging
import secrets
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from components import i18n
from components.i18n import translate
from db import accounts
from db.accounts import Post
from db.engine import engine as default_engine
from db.execute import utc_now
from db.settings import district_id, settings
from db.verify import verify
from db.world import world as world_of
from domain.people import Role
from domain.text import BadReference, Refused
from seeds.setup import bring_up

OUT = Console(highlight=False)


def setup(args: argparse.Namespace, engine: Engine) -> None:
    """Schema and reference data up to date; in demo mode the accounts and the story, once."""
    bring_up(engine, settings().district, demo=args.demo or settings().demo, cases=args.cases, out=OUT)


def user_add(args: argparse.Namespace, engine: Engine) -> None:
    """Add an account. Without --password-stdin a first password is made and printed once; it must be changed."""
    world = world_of(engine, district_id())
    given = sys.stdin.readline().rstrip("\n") if args.password_stdin else None
    if given is None and sys.stdin.isatty() and not args.generate:
        given = getpass.getpass("First password (empty = make one): ") or None
    password = given or secrets.token_urlsafe(12)
    post = Post(Role(args.role), args.org)
    accounts.add_user(
        engine, world, login=args.login, name=args.name or args.login, password=password, posts=(post,), at=utc_now()
    )
    OUT.print(f"added {args.login}: {args.role} at {world.orgs[args.org].name}")
    if given is None:
        OUT.print(f"first password, to be changed at the first sign-in: {password}")


def user_password(args: argparse.Namespace, engine: Engine) -> None:
    """Set a new first password for an account; all its sessions end."""
    password = secrets.token_urlsafe(12)
    district = district_id()
    accounts.set_password(engine, district, login=args.login, password=password, at=utc_now())
    OUT.print(f"new password of {args.login}, to be changed at the next sign-in: {password}")


def user_unlock(args: argparse.Namespace, engine: Engine) -> None:
    """Lift the lock that wrong passwords brought."""
    accounts.unlock(engine, district_id(), login=args.login, at=utc_now())
    OUT.print(f"unlocked {args.login}")


def user_disable(args: argparse.Namespace, engine: Engine) -> None:
    """Disable an account; all its sessions end."""
    accounts.disable(engine, district_id(), login=args.login, at=utc_now())
    OUT.print(f"disabled {args.login}")


def import_cases(args: argparse.Namespace, engine: Engine) -> None:
    """Take over cases that another system recorded."""
    from db.imports.run import run

    i18n.use(args.lang)
    world = world_of(engine, district_id())
    rejects = args.rejects or args.file.with_suffix(".rejects.csv")
    with Progress(console=OUT) as bar:
        task = bar.add_task(args.file.name, total=None)
        report = run(
            engine, world, args.file, args.map, dry_run=args.dry_run, rejects=rejects, at=utc_now(),
            progress=lambda done, total: bar.update(task, completed=done, total=total), say=translate,
        )  # fmt: skip
    OUT.print(str(report))


def check(args: argparse.Namespace, engine: Engine) -> None:
    """Replay every journal against its row and check every chain; exit code 1 when anything is wrong."""
    del args
    found = 0
    with Progress(console=OUT) as bar:
        task = bar.add_task("verify", total=None)
        for no, fault in verify(engine, district_id(), progress=lambda n: bar.update(task, completed=n)):
            found += 1
            OUT.print(f"{no}: {fault}")
    if found:
        raise SystemExit(1)
    OUT.print("every journal replays to its row, every chain is unbroken")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m db", description="Keep the GridDesk database.")
    commands = parser.add_subparsers(dest="command", required=True)
    made = commands.add_parser("setup", help="schema and reference data up to date; --demo adds the demo story")
    made.add_argument("--demo", action="store_true")
    made.add_argument("--cases", type=int, default=3000, help="cases of the demo story")
    made.set_defaults(run=setup)
    user = commands.add_parser("user", help="accounts").add_subparsers(dest="what", required=True)
    add = user.add_parser("add", help="add an account")
    add.add_argument("login")
    add.add_argument("--name")
    add.add_argument("--role", required=True, choices=[str(r) for r in Role])
    add.add_argument("--org", required=True, help="code of the organisation")
    add.add_argument("--password-stdin", action="store_true")
    add.add_argument("--generate", action="store_true", help="make a first password without asking")
    add.set_defaults(run=user_add)
    for name, run in (("password", user_password), ("unlock", user_unlock), ("disable", user_disable)):
        one = user.add_parser(name, help=(run.__doc__ or "").split(".", maxsplit=1)[0].lower())
        one.add_argument("login")
        one.set_defaults(run=run)
    imports = commands.add_parser("import", help="take over cases").add_subparsers(dest="what", required=True)
    cases = imports.add_parser("cases", help="from a CSV or XLSX file")
    cases.add_argument("file", type=Path)
    cases.add_argument("--map", type=Path, required=True, help="TOML file that maps columns and values")
    cases.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    cases.add_argument("--rejects", type=Path, help="where rejected rows go (default: beside the file)")
    cases.add_argument("--lang", default=i18n.DEFAULT, choices=list(i18n.LANGUAGES), help="language of the reasons")
    cases.set_defaults(run=import_cases)
    commands.add_parser("verify", help="replay every journal against its row").set_defaults(run=check)
    return parser


def main() -> int:
    """Run one command. 0 = done, 1 = refused or a fault was found."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    args = _parser().parse_args()
    try:
        args.run(args, default_engine())
    except Refused as refusal:
        OUT.print(f"refused: {refusal}", style="red")
        return 1
    except BadReference as fault:
        OUT.print("the reference data cannot be used:\n" + "\n".join(fault.faults), style="red")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
